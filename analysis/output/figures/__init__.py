"""Figures, all through one writer and one palette (`canvas`), each drawn by a function of the width of a column."""
