"""Who may come in: anybody, whoever was invited, or whoever a crowd platform sends. One person is one rater."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from raters.answering import services
from raters.entering.privacy import keyed_digest, seal, unseal
from raters.entering.quota import take_place
from raters.errors import NotInvited
from raters.models import CrowdIdentity, Invitation, Rater, Session
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
_PLAIN = re.compile(r"[A-Za-z0-9]{1,64}")


def read_ticket(given: Mapping[str, str], kind: Kind) -> Ticket | None:
    """The parameters this kind of study asks for; None unless every one is there and plain."""
    ticket = {name: given.get(name, "") for name in PARAMETERS[kind]}
    complete = bool(ticket) and all(_PLAIN.fullmatch(value) for value in ticket.values())
    return ticket if complete else None


def session_behind(*, study: Study, kind: Kind, ticket: Ticket) -> Session | None:
    """The session this person already has.

    Raises:
        NotInvited: nobody was given this invitation.
    """
    rater_id = _crowd_rater(study, ticket) if kind == "prolific" else _invitation(study, ticket).rater_id
    return Session.objects.filter(rater=rater_id).order_by("pk").first() if rater_id else None


def _crowd_rater(study: Study, ticket: Ticket) -> int | None:
    found = CrowdIdentity.objects.filter(study=study, digest=keyed_digest(study, ticket["PROLIFIC_PID"]))
    identity = found.first()
    if identity is None:
        return None
    if unseal(identity.sealed) != ticket:
        # Came back with another submission: that is the one to be paid.
        found.update(sealed=seal(ticket))
    return identity.rater_id


def _invitation(study: Study, ticket: Ticket) -> Invitation:
    row = Invitation.objects.filter(study=study, digest=link_digest(ticket["invitation"])).first()
    if row is None:
        raise NotInvited(
            gettext("We do not know this invitation. Please check that the whole link was copied.")
        )
    return row


def admit(*, study: Study, consent_version: str, simulated: bool) -> Session:
    """A newcomer without a ticket.

    Raises:
        NoPlace: every place of the study's quota is held.
    """
    with transaction.atomic():
        take_place(study)
        return services.enter(study=study, consent_version=consent_version, simulated=simulated)


def enter(*, study: Study, kind: Kind, ticket: Ticket, consent_version: str) -> Session:
    """A person with a ticket agreed to take part: their session, whichever tab or browser came first.

    Raises:
        NotInvited: nobody was given this invitation, or it was withdrawn.
        NoPlace: every place of the study's quota is held.
    """
    for _ in range(TRIES):
        known = session_behind(study=study, kind=kind, ticket=ticket)
        if known is not None:
            return known
        try:
            with transaction.atomic():
                session = admit(study=study, consent_version=consent_version, simulated=False)
                _bind(session.rater, kind, ticket)
        except IntegrityError:
            # Another tab was quicker: theirs is the session.
            continue
        return session
    raise NotInvited(
        gettext("Another page of this study is still busy. Please close it and open your link again.")
    )


def _bind(rater: Rater, kind: Kind, ticket: Ticket) -> None:
    """Raises IntegrityError: the ticket has a rater already."""
    study = rater.study
    if kind == "prolific":
        digest = keyed_digest(study, ticket["PROLIFIC_PID"])
        CrowdIdentity.objects.create(study=study, rater=rater, digest=digest, sealed=seal(ticket))
        return
    free = Invitation.objects.filter(study=study, digest=link_digest(ticket["invitation"]), rater=None)
    if not free.update(rater=rater):
        raise IntegrityError("the invitation is in use")


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
