"""Visits a server that runs, once for each assignment, and leaves the study as it was."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count

import httpx

from dashboard.audit.adversary import Adversary
from dashboard.audit.audit_sessions import cookie_of, give_back, waiting
from dashboard.audit.observations import Seen
from raters.reveal import answers_that_are_known, reveal
from raters.web.rater_sessions import simulation_mark
from studies.errors import WrongState
from studies.models import Study
from studies.selectors import spec_of

TIMEOUT = 60


def look(study: Study, *, base_url: str, assignments: int, seed: int, walk: bool = False) -> tuple[Seen, ...]:
    """Enter once for each assignment, look, and give everything back; at most what is waiting.

    ``walk``: in a copy nothing is given back. Then whole sessions are handed in, so that what comes later in a session
    is seen too, and ``assignments`` counts those that count.

    Raises:
        WrongState: the study is not open.
        VisitFailed, httpx.HTTPError: the pages did not do what they should.
    """
    if study.state != Study.State.OPEN:
        raise WrongState(study.slug, action="visit", state=study.state, allowed="open")
    generator = random.Random(seed)
    wanted = min(assignments, waiting(study))
    with httpx.Client(base_url=base_url, follow_redirects=True, timeout=TIMEOUT) as client:
        adversary = Adversary(
            client,
            slug=study.slug,
            mark=simulation_mark(study.slug),
            reveal=reveal,
            known=answers_that_are_known(spec_of(study)),
        )
        if walk:
            return tuple(_walked(adversary, generator, wanted))
        return tuple(_looked(study, adversary, generator, wanted))


def _walked(adversary: Adversary, generator: random.Random, wanted: int) -> Iterator[Seen]:
    """Training is announced to everybody, so that nothing has to be found out about it."""
    counting = 0
    for visit in count():
        adversary.client.cookies.clear()
        found = 0
        for one in adversary.walk(generator=generator, visit=visit):
            found += one.role == "main"
            if one.role in {"main", "gold"}:
                yield one
        counting += found
        if counting >= wanted or not found:
            return


def _looked(study: Study, adversary: Adversary, generator: random.Random, wanted: int) -> Iterator[Seen]:
    held: list[str] = []
    try:
        for _ in range(wanted):
            one = _visit(study, adversary, generator, held)
            if one is None:
                break
            yield one
    finally:
        give_back(study, held)


def _visit(study: Study, adversary: Adversary, generator: random.Random, held: list[str]) -> Seen | None:
    """As a new person: whatever the last one's browser was given is forgotten."""
    cookies = adversary.client.cookies
    cookies.clear()
    try:
        return adversary.see(generator=generator)
    finally:
        held += [cookie.value for cookie in cookies.jar if cookie.name == cookie_of(study) and cookie.value]
