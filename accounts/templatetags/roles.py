"""What the person who looks may do, for templates: a button that answers 403 is not shown."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.policy.roles import Power
from accounts.selectors import standing

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], power: str) -> bool:
    """``{% may "run" as can_run %}``: of the study that the page is about."""
    return Power(power) in standing(context["request"].user, context["study"]).powers
