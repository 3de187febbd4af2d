"""The statements that every request of a rater runs, written out once: reads, writes, and rows as model instances.

``writes`` may be imported by the rooms that own the tables (entering, assigning, answering) and by nobody else.
"""
