"""What a study file says that the analysis tells: names, the smallest effect of interest, how the study was "
"run. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from analysis.errors import SettingRefused
from analysis.findings.answers import counted_words
from analysis.findings.names import Names
from analysis.findings.study_description import Section, StudyDescription
from studies.quality_checks import QUALITY_CHECKS
from studies.spec import StudyRefused, StudySpec, sha256
from studies.spec.strict_yaml import read_mapping

HEADPHONE_CHECKS = {"huggins": "Huggins pitch", "antiphase": "antiphase tones"}
RECRUITED = {
    "open": "anybody with the link could take part",
    "invitation": "people with a single-use invitation could take part",
    "prolific": "raters came from Prolific",
}


def read_study(text: str) -> StudyDescription:
    """Of a bundle's `study.yaml`. Raises SettingRefused where it is no such file."""
    try:
        spec = StudySpec.model_validate(read_mapping(text))
    except (StudyRefused, ValidationError) as refused:
        first = str(refused).splitlines()[0]
        raise SettingRefused(f"study: {first}; allowed: study.yaml as it was exported") from refused
    return describe(spec)


def describe(spec: StudySpec, *, name_systems: bool = True) -> StudyDescription:
    """`name_systems`: off for whoever sees letters instead of systems; then no word here names one."""
    criteria = {
        criterion.id: criterion.label
        for kind in ("quality", "diversity")
        if kind == "quality" or spec.diversity
        for criterion in spec.criteria_for(kind)
    }
    return StudyDescription(
        names=Names(criteria=criteria),
        smallest_effect=spec.analysis.smallest_effect,
        weights=spec.analysis.weights,
        sections=(
            Section("Stimuli", (_stimuli(spec, name_systems=name_systems),)),
            Section("Task", (_task(spec),)),
            Section("Raters", (_raters(spec),)),
            Section("Declared beforehand", (_declared(spec, name_systems=name_systems),)),
        ),
    )


def _stimuli(spec: StudySpec, *, name_systems: bool) -> str:
    systems = counted_words(len(spec.systems), "system")
    named = f" ({', '.join(spec.systems)})" if name_systems else ""
    clips = counted_words(spec.design.samples_per_prompt, "clip")
    return (
        f"{systems}{named} were given the same {counted_words(len(spec.prompts), 'prompt')}; each made {clips} a "
        f"prompt, from a seed fixed beforehand. Every clip was brought to {spec.audio.duration:g} s and to one "
        f"loudness for the study ({spec.audio.loudness:g} LUFS, ITU-R BS.1770, lower where a clip's true peak "
        "would not allow it; nothing was limited), and kept as 16-bit PCM."
    )


def _task(spec: StudySpec) -> str:
    listen = (
        "Both sides had to be heard to the end before an answer was taken"
        if spec.raters.listen == "whole"
        else "How much of each side was heard was left to the raters"
    )
    asked = "; ".join(f"{criterion.label}: “{criterion.question}”" for criterion in spec.criteria)
    together = (
        "All criteria were asked together"
        if spec.design.presentation == "together"
        else "Each criterion was asked alone, in a pass of its own"
    )
    sets = (
        f" Diversity was asked about sets of {spec.diversity.set_size} clips a side, on {spec.diversity.prompts} "
        "of the prompts."
        if spec.diversity
        else ""
    )
    return (
        "Raters compared two systems on one prompt side by side, blind: nothing but the sound told the sides "
        f"apart, and which system was on which side was balanced. {listen}. Answers were given on the scale "
        f"{spec.scale}. {together}: {asked}.{sets} The aim was "
        f"{counted_words(spec.design.ratings_per_comparison, 'rating')} of each comparison."
    )


def _raters(spec: StudySpec) -> str:
    raters = spec.raters
    quota = f", {spec.recruitment.quota:,} at most" if spec.recruitment.quota else ""
    checks = ["a sound check"] if raters.sound_check else []
    if raters.headphone_check:
        failing = " and screened out who failed it" if raters.headphone_failure == "screen_out" else ""
        checks.append(f"a headphone check with {HEADPHONE_CHECKS[raters.headphone_check]}{failing}")
    extra = [
        counted_words(count, noun)
        for count, noun in (
            (raters.training, "training pair"),
            (raters.gold, "gold pair"),
            (raters.repeats, "repeated pair"),
        )
        if count
    ]
    return (
        f"Recruitment: {RECRUITED[spec.recruitment.kind]}{quota}. Everybody consented first. A session had at most "
        f"{counted_words(raters.tasks, 'pair')}{_and('besides', extra)}.{_and(' It began with', checks, '.')}"
    )


def _and(before: str, parts: Iterable[str], after: str = "") -> str:
    words = " and ".join(parts)
    return f"{before if before.startswith(' ') else f', {before}'} {words}{after}" if words else ""


def _declared(spec: StudySpec, *, name_systems: bool) -> str:
    rules = " ".join(f"{code}: {QUALITY_CHECKS[code].fails}" for code in spec.analysis.exclude)
    excluded = f"Raters were to be excluded by: {rules}" if rules else "No exclusion of raters was declared."
    contrasts = ", ".join(f"{a} against {b} for {criterion}" for a, b, criterion in spec.analysis.primary)
    if not contrasts:
        planned = "No contrast was declared, so every pair is adjusted with the others of its criterion."
    elif name_systems:
        planned = f"Planned contrasts: {contrasts}."
    else:
        planned = f"{counted_words(len(spec.analysis.primary), 'contrast')} planned."
    return f"{excluded} {planned} The study file has the SHA-256 {sha256(spec)}."
