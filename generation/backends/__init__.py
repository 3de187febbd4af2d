"""One module per kind of system: each prepares, generates batches, and releases. Pure torch; knows no study, no queue.

A new backend is one file here and one line in `studies/backends.py` (docs/backends.md).
"""
