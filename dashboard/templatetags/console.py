"""What the console's templates need beside Django's own filters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.utils.safestring import SafeString, mark_safe

from dashboard.web import words
from studies.models import StudyEvent

register = template.Library()


@register.filter
def drawing(svg: str) -> SafeString:
    """Our own figure: every text that goes into it is escaped where it is drawn."""
    return mark_safe(svg)  # noqa: S308 - escaped where it is drawn


@register.filter
def moment(when: datetime) -> SafeString:
    return words.moment(when)


@register.filter
def event_words(event: StudyEvent) -> str:
    return words.event_words(event)


@register.filter
def span(length: timedelta) -> str:
    """A length of time, in its largest unit that says enough: 40 s, 12 min, 3.5 h."""
    return words.span(length)


@register.filter
def entry(table: Mapping[str, str], key: str) -> str:
    return table.get(key, "")


@register.filter
def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


@register.filter
def rest(share: float) -> str:
    """The other side of a share."""
    return percent(1 - share)
