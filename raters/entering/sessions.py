"""A session from consent to its end: the rows of a rater and of a sitting, and what is noted on them."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from raters.answering.criterion_passes import is_in_passes
from raters.entering.sound_check import BEEPS
from raters.models import Rater, Session
from raters.policy import RANDOM_BYTES, balanced_order, pseudonym
from studies.models import Study
from studies.selectors import spec_of


def start_session(*, study: Study, consent_version: str, simulated: bool) -> Session:
    """A person agreed to take part: only now do rows about them exist."""
    spec = spec_of(study)
    criteria = [criterion.id for criterion in spec.criteria] if is_in_passes(spec) else []
    with transaction.atomic():
        rater = Rater.objects.create(
            study=study,
            pseudonym=pseudonym("R", secrets.token_bytes(RANDOM_BYTES)),
            simulated=simulated,
            criteria_order=balanced_order(criteria, study.raters.count()) if criteria else [],
        )
        return Session.objects.create(
            rater=rater,
            pseudonym=pseudonym("S", secrets.token_bytes(RANDOM_BYTES)),
            key=secrets.token_urlsafe(32),
            consent_version=consent_version,
            consented_at=timezone.now(),
            sound_answer=secrets.choice(BEEPS),
        )


def move_session(*, session: Session) -> bool:
    """Give the session a new key: the browser that gets it goes on, the other is out. False: it was moved already."""
    key = secrets.token_urlsafe(32)
    moved = Session.objects.filter(pk=session.pk, key=session.key).update(key=key)
    session.key = key
    return bool(moved)


def confirm_information(*, session: Session) -> None:
    """The instructions were read, says the rater."""
    update_session(session, informed_at=timezone.now())


def finish_session(*, session: Session, rated: bool = True) -> None:
    """The tasks are over. Whoever found nothing to rate is not asked to fill in the questionnaire."""
    if session.finished_at is None:
        now = timezone.now()
        update_session(session, finished_at=now, questionnaire_at=session.questionnaire_at if rated else now)


def update_session(session: Session, **fields: object) -> None:
    """Write these fields. Not `save`: a rater who withdraws in another tab has no row any more; that is no error."""
    for name, value in fields.items():
        setattr(session, name, value)
    Session.objects.filter(pk=session.pk).update(**fields)
