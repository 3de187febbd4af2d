"""Statements of the hot path, written out once, and their rows as model instances. Knows only the models."""
