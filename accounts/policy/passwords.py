"""A password that is one known word with digits and signs around it is guessed in the first minute."""

from __future__ import annotations

import re

# fmt: off
SITE_WORDS = frozenset((
    "admin", "administrator", "analyst", "earwitness", "editor", "listener", "listening", "music",
    "owner", "password", "rater", "rating", "research", "researcher", "researchers", "science",
    "scientist", "student", "study", "university", "viewer", "welcome",
))
# fmt: on


def core(password: str) -> str:
    """What is left without the digits and signs that people add at both ends to please a rule."""
    return re.sub(r"^[\d\W_]+|[\d\W_]+$", "", password.lower())


def is_a_dressed_word(password: str, *, names: frozenset[str]) -> bool:
    """Whether nothing but a known word, or one of ``names``, carries it."""
    word = core(password)
    return word in SITE_WORDS or word in {name.lower() for name in names} or len(set(word)) < 4
