"""What could say who a rater is: encrypted, kept apart, and removed when asked."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, time

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt

from raters.assigning.release import free_assignments
from raters.errors import NotYours, SealedOtherwise
from raters.models import Assignment, CrowdIdentity, Invitation, Rater, Session
from studies.errors import WrongState
from studies.models import Study
from studies.services import record

TRIES = 5
DIGEST_SALT = "raters.privacy.digest"


def keyed_digest(study: Study, person: str) -> str:
    """Finds the same person again, and means nothing without ``SECRET_KEY`` or in another study."""
    return keyed_digests(study, person)[0]


def keyed_digests(study: Study, person: str) -> list[str]:
    """The same under every key that the server has had (SECRET_KEY_FALLBACKS): the present one first."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [
        salted_hmac(DIGEST_SALT, f"{study.pk}/{person}", secret=key, algorithm="sha256").hexdigest()
        for key in keys
    ]


def seal(ticket: dict[str, str]) -> str:
    return identity_cipher().encrypt(json.dumps(ticket).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Raises SealedOtherwise: ``SECRET_KEY`` is not the one it was encrypted under."""
    try:
        ticket: dict[str, str] = json.loads(identity_cipher().decrypt(sealed))
    except InvalidToken as error:
        raise SealedOtherwise from error
    return ticket


def identity_cipher() -> MultiFernet:
    """Encrypts under the present key, and reads what earlier ones encrypted."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (
        salted_hmac("raters.privacy.seal", "", secret=key, algorithm="sha256").digest() for key in keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def reseal_identities() -> int:
    """Encrypt every identity under the present key, so that earlier ones can be forgotten: all of them or none.

    Raises:
        SealedOtherwise: one was encrypted under a key that the server does not have.
    """
    with transaction.atomic():
        identities = list(CrowdIdentity.objects.select_for_update(of=("self",)).select_related("study"))
        for identity in identities:
            ticket = unseal(identity.sealed)
            identity.digest = keyed_digest(identity.study, ticket["PROLIFIC_PID"])
            identity.sealed = seal(ticket)
        CrowdIdentity.objects.bulk_update(identities, ["digest", "sealed"], batch_size=500)
    return len(identities)


def withdraw(*, session: Session) -> bool:
    """Remove everything of this person; the rows they had taken wait again. False: it was gone already.

    Raises:
        NotYours: another tab of theirs keeps taking tasks.
    """
    retrying = Retrying(retry=retry_if_exception_type(IntegrityError), stop=stop_after_attempt(TRIES))
    try:
        return retrying(remove_rater, session.rater_id)
    except RetryError as failed:
        # Each time another tab took a task in that very moment, whose row is seen the next time.
        busy = gettext("Another page of this study is still busy. Please close it and try again.")
        raise NotYours(busy) from failed


@transaction.atomic
def remove_rater(rater_id: int) -> bool:
    """False: they were gone already. Raises IntegrityError: they are just being given a task."""
    # In the order in which a task that is just being taken locks them when it commits.
    list(Session.objects.select_for_update().filter(rater=rater_id))
    raters = Rater.objects.select_related("study").defer("study__spec", "study__source")
    rater = raters.select_for_update(of=("self",)).filter(pk=rater_id).first()
    if rater is None:
        return False
    assignments = list(rater.assignments.select_for_update(of=("self",)))
    with free_assignments(rater.study, assignments):
        rater.delete()
    submitted = sum(row.state == Assignment.State.SUBMITTED for row in assignments)
    record(rater.study, "withdrawn", tasks=submitted)
    return True


def purge(*, study: Study, before: date | None = None) -> int:
    """Forget who the raters were, their answers stay: all of them, or those who came before a day (UTC).

    Raises:
        WrongState: raters are still coming, and whoever came back would be taken for somebody else.
    """
    if study.state == Study.State.OPEN:
        raise WrongState(study.slug, action="purge", state=study.state, allowed="paused or closed")
    identities = CrowdIdentity.objects.filter(study=study)
    invitations = Invitation.objects.filter(study=study, rater__isnull=False)
    if before is not None:
        midnight = datetime.combine(before, time(), tzinfo=UTC)
        identities = identities.filter(rater__created_at__lt=midnight)
        invitations = invitations.filter(rater__created_at__lt=midnight)
    with transaction.atomic():
        count = identities.delete()[0] + invitations.delete()[0]
        record(study, "purged", identities=count, before=before.isoformat() if before else None)
    return count
