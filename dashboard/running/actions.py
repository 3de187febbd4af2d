"""What a researcher can do to a study: one verb each, the same from the console and the command line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from kombu.exceptions import OperationalError

from generation.files.manifests import folder_problems
from generation.files.same_clips import same_clip_problems
from generation.queue.planning import plan_samples
from generation.selectors import identical_systems, sample_counts
from generation.tasks import make_samples
from raters.assigning.comparison_rows import Planned, plan_comparisons
from raters.models import Comparison
from studies import services as studies
from studies.design import pairs_with_a_known_answer
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import LoadedStudy, StudyRefused

log = logging.getLogger(__name__)


class NotReady(EarwitnessError):
    """Raters cannot be let in yet."""


@dataclass(frozen=True, slots=True)
class Launched:
    study: Study
    samples: int


def apply(
    *,
    loaded: LoadedStudy,
    archive: Mapping[str, object] | None = None,
    show: Callable[[int, int], None] | None = None,
) -> Study:
    """Write a study file as a draft, once the folders of clips it names are complete too.

    ``show`` is told how many of how many clips were decoded.

    Raises:
        StudyRefused: with every problem of every manifest; nothing is written.
        StudyFrozen: the study is launched, and this is another file.
    """
    if problems := folder_problems(loaded.spec, loaded.folder, show=show):
        raise StudyRefused(problems)
    if problems := same_clip_problems(loaded.spec, loaded.folder):
        raise StudyRefused(problems)
    return studies.apply_study(loaded=loaded, archive=archive)


def launch(*, study: Study) -> Launched:
    """Freeze the file and plan every sample, whole or not at all."""
    with transaction.atomic():
        studies.freeze(study=study)
        planned = plan_samples(study=study)
    return Launched(study, planned)


def call_workers() -> str:
    """Tell one worker to look; the sweep tells the others. Called by interfaces, once the work is committed.

    Returns what to tell the person when the broker cannot be reached: the rows wait, and the sweep finds them.
    """
    try:
        make_samples.apply_async(retry=False)
    except OperationalError:
        log.exception("the broker cannot be reached")
        return " The broker cannot be reached; workers find the samples as soon as it is back."
    return ""


def open_study(*, study: Study) -> Planned:
    """Plan the comparisons whose samples are ready and let raters in.

    Raises:
        NotReady: samples are still being made, or none of the comparisons is complete.
        WrongState: the study is a draft or open already.
    """
    samples = sample_counts(study)
    with transaction.atomic():
        studies.admit(study=study)
        if samples.under_way:
            raise NotReady(
                f"study {study.slug!r}: {samples.under_way} of {samples.total} samples are still being made; "
                f"wait for the worker (`study status {study.slug}`) or run `python manage.py generate {study.slug}`"
            )
        _no_undeclared_twins(study)
        planned = plan_comparisons(study=study)
        if not study.comparisons.filter(role=Comparison.Role.MAIN).exists():
            raise NotReady(
                f"study {study.slug!r}: no comparison has all its samples; {samples.failed} failed"
            )
        _known_answers_ready(study)
    return planned


def _no_undeclared_twins(study: Study) -> None:
    """Raises NotReady: two systems gave the same bytes, and neither is declared as a control."""
    systems = spec_of(study).systems
    for first, second in identical_systems(study):
        if not (systems[first].control or systems[second].control):
            raise NotReady(
                f"study {study.slug!r}: the systems {first} and {second} gave the same clips for every prompt; "
                "raters would compare each clip with itself. Allowed: systems that differ, or control: true on one "
                "of the two in the study file, if this is an A/A control"
            )


def _known_answers_ready(study: Study) -> None:
    """Raises NotReady: a study without the gold that its exclusions rest on is another study."""
    asked = pairs_with_a_known_answer(spec_of(study))
    made = study.comparisons.exclude(role=Comparison.Role.MAIN).count()
    if made < asked:
        raise NotReady(
            f"study {study.slug!r}: {made} of {asked} training and gold pairs are made; wait for the worker, run "
            f"`python manage.py generate {study.slug}`, or try failed samples again"
        )
