"""Run as a program by test_people.py: people who come from many tabs at once, and people who leave in the middle.

Prints one JSON object: what there is afterwards, and what went wrong.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, Event

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection, transaction  # noqa: E402

from raters.answering.submission import submit  # noqa: E402
from raters.assigning.claims import current_or_next  # noqa: E402
from raters.assigning.counts import tally_of  # noqa: E402
from raters.entering import privacy, recruitment  # noqa: E402
from raters.errors import BegunElsewhere, NotYours  # noqa: E402
from raters.models import Assignment, RaterCounts, Rating, Session  # noqa: E402
from studies.models import Study  # noqa: E402
from studies.selectors import spec_of  # noqa: E402
from tests.cast import a_session, open_study, study_text  # noqa: E402
from tests.raters.people import ANSWERS, FACTS  # noqa: E402

PEOPLE, TABS = 4, 4
HEARD = {"A": {"0": 1000}, "B": {"0": 1000}}
Job = Callable[[], object]


def all_at_once(jobs: Sequence[Job]) -> list[str]:
    """Each job in a thread of its own; what went wrong."""
    start = Barrier(len(jobs))

    def run(job: Job) -> str:
        try:
            start.wait()
            job()
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what this program reports
            return repr(error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [error for error in pool.map(run, jobs) if error]


def arrive(study: Study, kind: recruitment.Kind, tickets: list[recruitment.Ticket]) -> dict[str, object]:
    def come(ticket: recruitment.Ticket) -> Job:
        def enter() -> None:
            # Of the tabs that come at once with a platform's id, one has the session; the others are told so.
            with suppress(BegunElsewhere):
                recruitment.enter(study=study, kind=kind, ticket=ticket, consent_version="v1")

        return enter

    before = study.raters.count()
    errors = all_at_once([come(ticket) for ticket in tickets * TABS])
    here = study.raters.count()
    return {"errors": errors, "raters": here - before, "sessions": Session.objects.count() - before}


def by_prolific(study: Study) -> dict[str, object]:
    ids = [
        {"PROLIFIC_PID": f"{n:024x}", "STUDY_ID": "a1" * 12, "SESSION_ID": f"{n:024x}"} for n in range(PEOPLE)
    ]
    return arrive(study, "prolific", ids)


def by_invitation(study: Study) -> dict[str, object]:
    tokens = recruitment.invite(study=study, count=PEOPLE)
    return arrive(study, "invitation", [{"invitation": token} for token in tokens])


def rate_everything(session: Session) -> None:
    spec, rater = spec_of(session.rater.study), session.rater
    while assignment := current_or_next(session=session, spec=spec):
        assignment.heard = HEARD
        Assignment.objects.filter(pk=assignment.pk).update(heard=HEARD)
        try:
            submit(assignment=assignment, rater=rater, spec=spec, answers=ANSWERS, report=FACTS, clips=1)
        except NotYours:
            # Withdrawn in another tab, or submitted by it.
            continue


def leave_in_the_middle(session: Session) -> None:
    while not session.rater.assignments.filter(state="submitted").exists():
        time.sleep(0.01)
    privacy.withdraw(session=session)


def look_until(study: Study, done: Event) -> None:
    while not done.is_set():
        tally_of(study)


def withdrawals(study: Study) -> dict[str, object]:
    leaving, staying = ([a_session(study) for _ in range(3)] for _ in range(2))
    before = study.raters.count()
    jobs: list[Job] = [partial(rate_everything, session) for session in [*leaving * 2, *staying]]
    jobs += [partial(leave_in_the_middle, session) for session in leaving]
    through = Event()
    with ThreadPoolExecutor(1) as looker:
        looking = looker.submit(look_until, study, through)
        errors = all_at_once(jobs)
        through.set()
        looking.result()
    for session in [a_session(study) for _ in range(3)]:
        rate_everything(session)
    done = study.assignments.filter(state="submitted")
    return {
        "errors": errors,
        "left": before + 3 - study.raters.count(),
        "withdrawn": study.events.filter(kind="withdrawn").count(),
        "ratings": sorted(Counter(done.values_list("comparison", flat=True)).values()),
        "answers": Rating.objects.count(),
        "places": study.assignments.exclude(state="expired").count(),
        "counted": counted(study),
    }


def counted(study: Study) -> list[int]:
    """What the console says: all, each prompt, and answers by side; and the raters whose answers it holds."""
    found = tally_of(study).submitted
    prompts = [n for (what, _), n in sorted(found.items()) if what == "prompt"]
    sides = sum(n for (what, _), n in found.items() if what == "side")
    return [found["all", ""], *prompts, sides, RaterCounts.objects.filter(rater__study=study).count()]


def late_commit(study: Study) -> list[int]:
    """A submission that commits after a look which began later: counted before and after its commit."""
    written, seen = Event(), Event()

    def slow() -> None:
        session = a_session(study)
        with transaction.atomic():
            rate_everything(session)
            written.set()
            seen.wait()
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        submitting = pool.submit(slow)
        written.wait()
        try:
            before = tally_of(study).submitted.get(("all", ""), 0)
        finally:
            seen.set()
        submitting.result()
    return [before, tally_of(study).submitted["all", ""]]


def with_quota(people: int) -> str:
    return study_text(slug="crowded", prompts=1) + f"recruitment: {{kind: open, quota: {people}}}\n"


def crowd_at_the_door(study: Study) -> dict[str, object]:
    """Eight newcomers at once, and room for three."""

    def come() -> None:
        recruitment.admit(study=study, consent_version="v1", simulated=False)

    errors = all_at_once([come] * 8)
    return {
        "in": study.raters.count(),
        "out": sorted({error.partition("(")[0] for error in errors}),
        "n": len(errors),
    }


def cap_of_one_rater(study: Study) -> int:
    """One person in four tabs, who may do two tasks: how many they did."""
    session = a_session(study)
    errors = all_at_once([partial(rate_everything, session)] * TABS)
    return -1 if errors else session.rater.assignments.filter(state="submitted").count()


def main() -> None:
    call_command("migrate", verbosity=0)
    # As many places at every comparison as people who rate together: nobody who is to leave is left without one.
    study = open_study(study_text(prompts=6, ratings=6))
    report: dict[str, object] = {
        "prolific": by_prolific(study),
        "invitation": by_invitation(study),
        "withdrawals": withdrawals(study),
        "quota": crowd_at_the_door(open_study(with_quota(3))),
        "cap": cap_of_one_rater(open_study(study_text(slug="capped", prompts=6, ratings=1, tasks=2))),
    }
    if connection.vendor == "postgresql":
        # SQLite has one writer at a time: a look would wait for the commit that it is not to see.
        report["late"] = late_commit(open_study(study_text(slug="late", prompts=2, ratings=1)))
    print(json.dumps(report))  # noqa: T201 - its parent reads this


if __name__ == "__main__":
    main()
