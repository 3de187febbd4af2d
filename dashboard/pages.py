"""What the console's templates are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timesince import timesince

from analysis.bundle import Bundle
from dashboard import bundle
from generation import selectors as generation
from generation.selectors import SampleCounts
from raters import selectors as raters
from raters.selectors import RatingCounts
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import Kind

Context = dict[str, Any]
KINDS: tuple[Kind, ...] = ("quality", "diversity")
State = Study.State


@dataclass(frozen=True, slots=True)
class Row:
    """One study in the list."""

    study: Study
    samples: SampleCounts
    ratings: RatingCounts


def study_list() -> list[Row]:
    return [
        Row(study, generation.sample_counts(study), raters.rating_counts(study))
        for study in Study.objects.order_by("-created_at")
    ]


def study_context(study: Study) -> Context:
    samples, ratings = generation.sample_counts(study), raters.rating_counts(study)
    return {
        "study": study,
        "spec": spec_of(study),
        "samples": samples,
        "ratings": ratings,
        "people": raters.people(study),
        "sentence": sentence(study, samples, ratings),
        "buttons": buttons(study, samples),
        "busy": study.state != State.DRAFT and samples.under_way > 0,
        "live": study.state == State.OPEN,
        "systems": generation.counts_by_system(study),
        "prompts": generation.counts_by_prompt(study),
        "pairs": raters.counts_by_pair(study),
        "rated_prompts": raters.counts_by_prompt(study),
        "failed": generation.failed_samples(study),
        "door": bundle.door(study),
        "events": study.events.order_by("-id")[:20],
        "simulated": raters.people(study).simulated > 0,
    }


def sentence(study: Study, samples: SampleCounts, ratings: RatingCounts) -> str:
    """Where the study stands, in words."""
    if study.state == State.DRAFT:
        return "A draft. Launch it to freeze its file and make its samples."
    if samples.under_way:
        return f"{samples.ready} of {samples.total} samples ready{_rest(study, samples)}."
    if study.state == State.LAUNCHED:
        return "Every sample has been made. Open the study to let raters in."
    rated = f"{ratings.submitted} of {ratings.planned} comparisons rated"
    if study.state == State.OPEN:
        return f"Open for {_since(study.opened_at)}. {rated}{_pace(study, ratings)}."
    return f"{study.get_state_display().capitalize()}. {rated}."


def _since(moment: datetime | None) -> str:
    return timesince(moment, depth=1) if moment else ""


def _rest(study: Study, samples: SampleCounts) -> str:
    made = study.samples.filter(made_at__isnull=False).count()
    if not made or study.launched_at is None:
        return "; the worker has not finished one yet"
    each = (timezone.now() - study.launched_at) / made
    return f"; {made} made, about {timesince(timezone.now() - each * (samples.total - made), depth=1)} left"


def _pace(study: Study, ratings: RatingCounts) -> str:
    """When the rest will be in, if it goes on as in the last day."""
    left = ratings.planned - ratings.submitted
    recent = study.assignments.filter(submitted_at__gte=timezone.now() - timedelta(days=1)).count()
    if not left or not recent or study.opened_at is None:
        return ""
    span = min(timedelta(days=1), timezone.now() - study.opened_at)
    ready = timezone.localtime(timezone.now() + span / recent * left)
    return f"; at this pace complete on {ready:%A %d %B, %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Button:
    """An action that makes sense now."""

    verb: str
    label: str
    primary: bool = False


def buttons(study: Study, samples: SampleCounts) -> list[Button]:
    offered = {
        State.DRAFT: [Button("launch", "Launch: freeze and make samples", primary=True)],
        State.LAUNCHED: [] if samples.under_way else [Button("open", "Open to raters", primary=True)],
        State.OPEN: [Button("pause", "Pause"), Button("close", "Close the study")],
        State.PAUSED: [Button("open", "Open again", primary=True), Button("close", "Close the study")],
        State.CLOSED: [Button("open", "Open again")],
    }[State(study.state)]
    return offered + ([Button("retry", "Try failed samples again")] if samples.failed else [])


def results_context(study: Study) -> Context:
    spec = spec_of(study)
    analysed = bundle.analysis_of(study)
    labels = {criterion.id: criterion.label for kind in KINDS for criterion in spec.criteria_for(kind)}
    return {
        "study": study,
        "bundle": analysed,
        "confidence": f"{100 * spec.analysis.confidence:g}%",
        "criteria": [_criterion(analysed, name, labels.get(name, name)) for name in analysed.criteria],
    }


def _criterion(analysed: Bundle, name: str, label: str) -> Context:
    result = analysed.results["criteria"][name]
    return {
        "id": name,
        "label": label,
        "answers": [answer for answer in analysed.answers if answer.criterion == name],
        "figures": [figure for figure in analysed.figures if figure.criterion == name],
        "pairs": result["pairs"],
        "agreement": _agreement(result),
    }


def _agreement(result: Mapping[str, Any]) -> str:
    agreement = result["agreement"]
    alpha, low, high = (agreement[key] for key in ("krippendorff_alpha_ordinal", "ci_low", "ci_high"))
    who = f"{result['n_ratings']} ratings by {result['n_raters']} raters on {result['n_prompts']} prompts."
    if alpha is None:
        return f"{who} Agreement cannot be computed: no comparison was rated twice, or all answers are alike."
    between = f" [{low:.2f}, {high:.2f}]" if low is not None and high is not None else ""
    return f"{who} Agreement between raters: Krippendorff's alpha (ordinal) {alpha:.2f}{between}."
