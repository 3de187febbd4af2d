"""Numbers as the console shows them: never more digits than the data can bear, a dash for what cannot be computed."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
NONE = "–"


@register.filter
def share(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.0f}%"


@register.filter
def probability(value: float | None) -> str:
    if value is None:
        return NONE
    return "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0")


@register.filter
def signed(value: float | None) -> str:
    return NONE if value is None else f"{value:+.2f}"


@register.filter
def drawing(svg: str) -> SafeString:
    """Our own figure: `analysis.figures` escapes every text that goes into it."""
    return mark_safe(svg)  # noqa: S308 - escaped where it is drawn
