"""From results to files: CSV, results.json, figures, report. Pure."""
