"""Who may come in: anybody, whoever was invited, or whoever a crowd platform sends. One person is one rater."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt

from raters.entering.privacy import keyed_digest, keyed_digests, seal, unseal
from raters.entering.quota import take_place
from raters.entering.sessions import start_session
from raters.errors import BegunElsewhere, NotInvited
from raters.models import CrowdIdentity, Invitation, Session
from studies.errors import WrongState
from studies.models import Study

Kind = Literal["open", "invitation", "prolific"]
Ticket = dict[str, str]
"""What a person showed at the door: the parameters of their link, by name."""

PARAMETERS: Mapping[Kind, tuple[str, ...]] = {
    "open": (),
    "invitation": ("invitation",),
    "prolific": ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID"),
}
TRIES = 5
# Prolific's ids are those of its database: 24 hexadecimal digits each (its documentation's examples).
FORMS: Mapping[Kind, re.Pattern[str]] = {
    "open": re.compile(r""),
    "invitation": re.compile(r"[A-Za-z0-9]{1,64}"),
    "prolific": re.compile(r"[0-9a-fA-F]{24}"),
}


def read_ticket(given: Mapping[str, str], kind: Kind) -> Ticket | None:
    """The parameters this kind of study asks for; None unless every one is there and well formed."""
    ticket = {name: given.get(name, "") for name in PARAMETERS[kind]}
    complete = bool(ticket) and all(FORMS[kind].fullmatch(value) for value in ticket.values())
    return ticket if complete else None


def session_behind(*, study: Study, kind: Kind, ticket: Ticket) -> Session | None:
    """The session this person already has. Nothing is written.

    Raises:
        NotInvited: nobody was given this invitation.
    """
    if kind == "prolific":
        digests = keyed_digests(study, ticket["PROLIFIC_PID"])
        identities = CrowdIdentity.objects.filter(study=study, digest__in=digests)
        rater_id = identities.values_list("rater", flat=True).first()
    else:
        invitation = Invitation.objects.filter(study=study, digest=link_digest(ticket["invitation"])).first()
        if invitation is None:
            raise NotInvited(
                gettext("We do not know this invitation. Please check that the whole link was copied.")
            )
        rater_id = invitation.rater_id
    return Session.objects.filter(rater=rater_id).order_by("pk").first() if rater_id else None


def renew_crowd_identity(*, session: Session, ticket: Ticket) -> None:
    """The person came back with another submission of the platform: that is the one to be paid.

    Nothing happens when the ticket is another person's.
    """
    study = session.rater.study
    digests = keyed_digests(study, ticket["PROLIFIC_PID"])
    identity = CrowdIdentity.objects.filter(rater=session.rater_id, digest__in=digests).first()
    if identity is not None and unseal(identity.sealed) != ticket:
        identity.sealed = seal(ticket)
        identity.save(update_fields=["sealed"])


def admit(*, study: Study, consent_version: str, simulated: bool) -> Session:
    """A newcomer without a ticket.

    Raises:
        NoPlace: every place of the study's quota is held.
    """
    with transaction.atomic():
        take_place(study)
        return start_session(study=study, consent_version=consent_version, simulated=simulated)


def enter(*, study: Study, kind: Kind, ticket: Ticket, consent_version: str) -> Session:
    """A person with a ticket agreed to take part: their session.

    An invitation is a secret, and leads whoever has it to the session it began. A crowd platform's id is none: a
    session that has begun stays with the browser that began it.

    Raises:
        BegunElsewhere: the crowd platform's id has a session already.
        NotInvited: nobody was given this invitation, or it was withdrawn.
        NoPlace: every place of the study's quota is held.
    """
    retrying = Retrying(retry=retry_if_exception_type(IntegrityError), stop=stop_after_attempt(TRIES))
    try:
        return retrying(enter_once, study, kind, ticket, consent_version)
    except RetryError as failed:
        # Each time another tab was quicker, and its session was gone again when it was looked for.
        busy = gettext("Another page of this study is still busy. Please close it and open your link again.")
        raise NotInvited(busy) from failed


def enter_once(study: Study, kind: Kind, ticket: Ticket, consent_version: str) -> Session:
    """The session of this ticket, or a fresh one that is bound to it.

    Raises:
        BegunElsewhere: a session was begun with this crowd platform's id.
        IntegrityError: another tab was quicker, and the ticket has a rater now.
    """
    existing = session_behind(study=study, kind=kind, ticket=ticket)
    if existing is not None and kind == "prolific":
        raise BegunElsewhere("a session was begun with this id in another browser")
    if existing is not None:
        return existing
    with transaction.atomic():
        session = admit(study=study, consent_version=consent_version, simulated=False)
        if kind == "prolific":
            digest = keyed_digest(study, ticket["PROLIFIC_PID"])
            sealed = seal(ticket)
            CrowdIdentity.objects.create(study=study, rater=session.rater, digest=digest, sealed=sealed)
            return session
        unused = Invitation.objects.filter(study=study, digest=link_digest(ticket["invitation"]), rater=None)
        if not unused.update(rater=session.rater):
            raise IntegrityError("the invitation is in use")
    return session


def link_digest(token: str) -> str:
    """Tokens are 128 random bits: nothing is gained by a key, and a new SECRET_KEY must not void the links."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(*, study: Study, count: int) -> list[str]:
    """Make ``count`` invitations. The tokens are returned once and can be read nowhere afterwards.

    Raises:
        WrongState: a draft may still become another kind of study.
    """
    if study.state == Study.State.DRAFT:
        raise WrongState(study.slug, action="invite to", state=study.state, allowed="launched")
    tokens = [secrets.token_hex(16) for _ in range(count)]
    Invitation.objects.bulk_create(
        (Invitation(study=study, digest=link_digest(token)) for token in tokens), batch_size=1000
    )
    return tokens
