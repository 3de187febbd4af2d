"""Canonical texts: one form for every text of a study, and what no rater should read. Pure: no Django, no torch."""

from generation.texts.canonical import CanonicalText, TextLimits, canonical_text
from generation.texts.checks import TextRejected, require_readable
from generation.texts.shuffling import shuffled_sentences

__all__ = [
    "CanonicalText",
    "TextLimits",
    "TextRejected",
    "canonical_text",
    "require_readable",
    "shuffled_sentences",
]
