"""Every address of the site, found by walking Django's own table of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Address:
    """``route``: as Django writes it, from the root."""

    route: str
    view: Any
    pattern: URLPattern


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[Address]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        else:
            yield Address(route, entry.callback, entry)
