"""The rows that are work: planning, claims, what came of them, steering, workers.

Only this room writes the tables of generation. It makes no sound and imports no torch, so that the web may ask it too.
"""
