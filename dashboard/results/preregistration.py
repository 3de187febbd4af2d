"""A preregistration in Markdown, from the study file alone: what is asked of whom, and how it is decided."""

from __future__ import annotations

from collections.abc import Iterator

from studies.design import totals
from studies.models import Study
from studies.quality_checks import QUALITY_CHECKS
from studies.selectors import spec_of
from studies.spec import Kind, StudySpec


def preregistration(study: Study) -> str:
    """The document. It depends on nothing that happened later, so that it can be written again at any time."""
    spec = spec_of(study)
    when = study.launched_at
    frozen = f"launched {when:%Y-%m-%d %H:%M} UTC" if when else "a draft, not launched yet"
    amendments = study.events.filter(kind="amended").count()
    amended = f" The file was amended {amendments} times; this is its last version." if amendments else ""
    sections = (
        ("Question", _question(spec)),
        ("Systems and prompts", _material(spec)),
        ("What raters do", _task(spec)),
        ("How many", _size(spec)),
        ("Who is left out", _exclusions(spec)),
        ("Analysis", _analysis(spec)),
    )
    head = (
        f"# Preregistration: {spec.study.title}\n\n"
        f"Study `{study.slug}`, {frozen}. SHA-256 of the study file: `{study.sha256}`.{amended}\n"
    )
    return head + "".join(f"\n## {title}\n\n" + "\n".join(lines) + "\n" for title, lines in sections)


def _question(spec: StudySpec) -> Iterator[str]:
    if spec.study.description:
        yield f"{spec.study.description}\n"
    if not spec.analysis.primary:
        yield "No contrast is planned: every pair of systems is compared on every criterion, exploratorily."
    for a, b, criterion in spec.analysis.primary:
        yield f"- Do raters prefer `{a}` or `{b}` for {criterion.replace('_', ' ')}?"


def _material(spec: StudySpec) -> Iterator[str]:
    for name, system in spec.systems.items():
        settings = ", ".join(f"{key} {value}" for key, value in system.model_dump(mode="json").items())
        yield f"- `{name}`: {settings}"
    yield f"- {len(spec.prompts)} prompts, listed in the study file; the seed of everything random is {spec.study.seed}"
    yield f"- Clips of {spec.audio.duration:g} s, all at one loudness, {spec.audio.loudness:g} LUFS or softer"


def _task(spec: StudySpec) -> Iterator[str]:
    yield f"Two clips for one prompt, blind, sides balanced; the scale is `{spec.scale}`.\n"
    kinds: tuple[Kind, ...] = ("quality", "diversity") if spec.diversity else ("quality",)
    for kind in kinds:
        for criterion in spec.criteria_for(kind):
            yield f"- {criterion.label}: “{criterion.question}”"
    listening = "every clip to its end" if spec.raters.listen == "whole" else "as much as they like"
    yield f"\nRaters hear {listening}. Criteria are asked {spec.design.presentation.replace('-', ' ')}."


def _size(spec: StudySpec) -> Iterator[str]:
    size = totals(spec)
    yield f"- {size.comparisons} comparisons, {size.ratings} ratings of comparisons in all, then the study is closed"
    yield f"- {spec.design.ratings_per_comparison} raters for each comparison"
    yield f"- Up to {spec.raters.tasks} comparisons a rater"
    yield f"- In each session {spec.raters.training} practice pairs, {spec.raters.gold} with a known answer, "
    yield f"  {spec.raters.repeats} repeated"
    yield f"- Recruitment: {spec.recruitment.kind}"


def _exclusions(spec: StudySpec) -> Iterator[str]:
    if not spec.analysis.exclude:
        yield "Nobody: no rule is declared."
    for code in spec.analysis.exclude:
        check = QUALITY_CHECKS[code]
        yield f"- {check.name} (`{code}`): {check.fails} All of a rater's ratings are left out, or none."


def _analysis(spec: StudySpec) -> Iterator[str]:
    confidence = f"{100 * spec.analysis.confidence:g}%"
    yield f"Win rates, ties as halves, with {confidence} intervals for a new rater on a new prompt;"
    yield "tests adjusted by Holm's method over the planned contrasts, or over all pairs where none is planned."
    yield "Results are not looked at before the close except through the sequential monitor; a look is recorded."
