"""Visits a server that runs, once for each assignment, and leaves the study as it was."""

from __future__ import annotations

import random

import httpx

from dashboard.audit.adversary import Adversary
from dashboard.audit.seen import Seen
from dashboard.audit.traces import cookie_of, give_back, waiting
from raters.reveal import reveal
from raters.visits import simulation_mark
from studies.errors import WrongState
from studies.models import Study

TIMEOUT = 60


def look(study: Study, *, base_url: str, assignments: int, seed: int) -> tuple[Seen, ...]:
    """Enter once for each assignment, look, and give everything back; at most what is waiting.

    Raises:
        WrongState: the study is not open.
        VisitFailed, httpx.HTTPError: the pages did not do what they should.
    """
    if study.state != Study.State.OPEN:
        raise WrongState(study.slug, action="visit", state=study.state, allowed="open")
    generator = random.Random(seed)
    held: list[str] = []
    seen: list[Seen] = []
    with httpx.Client(base_url=base_url, follow_redirects=True, timeout=TIMEOUT) as client:
        adversary = Adversary(client, slug=study.slug, mark=simulation_mark(study.slug))
        try:
            for _ in range(min(assignments, waiting(study))):
                one = _visit(study, adversary, generator, held)
                if one is None:
                    break
                seen.append(one)
        finally:
            give_back(study, held)
    return tuple(seen)


def _visit(study: Study, adversary: Adversary, generator: random.Random, held: list[str]) -> Seen | None:
    """As a new person: whatever the last one's browser was given is forgotten."""
    cookies = adversary.client.cookies
    cookies.clear()
    try:
        return adversary.see(reveal=reveal, generator=generator)
    finally:
        held += [cookie.value for cookie in cookies.jar if cookie.name == cookie_of(study) and cookie.value]
