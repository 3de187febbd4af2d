"""A study file that is broken in places, with stand-ins there, so that the rest is checked in the same go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from studies.spec.model import StudySpec

# Stands in for a required section that is broken as a whole.
STAND_IN: dict[str, Any] = {
    "study": {"slug": "s", "title": "s", "seed": 0},
    "prompts": ({"id": "p", "text": "p"},),
    "systems": {name: {"backend": "builtin", "checkpoint": "."} for name in ("a", "b")},
}


def _prompt(index: int | str) -> dict[str, str]:
    return {"id": f"stand-in-for-prompt-{index}", "text": f"stand-in for prompt {index}"}


def _system(_: int | str) -> dict[str, str]:
    return {"backend": "builtin", "checkpoint": "."}


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
    errors: tuple[ValidationError, ...]


def parse_parts(raw: dict[str, Any]) -> Parts:
    """The study as far as it can be understood, and every error of its schema."""
    try:
        return Parts(StudySpec.model_validate(raw), frozenset(), ())
    except ValidationError as error:
        broken, items = _places(error)
        mended = {key: _mended(key, value, items) for key, value in raw.items()}
        return _without(mended, broken, (error,))


def _without(raw: dict[str, Any], broken: frozenset[str], errors: tuple[ValidationError, ...]) -> Parts:
    whole = {key: value for key, value in raw.items() if key not in broken}
    try:
        return Parts(StudySpec.model_validate(STAND_IN | whole), broken, errors)
    except ValidationError as error:
        # A section's size is looked at only once all its items are sound.
        sections = frozenset(str(detail["loc"][0]) for detail in error.errors())
        return _without(raw, broken | sections, (*errors, error))


def _places(error: ValidationError) -> tuple[frozenset[str], set[tuple[str, int | str]]]:
    """The sections that are broken as a whole, and the single items that are."""
    locs = [detail["loc"] for detail in error.errors()]
    items = {(str(loc[0]), loc[1]) for loc in locs if len(loc) > 1 and loc[0] in _ITEM and loc[-1] != "[key]"}
    single = {section for section, _ in items}
    whole = {str(loc[0]) for loc in locs if len(loc) == 1 or loc[0] not in single or loc[-1] == "[key]"}
    return frozenset(whole), items


def _mended(section: str, value: Any, items: set[tuple[str, int | str]]) -> Any:  # noqa: ANN401 - read from YAML
    names = {name for where, name in items if where == section}
    if not names:
        return value
    if isinstance(value, dict):
        return {key: _ITEM[section](key) if key in names else item for key, item in value.items()}
    return [_ITEM[section](index) if index in names else item for index, item in enumerate(value)]
