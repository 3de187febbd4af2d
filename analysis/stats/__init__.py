"""Statistics of paired ratings: numpy and scipy only, no Django, no clock, generators as arguments."""
