"""Two systems that would give raters the same clips: an honest-looking "no preference" that says nothing.

Allowed only where one of the two is declared as an A/A control (``control: true``).
"""

from __future__ import annotations

import hashlib
from itertools import combinations
from pathlib import Path

from generation.files.manifests import read_manifest
from studies.spec import Problem, StudySpec
from studies.spec.systems import Folder

SAME_ALLOWED = "other clips, or control: true on one of the two systems if this is an A/A control"


def same_clip_problems(spec: StudySpec, folder: Path) -> list[Problem]:
    """A problem for each two folder systems, neither a control, that hold the same bytes for all prompts.

    The manifests are read already, and good.
    """
    manifests = {
        name: (folder / system.manifest).resolve()
        for name, system in spec.systems.items()
        if isinstance(system, Folder)
    }
    return [
        Problem(f"systems.{second}.manifest", f"the same clips as the system {first}", SAME_ALLOWED)
        for first, second in combinations(sorted(manifests), 2)
        if not (spec.systems[first].control or spec.systems[second].control)
        and _hold_the_same(manifests[first], manifests[second])
    ]


def _hold_the_same(first: Path, second: Path) -> bool:
    """Whether both have the same bytes wherever both have a clip. The first difference ends the look."""
    if first == second:
        return True
    clips = {(entry.prompt_id, entry.place): entry.path for entry in read_manifest(first)}
    others = {(entry.prompt_id, entry.place): entry.path for entry in read_manifest(second)}
    shared = sorted(clips.keys() & others.keys())
    return bool(shared) and all(_same_bytes(clips[place], others[place]) for place in shared)


def _same_bytes(first: Path, second: Path) -> bool:
    if first.stat().st_size != second.stat().st_size:
        return False
    with first.open("rb") as one, second.open("rb") as other:
        return hashlib.file_digest(one, "sha256").digest() == hashlib.file_digest(other, "sha256").digest()
