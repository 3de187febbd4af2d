"""Decisions about raters that need no database: sides, listening, progress, names."""

from raters.policy.headphones import INTERVALS, PUBLISHED, TRIALS, Check, draw_intervals, is_passed
from raters.policy.listening import TOLERANCE, Tolerance, claims_the_whole, may_count_as_heard
from raters.policy.orders import balanced_order
from raters.policy.orientation import wanted_orientation
from raters.policy.placement import spread_positions
from raters.policy.progress import Progress
from raters.policy.pseudonyms import RANDOM_BYTES, pseudonym

__all__ = [
    "INTERVALS",
    "PUBLISHED",
    "RANDOM_BYTES",
    "TOLERANCE",
    "TRIALS",
    "Check",
    "Progress",
    "Tolerance",
    "balanced_order",
    "claims_the_whole",
    "draw_intervals",
    "is_passed",
    "may_count_as_heard",
    "pseudonym",
    "spread_positions",
    "wanted_orientation",
]
