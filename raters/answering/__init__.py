"""What a rater answers, from the posted fields to the rows: hearing a clip, saving one answer, submitting them all.

Writes assignments that are under way and their ratings; which pair a rater gets is decided in `raters.assigning`.
"""
