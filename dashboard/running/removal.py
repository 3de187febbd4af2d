"""Deleting a study: from the answers down to the file, all of it or nothing."""

from __future__ import annotations

from django.db import transaction

from generation.queue.copies import delete_samples
from raters.assigning.removal import delete_raters_and_comparisons
from studies import services as studies
from studies.errors import EarwitnessError, WrongState
from studies.models import Study


class NotConfirmed(EarwitnessError):
    """Deleting needs the study's own name, typed."""


def delete_study(*, study: Study, typed: str) -> None:
    """Remove the study, its samples' rows, comparisons, raters and answers. ``typed`` must be its slug.

    Sounds stay in the store, where other studies may need them; nothing leads to them any more.

    Raises:
        NotConfirmed: something else was typed.
        WrongState: raters may be in it at this moment.
    """
    if typed != study.slug:
        raise NotConfirmed(
            f"delete: given {typed[:60]!r}; allowed: the slug, {study.slug!r}, to say that you mean it"
        )
    if study.state in {Study.State.OPEN, Study.State.PAUSED}:
        raise WrongState(study.slug, action="delete", state=study.state, allowed="draft, launched or closed")
    remove(study)


def remove(study: Study) -> None:
    """The same without asking: of a study that is nobody's data, as a preview is."""
    with transaction.atomic():
        for preview in study.previews.all():
            remove(preview)
        delete_raters_and_comparisons(study=study)
        delete_samples(study=study)
        studies.delete(study=study)
