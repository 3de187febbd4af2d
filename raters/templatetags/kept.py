"""`{% kept "raters/_criterion.html" criterion=criterion %}`: an include that is rendered once and then kept.

Most of a task's page is the same for every rater of a study, and rendering it is most of the page's cost. What is kept
can hold nothing of one rater: the template inside is given the named values and nothing else (no request, no other
variable), and what it became is found again by exactly these values and the language.
"""

from __future__ import annotations

import pickle
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 1024  # pieces a process keeps; a study in one language has a few dozen
register = template.Library()


@register.simple_tag
def kept(name: str, **values: object) -> SafeString:
    """The template ``name`` with these values (plain data) alone."""
    if settings.DEBUG:
        return render_to_string(name, values)
    return _rendered(name, get_language(), pickle.dumps(values))


@lru_cache(maxsize=MOST)
def _rendered(name: str, language: str | None, values: bytes) -> SafeString:
    return render_to_string(name, pickle.loads(values))  # noqa: S301 - written by `kept` a moment ago
