"""Who may use the console, what they may do to which study, and what they did. Knows studies; knows no rater."""
