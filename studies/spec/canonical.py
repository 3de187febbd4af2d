"""The one way to write a study down: for its hash, for comparing two files, for giving it to others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from studies.spec.model import StudySpec
from studies.spec.problems import shown
from studies.spec.strict_yaml import CORE_SCHEMA

_ABSENT = object()


def canonical_json(spec: StudySpec) -> str:
    """Sorted keys, defaults filled in, prompts in line, every real number with a dot. ASCII."""
    return json.dumps(spec.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(spec: StudySpec) -> str:
    """The study's name for ever: the SHA-256 (hex) of its canonical form."""
    return hashlib.sha256(canonical_json(spec).encode("ascii")).hexdigest()


def to_yaml(spec: StudySpec) -> str:
    """A study file that parses to the same study, with every default written out."""
    dumped = spec.model_dump(mode="json")
    # A database may give a mapping's keys back in an order of its own.
    dumped["systems"] = dict(sorted(dumped["systems"].items()))
    return yaml.dump(dumped, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Quotes whatever YAML 1.1 or 1.2 would take for something other than text, so all readers agree."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401 - PyYAML's
        return True


for _tag, _pattern, _first in CORE_SCHEMA:
    _Dumper.add_implicit_resolver(_tag, _pattern, _first)


def explain_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What differs between two canonical forms, one line each: path, before, after."""
    return list(_changes("", old, new))


def _changes(path: str, old: object, new: object) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mapping_changes(path, old, new)
    elif _are_named(old) and _are_named(new):
        before, after = _by_id(old), _by_id(new)
        yield from _mapping_changes(path, before, after)
        if before == after:
            yield f"{path}: the order changed"
    else:
        yield f"{path}: was {_said(old)}, is now {_said(new)}"


def _mapping_changes(path: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for key in dict.fromkeys([*old, *new]):
        step = f"{path}.{key}".lstrip(".")
        yield from _changes(step, old.get(key, _ABSENT), new.get(key, _ABSENT))


def _said(value: object) -> str:
    return "absent" if value is _ABSENT else shown(value)


def _are_named(value: object) -> bool:
    """Prompts and criteria are lists of things with an id: they are compared by it."""
    return (
        isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) and "id" in v for v in value)
    )


def _by_id(value: Any) -> dict[str, object]:  # noqa: ANN401 - checked by _are_named
    items: Sequence[Mapping[str, object]] = value
    return {str(item["id"]): item for item in items}
