"""Listening to finished clips before raters do: marks, clips left out by a stated rule, clips made again, pictures.

May write samples and their reviews; knows studies and nothing of raters. No torch: the web process draws too.
"""
