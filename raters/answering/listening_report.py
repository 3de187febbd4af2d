"""What the browser reports with a submission: how long it took, what was played, how often sides were changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ListeningReport:
    """Times in milliseconds; ``switches`` counts changes from one side to the other."""

    response_ms: int
    played_first_ms: int
    played_second_ms: int
    switches: int


def sum_reports(passes: Sequence[dict[str, Any]]) -> ListeningReport:
    """The report of all finished passes of an assignment together (`raters.models.Assignment.passes`)."""
    names = [field.name for field in fields(ListeningReport)]
    return ListeningReport(**{name: sum(each[name] for each in passes) for name in names})
