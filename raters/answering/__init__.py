"""What a rater answers, from the posted field to the row: hearing, saving, submitting, passes by criterion."""
