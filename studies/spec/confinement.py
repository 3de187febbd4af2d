"""Study files that come from a browser: they may name files beside the study, and nothing else on the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from studies.spec.problems import Problem, shown

_ALLOWED = "a path below the study's folder, without '..'; the command line may name others"


def leaving_paths(raw: Mapping[str, object]) -> list[Problem]:
    """Every path of a study file that would leave its folder."""
    return [
        Problem(where, shown(path), _ALLOWED)
        for where, path in _paths(raw)
        if isinstance(path, str) and _leaves(path)
    ]


def _leaves(path: str) -> bool:
    parts = PurePosixPath(path.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or path.startswith("~")


def _paths(raw: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    yield "prompts", raw.get("prompts")
    systems = raw.get("systems")
    for name, system in systems.items() if isinstance(systems, Mapping) else ():
        if not isinstance(system, Mapping):
            continue
        for key in ("checkpoint", "manifest"):
            yield f"systems.{name}.{key}", system.get(key)
        merge = system.get("merge")
        for key, path in merge.items() if isinstance(merge, Mapping) else ():
            yield f"systems.{name}.merge.{key}", path
