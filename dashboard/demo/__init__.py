"""`make demo`: the whole road on one machine, with the real parts."""
