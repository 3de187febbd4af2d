"""Reads of people and their tasks. Nothing here writes."""
