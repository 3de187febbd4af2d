"""What one section of a study file cannot know: names that must exist elsewhere, numbers that must fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studies.quality_checks import QUALITY_CHECKS
from studies.spec.criteria import DIVERSITY_ID, GOLD_CRITERION
from studies.spec.model import StudySpec
from studies.spec.problems import Problem, did_you_mean, one_of, shown
from studies.spec.systems import MANIFEST_ALLOWED, REVISION_ALLOWED, Builtin, Folder, MusicGen, StableAudio


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a study file is checked against: its folder and the built-in checkpoints that exist.

    ``prompt_names`` name prompts that came from another file; empty when they stand in the study file.
    """

    folder: Path
    builtin: Collection[str]
    prompt_names: Sequence[str] = ()

    def prompt(self, index: int) -> str:
        return self.prompt_names[index] if self.prompt_names else f"prompts[{index}]"


Check = Callable[[StudySpec, Surroundings], Iterator[Problem]]


def _prompts_differ(spec: StudySpec, around: Surroundings) -> Iterator[Problem]:
    ids: dict[str, int] = {}
    texts: dict[str, int] = {}
    for index, prompt in enumerate(spec.prompts):
        for field, value, seen in (
            ("id", prompt.id.casefold(), ids),
            ("text", " ".join(unicodedata.normalize("NFC", prompt.text).split()), texts),
        ):
            first = seen.setdefault(value, index)
            if first != index:
                given = f"{shown(getattr(prompt, field))}, the same as {around.prompt(first)}"
                yield Problem(f"{around.prompt(index)}.{field}", given, f"each {field} once")


def _system_names_differ(spec: StudySpec, _: Surroundings) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in spec.systems:
        first = seen.setdefault(name.casefold(), name)
        if first != name:
            yield Problem(f"systems.{name}", f"the same name as {first!r} but for case", "different names")


def _checkpoints_exist(spec: StudySpec, around: Surroundings) -> Iterator[Problem]:
    for name, system in spec.systems.items():
        if isinstance(system, Folder) and not (around.folder / system.manifest).is_file():
            path = f"systems.{name}.manifest"
            yield Problem(path, shown(system.manifest), MANIFEST_ALLOWED)
        if isinstance(system, Builtin | MusicGen | StableAudio):
            for field, reference in system.references().items():
                yield from _reference(f"systems.{name}.{field}", reference, system, around)
            yield from _revision(f"systems.{name}", system, around)


def _revision(path: str, system: Builtin | MusicGen | StableAudio, around: Surroundings) -> Iterator[Problem]:
    if isinstance(system, Builtin) or system.revision is None or system.checkpoint is None:
        return
    if (around.folder / system.checkpoint).exists():
        yield Problem(f"{path}.revision", shown(system.revision), REVISION_ALLOWED)


def _reference(
    path: str, given: str, system: Builtin | MusicGen | StableAudio, around: Surroundings
) -> Iterator[Problem]:
    if (around.folder / given).exists():
        return
    if isinstance(system, MusicGen | StableAudio):
        if given.startswith((".", "/", "~")):
            yield Problem(path, shown(given), "the path of a folder that exists, or a hub id")
    elif given not in around.builtin:
        hint = did_you_mean(given, around.builtin)
        allowed = f"{hint}a built-in checkpoint ({one_of(sorted(around.builtin))}) or a path that exists"
        yield Problem(path, shown(given), allowed)


def _criteria_differ(spec: StudySpec, _: Surroundings) -> Iterator[Problem]:
    ids: dict[str, int] = {}
    labels: dict[str, int] = {}
    for index, criterion in enumerate(spec.criteria):
        if criterion.id == DIVERSITY_ID:
            allowed = "another id; sets are judged for diversity in the section of that name"
            yield Problem(f"criteria[{index}].id", shown(criterion.id), allowed)
        for field, seen in (("id", ids), ("label", labels)):
            value = getattr(criterion, field)
            first = seen.setdefault(value, index)
            if first != index:
                given = f"{shown(value)}, the same as criteria[{first}]"
                yield Problem(f"criteria[{index}].{field}", given, f"each {field} once")


