"""How a person gets into a study and out of it: recruitment, quota, checks, endings, payments, privacy."""
