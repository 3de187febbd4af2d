"""The researcher's console and the commands that do the same."""
