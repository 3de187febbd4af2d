"""Changing a launched study, with a reason: the file, the samples it needs, and the comparisons that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from dashboard.running import actions
from generation.files import uploads
from generation.files.manifests import folder_problems
from generation.queue.copies import delete_planned_samples
from generation.queue.planning import plan_samples
from raters.assigning.amended_rows import add_ratings, delete_unrated_comparisons, withdraw_systems
from studies import services as studies
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import LoadedStudy, StudyRefused


@dataclass(frozen=True, slots=True)
class Amended:
    """``number`` counts a study's amendments from 1; ``changes`` are lines of path, before and after."""

    number: int
    changes: Sequence[str]
    samples: int


def amend(*, study: Study, loaded: LoadedStudy, reason: str, account: str) -> Amended:
    """Let ``loaded`` take over from the study's file. Clips that exist are kept; only missing ones are planned.

    Raises:
        StudyRefused: the manifests of the new file are not complete.
        studies.errors.AmendmentRefused: a change that is not allowed any more, no change, or no reason.
        WrongState: the study is not launched or paused: an open one must be paused first.
    """
    if problems := folder_problems(loaded.spec, uploads.folder_of(study)):
        raise StudyRefused(problems)
    withdrawn = set(spec_of(study).systems) - set(loaded.spec.systems)
    with transaction.atomic():
        rated = study.raters.exists()
        number, changes = studies.amend(
            study=study, loaded=loaded, reason=reason, account=account, rated=rated
        )
        delete_planned_samples(study=study, systems=withdrawn)
        samples = plan_samples(study=study)
        if rated:
            withdraw_systems(study=study, systems=withdrawn)
            add_ratings(study=study)
        else:
            delete_unrated_comparisons(study=study)
    return Amended(number, changes, samples)


def next_step(study: Study, amended: Amended) -> str:
    """What to do now, for the person who amended. Tells a worker where there is something to make."""
    if amended.samples:
        return (
            f"{amended.samples} samples to make; open the study when they are ready.{actions.call_workers()}"
        )
    return (
        "Open the study again to go on."
        if study.state == Study.State.PAUSED
        else "Open the study when you are ready."
    )
