"""How a person gets into a study and out of it: recruitment, quota, the checks before the tasks, the end, payment.

Writes raters, sessions, invitations and identities. It may ask `raters.assigning` to take back what a rater held.
"""
