"""Sounds of the checks before the tasks, synthesised. Pure."""
