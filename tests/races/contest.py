"""Run as a program by test_races.py: many raters at once on one database, each in a thread of its own.

Prints one JSON object: how many ratings each comparison got, and what went wrong.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection  # noqa: E402

from raters.answering.listening_report import ListeningReport  # noqa: E402
from raters.answering.submission import submit  # noqa: E402
from raters.assigning.claims import current_or_next  # noqa: E402
from raters.models import Assignment, Session  # noqa: E402
from studies.models import Study  # noqa: E402
from studies.selectors import spec_of  # noqa: E402
from tests.cast import a_session, hear_everything, open_study, study_text  # noqa: E402
from tests.raters.rules import expected_next  # noqa: E402

FACTS = ListeningReport(response_ms=1, played_first_ms=1000, played_second_ms=1000, switches=0)
ANSWERS = {"acoustic_quality": "1", "musicality": "0"}


def rate_everything(session: Session) -> str:
    spec = spec_of(session.rater.study)
    try:
        while assignment := current_or_next(session=session, spec=spec):
            finish(assignment, session)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is what this program reports
        return repr(error)
    finally:
        connection.close()
    return ""


def against_the_rule(study: Study) -> int:
    """One rater after the other in turn, and how often somebody was given another row than the rule says."""
    spec, sessions, wrong = spec_of(study), [a_session(study) for _ in range(4)], 0
    for session in sessions * 20:
        expected = expected_next(session)
        assignment = current_or_next(session=session, spec=spec)
        wrong += expected != (assignment and assignment.pk)
        if assignment is not None:
            finish(assignment, session)
    return wrong


def finish(assignment: Assignment, session: Session) -> None:
    hear_everything(assignment)
    spec = spec_of(session.rater.study)
    submit(assignment=assignment, rater=session.rater, spec=spec, answers=ANSWERS, report=FACTS, clips=1)


def main(raters: int, threads_each: int) -> None:
    call_command("migrate", verbosity=0)
    study = open_study(study_text(prompts=6, ratings=3))
    sessions = [a_session(study) for _ in range(raters)]
    with ThreadPoolExecutor(raters * threads_each) as pool:
        errors = [error for error in pool.map(rate_everything, sessions * threads_each) if error]
    # Half as many tasks as comparisons, and many more rows than raters: somebody always has a choice.
    rule = against_the_rule(open_study(study_text(slug="the-rule", prompts=30, ratings=3, tasks=20)))
    print(json.dumps(report(study, errors) | {"against_the_rule": rule}))  # noqa: T201 - its parent reads this


def report(study: Study, errors: list[str]) -> dict[str, object]:
    done = study.assignments.filter(state="submitted")
    per_comparison = Counter(done.values_list("comparison", flat=True))
    per_rater = Counter(done.values_list("comparison", "rater"))
    return {
        "errors": errors,
        "ratings": sorted(per_comparison.values()),
        "twice": sum(count > 1 for count in per_rater.values()),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
