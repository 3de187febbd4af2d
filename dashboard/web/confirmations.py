"""What an action will do to a study, in words, before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from generation.queue.throughput import making_by_system
from generation.selectors import sample_counts
from raters.assigning.rating_counts import rating_counts
from raters.selectors.people import count_people
from studies.design import totals
from studies.models import Study
from studies.selectors import spec_of


@dataclass(frozen=True, slots=True)
class Confirmation:
    """``consequences``: a sentence each. ``label``: of the button that does it."""

    title: str
    consequences: tuple[str, ...]
    label: str


def confirmation(study: Study, verb: str, system: str = "") -> Confirmation:
    """``verb``: launch, open, pause, close, retry or cancel; of the samples of one ``system``, if it is named."""
    if verb == "cancel":
        return _cancel(study, system)
    return {"launch": _launch, "open": _open, "pause": _pause, "close": _close, "retry": _retry}[verb](study)


def _launch(study: Study) -> Confirmation:
    size = totals(spec_of(study))
    return Confirmation(
        "Launch the study?",
        (
            f"Workers make {size.samples} samples.",
            f"Raters will be asked for {size.ratings} comparisons, by at least {size.sessions} people.",
            "The file is frozen: afterwards changes are amendments, with a reason, shown in the history.",
        ),
        "Launch",
    )


def _open(study: Study) -> Confirmation:
    samples = sample_counts(study)
    failed = f"{samples.failed} samples failed: their comparisons are left out."
    again = "Raters come in again by the same link; whoever was under way goes on where they were."
    first = "Everybody with the link can take part from now on."
    return Confirmation(
        "Let raters in?",
        (
            first if study.opened_at is None else again,
            *((failed,) if samples.failed else ()),
            "You can pause or close the study at any time.",
        ),
        "Open to raters",
    )


def _pause(study: Study) -> Confirmation:
    return Confirmation(
        "Pause the study?",
        (
            _under_way(study),
            "Everybody who comes is asked to come back later. Answers that were sent stay.",
            "Opening it again goes on where it stopped.",
        ),
        "Pause",
    )


def _close(study: Study) -> Confirmation:
    ratings = rating_counts(study)
    missing = ratings.planned - ratings.submitted
    complete = f"All {ratings.planned} comparisons are rated."
    incomplete = (
        f"{ratings.submitted} of {ratings.planned} comparisons are rated; {missing} stay without a rating."
    )
    return Confirmation(
        "Close the study?",
        (
            incomplete if missing else complete,
            _under_way(study),
            "Raters who come now are thanked and sent away, with a code where they wait for one.",
            "The results with intervals and tests can then be seen. Stop at the planned size, not because they please.",
        ),
        "Close the study",
    )


def _retry(study: Study) -> Confirmation:
    failed = sample_counts(study).failed
    return Confirmation(
        "Try failed samples again?", (f"Workers try {failed} failed samples again.",), "Try again"
    )


def _cancel(study: Study, system: str) -> Confirmation:
    systems = [one for one in making_by_system(study) if system in {"", one.name}]
    return Confirmation(
        f"Cancel the samples of {system}?" if system else "Cancel the samples?",
        (
            f"{sum(one.to_go for one in systems)} samples that are not made yet are cancelled; those made stay.",
            "Comparisons without both clips are left out when the study opens.",
            "Trying failed samples again queues them again.",
        ),
        "Cancel the samples",
    )


def _under_way(study: Study) -> str:
    now, came = rating_counts(study).under_way, count_people(study)
    if not now:
        return f"Nobody is rating at this moment; {came.finished} of {came.started} raters have finished."
    is_are = "1 rater is" if now == 1 else f"{now} raters are"
    return f"{is_are} in the middle of a comparison; that comparison cannot be sent any more."
