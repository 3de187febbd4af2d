"""A study file that is broken in places, with stand-ins there, so that the rest is checked in the same go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from studies.spec.model import StudySpec

# Stands in for a required section that is broken as a whole.
STAND_IN: dict[str, Any] = {
    "study": {"slug": "s", "title": "s", "seed": 0},
    "prompts": ({"id": "p", "text": "p"},),
    "systems": {name: {"backend": "builtin", "checkpoint": "/"} for name in ("a", "b")},
}


def _prompt(index: int | str) -> dict[str, str]:
    return {"id": f"stand-in-for-prompt-{index}", "text": f"stand-in for prompt {index}"}


def _system(_: int | str) -> dict[str, str]:
    return {"backend": "builtin", "checkpoint": "/"}  # a path that exists everywhere


def _criterion(index: int | str) -> dict[str, str]:
    return {"id": f"stand_in_{index}", "label": f"stand-in {index}", "question": "?"}


# Sections of which a single item can be broken alone, with an item in which no check finds a problem.
_ITEM: dict[str, Callable[[int | str], dict[str, str]]] = {
    "prompts": _prompt,
    "systems": _system,
    "criteria": _criterion,
}


@dataclass(frozen=True, slots=True)
class Parts:
    """``spec`` is the study, with stand-ins for ``broken`` sections and items when there are ``errors``."""

    spec: StudySpec
    broken: frozenset[str]
    errors: tuple[ErrorDetails, ...]


def parse_parts(raw: dict[str, Any]) -> Parts:
    """The study as far as it can be understood, and every error of its schema."""
    try:
        return Parts(StudySpec.model_validate(raw), frozenset(), ())
    except ValidationError as error:
        details = error.errors(include_url=False)
    items = {_place(detail) for detail in details if _is_of_an_item(detail)}
    real = tuple(detail for detail in details if not _counts_sound_items(detail, items))
    broken = frozenset(str(detail["loc"][0]) for detail in real if not _is_of_an_item(detail))
    return _without({key: _mended(key, value, items) for key, value in raw.items()}, broken, real)


def _without(raw: dict[str, Any], broken: frozenset[str], errors: tuple[ErrorDetails, ...]) -> Parts:
    whole = {key: value for key, value in raw.items() if key not in broken}
    try:
        return Parts(StudySpec.model_validate(STAND_IN | whole), broken, errors)
    except ValidationError as error:
        more = error.errors(include_url=False)
    return _without(raw, broken | {str(detail["loc"][0]) for detail in more}, (*errors, *more))


def _is_of_an_item(detail: ErrorDetails) -> bool:
    loc = detail["loc"]
    return len(loc) > 1 and loc[0] in _ITEM and loc[-1] != "[key]"


def _place(detail: ErrorDetails) -> tuple[str, int | str]:
    return str(detail["loc"][0]), detail["loc"][1]


def _counts_sound_items(detail: ErrorDetails, items: set[tuple[str, int | str]]) -> bool:
    """pydantic leaves broken items out when it counts, so a list with one broken item looks empty to it."""
    return detail["type"] == "too_short" and any(detail["loc"] == (section,) for section, _ in items)


def _mended(section: str, value: Any, items: set[tuple[str, int | str]]) -> Any:  # noqa: ANN401 - read from YAML
    names = {name for where, name in items if where == section}
    if not names:
        return value
    if isinstance(value, dict):
        return {key: _ITEM[section](key) if key in names else item for key, item in value.items()}
    return [_ITEM[section](index) if index in names else item for index, item in enumerate(value)]
