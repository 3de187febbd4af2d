"""Addresses of clips: random per assignment and side, and without meaning to anyone but this server."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404
from django.utils.crypto import constant_time_compare, salted_hmac

from generation.models import Sample
from raters.answering.fields import letters
from raters.models import Assignment
from raters.sql import reads
from raters.sql.fetching import fetch
from raters.sql.rows import SAMPLE


def clip_token(assignment: Assignment, letter: str, number: int, secret: str | None = None) -> str:
    """32 hexadecimal digits, the same as long as the assignment lives, unguessable from any other."""
    clip = f"{assignment.key}/{letter}/{number}"
    return salted_hmac("raters.clips", clip, secret=secret, algorithm="sha256").hexdigest()[:32]


def samples_by_side(assignment: Assignment) -> dict[str, list[Sample]]:
    """The samples of each side as presented, in order; one statement."""
    by_side: dict[str, list[Sample]] = {"a": [], "b": []}
    for side, *sample in fetch(reads.SAMPLES_OF_COMPARISON, (assignment.comparison_id,)):
        by_side[side].append(SAMPLE.read(sample))
    order = ("b", "a") if assignment.swapped else ("a", "b")
    return dict(zip(letters(), (by_side[side] for side in order), strict=True))


def sample_behind(assignment: Assignment, token: str) -> tuple[Sample, list[Sample]]:
    """The sample a clip's address stands for, and all of its comparison; raises Http404."""
    sides = samples_by_side(assignment)
    for letter, samples in sides.items():
        for number, sample in enumerate(samples):
            # Pages that were open when SECRET_KEY changed have the addresses of the key before.
            secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
            known = (clip_token(assignment, letter, number, secret) for secret in secrets)
            if any(constant_time_compare(each, token) for each in known):
                return sample, [each for side in sides.values() for each in side]
    raise Http404
