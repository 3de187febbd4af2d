"""The rater's pages: views, what templates are given, cookies, and the addresses and answers of clips.

Views call the services of the other rooms and write nothing themselves.
"""
