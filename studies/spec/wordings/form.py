"""What is said about a criterion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """``question`` compares two sides, ``absolute`` asks about each; the lists are examples for the ear."""

    label: str
    question: str
    absolute: str
    help: str
    listen_for: tuple[str, ...]
    ignore: tuple[str, ...]
