"""What the console's templates are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import mark_safe

from dashboard.results import early_looks, exporting
from dashboard.results.blinding import Letters
from dashboard.running.study_size import Planner, wish_of
from dashboard.web.cards import cards
from dashboard.web.words import sentence
from generation import selectors as generation
from generation.queue.throughput import making_by_system, steering_of
from generation.selectors import SampleCounts
from raters.assigning.counts import tally_of
from raters.assigning.rating_counts import RatingCounts, counts_by_pair, counts_by_prompt, rating_counts
from raters.selectors.people import count_people
from raters.selectors.quarantine import report_summary
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec

Context = dict[str, Any]
State = Study.State


@dataclass(frozen=True, slots=True)
class Row:
    """One study in the list."""

    study: Study
    samples: SampleCounts
    ratings: RatingCounts


def study_list(studies: QuerySet[Study]) -> list[Row]:
    return [
        Row(study, generation.sample_counts(study), rating_counts(study))
        for study in studies.defer("spec", "source").order_by("-created_at")
    ]


def progress_context(study: Study, letters: Letters | None = None) -> Context:
    """The part that changes by itself; with ``letters`` no system is named."""
    samples, tally, people = generation.sample_counts(study), tally_of(study), count_people(study)
    systems = generation.counts_by_system(study)
    shown = letters.counts(systems) if letters else systems
    offered = buttons(study, samples)
    return {
        "study": study,
        "sentence": sentence(study, samples, rating_counts(study, tally)),
        "cards": [] if study.state == State.DRAFT else cards(study, samples, shown, tally, people),
        "every": _seconds(study, samples),
        "buttons": offered,
        "seen": "-".join([study.state, *(button.verb for button in offered)]),
        "simulated": people.simulated > 0,
        "samples": samples,
        "systems": shown,
        "making": making_by_system(study)
        if not letters and study.state != State.DRAFT and unfinished(samples)
        else [],
    }


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """The whole study (``system`` empty) or one system of it, as generation can be steered."""

    label: str
    system: str
    state: str
    to_go: int
    paused: bool
    priority: int


def generation_rows(study: Study) -> list[GenerationRow]:
    """Empty while nothing is left to make."""
    if study.state == State.DRAFT or not generation.sample_counts(study).under_way:
        return []
    systems, steering = making_by_system(study), steering_of(study)
    to_go = sum(one.to_go for one in systems)
    rows = [GenerationRow("The whole study", "", f"{to_go} to go", to_go, steering.paused, steering.priority)]
    return rows + [
        GenerationRow(one.name, one.name, f"{one.to_go} to go", one.to_go, one.paused, one.priority)
        for one in systems
    ]


def unfinished(samples: SampleCounts) -> bool:
    return samples.under_way + samples.failed > 0


def _seconds(study: Study, samples: SampleCounts) -> int:
    """How often the page asks; 0 where nothing changes by itself."""
    if study.state != State.DRAFT and samples.under_way:
        return 2
    return 10 if study.state == State.OPEN else 0


def study_context(study: Study, letters: Letters | None = None) -> Context:
    """The progress page: where the study stands, what needs attention, what can be done now."""
    spec = spec_of(study)
    order = {prompt.id: place for place, prompt in enumerate(spec.prompts)}
    tally = tally_of(study)
    return progress_context(study, letters) | {
        "names": sorted(letters.by_system.values()) if letters else list(spec.systems),
        "blind": letters is not None,
        "spec": spec,
        "prompts": sorted(generation.counts_by_prompt(study), key=lambda row: order[row.name]),
        "pairs": [] if letters else counts_by_pair(study, tally),
        "rated_prompts": sorted(counts_by_prompt(study, tally), key=lambda row: order[row.name]),
        "texts": {prompt.id: prompt.text for prompt in spec.prompts},
        "failed": [] if letters else generation.failed_samples(study),
        "generation": [] if letters else generation_rows(study),
        "sounds": [] if letters or study.opened_at else generation.sound_by_system(study),
        "reported": report_summary(study),
        "door": exporting.door(study),
        "events": study.events.order_by("-id")[:20],
        "planner": Planner(wish_of(spec)) if study.state == State.DRAFT else None,
    }


@dataclass(frozen=True, slots=True)
class Button:
    """An action that makes sense now."""

    verb: str
    label: str
    primary: bool = False


def buttons(study: Study, samples: SampleCounts) -> list[Button]:
    offered = {
        State.DRAFT: [Button("launch", "Launch the study", primary=True)],
        State.LAUNCHED: []
        if samples.under_way or not samples.ready
        else [Button("open", "Open to raters", True)],
        State.OPEN: [Button("pause", "Pause"), Button("close", "Close the study")],
        State.PAUSED: [Button("open", "Open again", primary=True), Button("close", "Close the study")],
        State.CLOSED: [Button("open", "Open again")],
    }[State(study.state)]
    return offered + ([Button("retry", "Try failed samples again")] if samples.failed else [])


def monitor_context(study: Study, letters: Letters | None = None) -> Context:
    spec = spec_of(study)
    found = early_looks.monitors(study, letters)
    flat = [one.found.monitor for group in found.values() for one in group]
    return {
        "study": study,
        "blind": letters is not None,
        "criteria": [(_labels(spec)[name], group) for name, group in found.items()],
        "decided": sum(monitor.decided for monitor in flat),
        "asked": len(flat),
        "looks": early_looks.looks(study),
    }


def results_context(study: Study, letters: Letters | None = None) -> Context:
    """The results page: the parts of the report, from the report's own templates."""
    analysed = exporting.analysis_of(study, letters)
    return {
        "study": study,
        "blind": letters is not None,
        "facts": analysed.findings.facts,
        "parts": {
            name: mark_safe(html)  # noqa: S308 - the templates of `analysis.output.report` escape what they are given
            for name, html in analysed.parts.items()
        },
        "looks": early_looks.looks(study),
        "watched": early_looks.watched(study),
    }


def _labels(spec: StudySpec) -> dict[str, str]:
    return {
        criterion.id: criterion.label for kind in early_looks.KINDS for criterion in spec.criteria_for(kind)
    }