def _pairs_are_known(spec: StudySpec, _: Surroundings) -> Iterator[Problem]:
    if spec.design.pairs == "all":
        return
    for pair in spec.design.pairs:
        for name in pair:
            if name not in spec.systems:
                yield Problem("design.pairs", f"the system {name!r}", _known(name, spec.systems))
    paired = {name for pair in spec.design.pairs for name in pair}
    for name in spec.systems:
        if name not in paired:
            yield Problem(
                f"systems.{name}", "a system that is in none of design.pairs", "systems that are compared"
            )


def _contrasts_are_known(spec: StudySpec, _: Surroundings) -> Iterator[Problem]:
    criteria = {criterion.id for criterion in spec.criteria} | ({DIVERSITY_ID} if spec.diversity else set())
    for index, (first, second, criterion) in enumerate(spec.analysis.primary):
        path = f"analysis.primary[{index}]"
        for name in (first, second):
            if name not in spec.systems:
                yield Problem(path, f"the system {name!r}", _known(name, spec.systems))
        if criterion not in criteria:
            yield Problem(path, f"the criterion {criterion!r}", _known(criterion, sorted(criteria)))


def _known(given: str, known: Iterable[str]) -> str:
    names = list(known)
    return f"{did_you_mean(given, names)}one of {one_of(names)}"


def _diversity_fits(spec: StudySpec, _: Surroundings) -> Iterator[Problem]:
    if spec.diversity and spec.diversity.prompts > len(spec.prompts):
        allowed = f"at most the number of prompts, {len(spec.prompts)}"
        yield Problem("diversity.prompts", str(spec.diversity.prompts), allowed)


def _exclusions_can_happen(spec: StudySpec, _: Surroundings) -> Iterator[Problem]:
    for code in spec.analysis.exclude:
        needed = QUALITY_CHECKS[code].needs
        if needed and not getattr(spec.raters, needed):
            yield Problem("analysis.exclude", code, f"{code} only when raters.{needed} is turned on")


def _known_answers_fit(spec: StudySpec, _: Surroundings) -> Iterator[Problem]:
    """Gold and training are made of the study's samples, one each, and of a question with a known answer."""
    training, gold, tasks = spec.raters.training, spec.raters.gold, spec.raters.tasks
    samples = len(spec.systems) * len(spec.prompts)
    if gold > tasks:
        yield Problem("raters.gold", str(gold), f"at most raters.tasks, {tasks}")
    if training + gold > samples:
        path, given = (
            ("raters.gold", f"{gold}, with {training} for training")
            if gold
            else ("raters.training", str(training))
        )
        yield Problem(path, given, f"together at most one for each system and prompt, {samples}")
    if gold and GOLD_CRITERION not in {criterion.id for criterion in spec.criteria}:
        allowed = (
            f"only with a criterion of the id {GOLD_CRITERION}: a broken sound answers no other question"
        )
        yield Problem("raters.gold", str(gold), allowed)


# Each check with the sections it reads: it is left out when one of them is broken itself.
CHECKS: tuple[tuple[frozenset[str], Check], ...] = (
    (frozenset({"prompts"}), _prompts_differ),
    (frozenset({"systems"}), _system_names_differ),
    (frozenset({"systems"}), _checkpoints_exist),
    (frozenset({"criteria"}), _criteria_differ),
    (frozenset({"systems", "design"}), _pairs_are_known),
    (frozenset({"systems", "criteria", "diversity", "analysis"}), _contrasts_are_known),
    (frozenset({"prompts", "diversity"}), _diversity_fits),
    (frozenset({"raters", "analysis"}), _exclusions_can_happen),
    (frozenset({"raters", "prompts", "systems", "criteria"}), _known_answers_fit),
)


def cross_problems(spec: StudySpec, around: Surroundings, broken: Collection[str] = ()) -> list[Problem]:
    """Everything the checks find in the sections that are not broken."""
    return [
        problem
        for sections, check in CHECKS
        if sections.isdisjoint(broken)
        for problem in check(spec, around)
    ]
