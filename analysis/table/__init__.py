"""The table of ratings: its columns, reading it, checking it, and the meaning of every column written. Pure."""
