"""How long a session is, in tasks and in seconds: what raters are told before they agree, and researchers plan with."""

from __future__ import annotations

import math

from raters.answering.criterion_passes import hearings
from studies.design import totals
from studies.spec import StudySpec

SECONDS_TO_JUDGE = 20


def session_length(spec: StudySpec) -> int:
    """Tasks of a whole session after the training: comparisons, gold in between, and repeats at the end."""
    tasks = totals(spec).tasks_per_session
    return tasks + spec.raters.gold + min(spec.raters.repeats, tasks)


def seconds_per_task(spec: StudySpec) -> float:
    """Listening to every clip once (in passes: once for each), and a while to judge; the mean over pairs and sets."""
    size = totals(spec)
    share = size.set_ratings / size.ratings
    clips = 2 * ((1 - share) * hearings(spec) + share * (spec.diversity.set_size if spec.diversity else 1))
    return clips * spec.audio.duration + SECONDS_TO_JUDGE


def session_minutes(spec: StudySpec) -> int:
    """The whole session with its training, rounded up."""
    tasks = session_length(spec) + spec.raters.training
    return max(1, math.ceil(tasks * seconds_per_task(spec) / 60))
