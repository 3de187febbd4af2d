"""From the rows of a table to results: criteria, answers, diagnostics, the monitor. Pure."""
