"""Removing somebody on their request, by the researcher: what a withdrawal removes, and as honestly counted."""

from __future__ import annotations

from raters.entering.privacy import keyed_digests, withdraw
from raters.errors import UnknownRater
from raters.models import Rater, Session
from studies.models import Study


def erase(*, study: Study, person: str) -> str:
    """Remove the rater with this pseudonym, or with this id on the crowd platform. Returns the pseudonym.

    Raises:
        UnknownRater: nobody of this study is called so, or it was removed before.
        NotYours: they keep taking tasks in this very moment.
    """
    rater = find(study=study, person=person)
    session = Session.objects.select_related("rater").filter(rater=rater).first()
    if session is None or not withdraw(session=session):
        raise UnknownRater(study.slug)
    return rater.pseudonym


def find(*, study: Study, person: str) -> Rater:
    """Raises UnknownRater."""
    person = person.strip()
    by_name = study.raters.filter(pseudonym=person.upper()).first()
    by_id = study.raters.filter(crowd_identity__digest__in=keyed_digests(study, person)).first()
    found = by_name or by_id
    if found is None:
        raise UnknownRater(study.slug)
    return found
