"""Where a study stands, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from dashboard.selectors import made_by_system
from generation.selectors import SampleCounts
from raters.assigning.rating_counts import RatingCounts
from studies.models import Study, StudyEvent

State = Study.State
_EVENTS = {
    "applied": "Study file saved",
    State.LAUNCHED: "Launched: the file is frozen",
    State.OPEN: "Opened to raters",
    State.PAUSED: "Paused",
    State.CLOSED: "Closed",
    "peeked": "Results looked at before the close",
    "unblinded": "{account} entered the listening room: unblinded",
    "listening_rule": "Rule for leaving out clips: {text}",
    "left_out": "Left out {samples}: {reason}",
    "quarantined": "Two raters reported a clip as broken: nobody is given it any more",
    "taken_back": "Heard again: {samples}",
    "made_again": "{sample} made again with another seed: {reason}",
    "amended": "Amendment {number}, because: {reason}. {changes}",
    "archived": "Archived",
    "unarchived": "Put back into the list",
    "withdrawn": "A rater withdrew; everything of theirs is removed",
    "purged": "Crowd ids purged",
    "exported": "Tables downloaded before the close",
}


def moment(when: datetime) -> SafeString:
    """A time with its zone: UTC, or, where scripts run, the reader's own."""
    shown = f"{date_format(when, 'j M Y, H:i')} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), shown, shown)


def span(length: timedelta) -> str:
    """40 s, 12 min, 3.5 h, 2.1 days."""
    seconds = length.total_seconds()
    for unit, size, digits in (("days", 86_400, 1), ("h", 3600, 1), ("min", 60, 0)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.{digits}f} {unit}"
    return f"{seconds:.0f} s"


def time_left(length: timedelta) -> str:
    """An estimate: "about 3 minutes left"; below a minute no number is worth saying."""
    if length < timedelta(minutes=1):
        return "less than a minute left"
    return f"about {timesince(timezone.now() - length, depth=1)} left"


def event_words(event: StudyEvent) -> str:
    """One line of the history."""
    detail = {name: _listed(value) for name, value in event.detail.items()}
    words = _EVENTS.get(event.kind, event.kind).format_map(_Detail(detail))
    count = event.detail.get("comparisons")
    return words if count is None else f"{words}, after {count} comparisons"


class _Detail(dict[str, str]):
    """What an older event did not write down is left empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _listed(value: object, most: int = 5) -> str:
    """A value of an event's detail; of a long list the first few."""
    if not isinstance(value, list):
        return str(value)
    more = f" and {len(value) - most} more" if len(value) > most else ""
    return ", ".join(map(str, value[:most])) + more


def sentence(study: Study, samples: SampleCounts, ratings: RatingCounts) -> str:
    """The first line of the study's page. Safe HTML: only times are marked up."""
    if study.state == State.DRAFT:
        return "A draft. Launching it freezes the file and makes the samples."
    if samples.under_way:
        return format_html("{}", _making(study, samples))
    if study.state == State.LAUNCHED:
        return _made(samples)
    rated = f"{ratings.submitted} of {ratings.planned} comparisons rated."
    if study.state == State.OPEN and study.opened_at is not None:
        return format_html("Open since {}. {}{}", moment(study.opened_at), rated, _pace(study, ratings))
    if study.state == State.CLOSED and study.closed_at is not None:
        return format_html("Closed since {}. {}", moment(study.closed_at), rated)
    return f"Paused. {rated}"


def _made(samples: SampleCounts) -> str:
    if not samples.failed:
        return "Every sample has been made. Open the study to let raters in."
    if not samples.ready:
        return "No sample could be made. The reasons are below; try again when they are gone."
    return (
        f"{samples.ready} samples are ready, {samples.failed} failed. "
        "Try those again, or open the study without their comparisons."
    )


def _making(study: Study, samples: SampleCounts) -> str:
    made = sum(made_by_system(study).values())
    if not made or study.launched_at is None:
        return f"{samples.total} samples to make. No worker has finished one yet."
    left = samples.total - made - samples.failed
    if left <= 0:
        return f"All {made} samples are made and are being brought to one loudness."
    each = (timezone.now() - study.launched_at) / made
    return f"{made} of {samples.total} samples made, {time_left(each * left)}."


def _pace(study: Study, ratings: RatingCounts) -> str:
    """When the rest will be in, if it goes on as in the last day."""
    left = ratings.planned - ratings.submitted
    if not left:
        return " Complete: the study can be closed."
    recent = study.assignments.filter(submitted_at__gte=timezone.now() - timedelta(days=1)).count()
    if not recent or study.opened_at is None:
        return " Nobody rated in the last day." if ratings.submitted else ""
    span = min(timedelta(days=1), timezone.now() - study.opened_at)
    return format_html(" At this pace complete {}.", moment(timezone.now() + span / recent * left))
