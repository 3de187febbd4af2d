"""Which pair a rater gets next: planned rows, claims, known answers, repeats, prefetched pairs, and their counts.

Writes comparisons and assignments until a rater has them; what the rater answers belongs to `raters.answering`.
"""
