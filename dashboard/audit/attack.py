"""Observes the tasks of a running server as new simulated raters would, and restores the study afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count

import httpx

from dashboard.audit.adversary import Adversary
from dashboard.audit.observations import Seen
from raters.assigning.release import remove_simulated_raters
from raters.models import Assignment
from raters.selectors.reveal import known_station_answers, reveal
from raters.web.cookies import cookie_name, simulation_mark
from studies.errors import WrongState
from studies.models import Study
from studies.selectors import spec_of

TIMEOUT = 60


def observe_study(
    study: Study, *, base_url: str, assignments: int, seed: int, whole_sessions: bool = False
) -> tuple[Seen, ...]:
    """Observe up to ``assignments`` tasks, each as a new simulated rater; all of them are released afterwards.

    ``whole_sessions``: submit every task and go on to the next, so that later tasks and gold are observed too.
    Nothing is released then, and ``assignments`` counts main tasks only. For copies of a study.

    Raises:
        WrongState: the study is not open.
        SimulationFailed, httpx.HTTPError: a page did not answer as it should.
    """
    if study.state != Study.State.OPEN:
        raise WrongState(study.slug, action="audit", state=study.state, allowed="open")
    generator = random.Random(seed)
    wanted = min(assignments, study.assignments.filter(state=Assignment.State.WAITING).count())
    with httpx.Client(base_url=base_url, follow_redirects=True, timeout=TIMEOUT) as client:
        adversary = Adversary(
            client,
            slug=study.slug,
            mark=simulation_mark(study.slug),
            reveal=reveal,
            known_answers=known_station_answers(spec_of(study)),
        )
        observe = _observe_whole_sessions if whole_sessions else _observe_first_tasks
        return tuple(observe(study, adversary, generator, wanted))


def _observe_whole_sessions(
    _study: Study, adversary: Adversary, generator: random.Random, wanted: int
) -> Iterator[Seen]:
    """Main and gold tasks of whole sessions. Training is announced on the page, so it is left out."""
    main_tasks = 0
    for visit in count():
        adversary.client.cookies.clear()
        in_this_session = 0
        for seen in adversary.observe_whole_session(generator=generator, visit=visit):
            in_this_session += seen.role == "main"
            if seen.role in {"main", "gold"}:
                yield seen
        main_tasks += in_this_session
        if main_tasks >= wanted or not in_this_session:
            return


def _observe_first_tasks(
    study: Study, adversary: Adversary, generator: random.Random, wanted: int
) -> Iterator[Seen]:
    """The first main task of ``wanted`` new raters, who are removed at the end, also after an error."""
    cookies, session_keys = adversary.client.cookies, list[str]()
    try:
        for _ in range(wanted):
            cookies.clear()
            try:
                seen = adversary.observe_one_task(generator=generator)
            finally:
                name = cookie_name(study.slug)
                session_keys += [one.value for one in cookies.jar if one.name == name and one.value]
            if seen is None:
                return
            yield seen
    finally:
        remove_simulated_raters(study=study, session_keys=session_keys)
