"""From a file to a study, or to a refusal that lists everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studies.spec.canonical import to_yaml
from studies.spec.checks import Surroundings, cross_problems
from studies.spec.confinement import leaving_paths
from studies.spec.model import StudySpec
from studies.spec.partial import STAND_IN, parse_parts
from studies.spec.problems import Problem, StudyRefused
from studies.spec.prompt_file import read_prompts
from studies.spec.sizing import small
from studies.spec.strict_yaml import BIGGEST, WHAT, decode, read_mapping
from studies.spec.supported import NOT_BUILT, NotBuilt, unavailable
from studies.spec.translate import problems_of


@dataclass(frozen=True, slots=True)
class LoadedStudy:
    """A study file that can be used. Relative paths in ``spec`` start from ``folder``."""

    spec: StudySpec
    folder: Path
    source: str


def load_study(
    path: Path,
    *,
    builtin: Collection[str] = (),
    not_built: Sequence[NotBuilt] = NOT_BUILT,
    sized_down: bool = False,
) -> LoadedStudy:
    """Read a study file; ``builtin`` names the built-in checkpoints that are installed.

    ``sized_down``: the study is the file's protocol in a size for trying (``sizing.small``), checked again.

    Raises:
        StudyRefused: with every problem found. Nothing is written anywhere.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StudyRefused(
            [Problem(str(path), str(error.strerror), "a study file that can be read")]
        ) from error
    text = decode(data, what=path.name, biggest=BIGGEST)
    folder = path.resolve().parent
    loaded = parse_study(text, folder=folder, builtin=builtin, not_built=not_built)
    if not sized_down:
        return loaded
    return parse_study(to_yaml(small(loaded.spec)), folder=folder, builtin=builtin, not_built=not_built)


def parse_study(
    text: str,
    *,
    folder: Path,
    builtin: Collection[str] = (),
    not_built: Sequence[NotBuilt] = NOT_BUILT,
    confined: bool = False,
) -> LoadedStudy:
    """``load_study`` for a text whose relative paths start from ``folder``, and stay in it when ``confined``."""
    if len(text) > BIGGEST:
        raise StudyRefused([Problem(WHAT, f"{len(text)} characters", f"at most {BIGGEST} characters")])
    raw = read_mapping(text)
    if confined and (leaving := leaving_paths(raw)):
        raise StudyRefused(leaving)
    prompts = _prompts_in_line(raw, folder)
    around = Surroundings(folder, builtin, prompts.names)
    return LoadedStudy(_checked(prompts.raw, around, prompts.problems, not_built), folder, text)


@dataclass(frozen=True, slots=True)
class _InLine:
    raw: dict[str, Any]
    names: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def _prompts_in_line(raw: dict[str, Any], folder: Path) -> _InLine:
    given = raw.get("prompts")
    if not isinstance(given, str):
        return _InLine(raw)
    try:
        table = read_prompts(folder / given)
    except StudyRefused as refused:
        return _InLine({**raw, "prompts": STAND_IN["prompts"]}, problems=refused.problems)
    return _InLine({**raw, "prompts": table.rows}, names=table.names)


def _checked(
    raw: dict[str, Any], around: Surroundings, early: Sequence[Problem], not_built: Sequence[NotBuilt]
) -> StudySpec:
    """Every problem of the schema, of names that do not fit, and of what is not built, at once."""
    parts = parse_parts(raw)
    broken = parts.broken | ({"prompts"} if early else set())
    problems = [*early, *problems_of(parts.errors, around.prompt_names)]
    problems += cross_problems(parts.spec, around, broken)
    problems += unavailable(parts.spec, broken, not_built)
    if problems:
        raise StudyRefused(problems)
    return parts.spec
