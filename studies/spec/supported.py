"""What a study file may ask for that this version cannot do yet. It is refused, never ignored.

``NOT_BUILT`` is the one list: whoever builds a feature removes its line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from studies.spec.model import StudySpec
from studies.spec.problems import Problem, shown

Json = Mapping[str, object] | Sequence[object] | str | float | bool | None


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A field (``*`` stands for any key or item) that must keep to ``only`` for now."""

    path: str
    only: tuple[object, ...]

    def problems(self, spec: StudySpec) -> Iterator[Problem]:
        for path, value in _found(self.path.split("."), spec.model_dump(mode="json"), ""):
            if value not in self.only:
                yield Problem(path, shown(value), self._allowed())

    def _allowed(self) -> str:
        values = " or ".join("null" if value is None else str(value) for value in self.only)
        return f"{values or 'an empty list'}; anything else is not available in this version"


NOT_BUILT: tuple[NotBuilt, ...] = ()


def unavailable(
    spec: StudySpec, broken: Collection[str] = (), not_built: Sequence[NotBuilt] = NOT_BUILT
) -> list[Problem]:
    """What the spec asks for and this version cannot do, in the sections that are not broken."""
    return [
        problem
        for entry in not_built
        if entry.path.split(".")[0] not in broken
        for problem in entry.problems(spec)
    ]


def _found(parts: list[str], value: object, path: str) -> Iterator[tuple[str, object]]:
    if not parts:
        yield path.lstrip("."), value
        return
    for key, inner in _items(value):
        if parts[0] in {"*", str(key)}:
            step = f"[{key}]" if isinstance(key, int) else f".{key}"
            yield from _found(parts[1:], inner, path + step)


def _items(value: object) -> Iterator[tuple[int | str, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)
