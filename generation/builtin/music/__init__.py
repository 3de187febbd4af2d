"""A composer by rule: theory, styles, pieces and scores. Pure."""
