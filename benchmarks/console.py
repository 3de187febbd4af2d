"""Do the console's live pages slow down as ratings come in?

    python -m benchmarks.console [--ratings 1000 1000000]

One study of five systems, 100 prompts and three criteria per size, each in a PostgreSQL database of its own that is
dropped afterwards; raters of 20 tasks. Rows are made by SQL. Times are of the whole request through Django's test
client, the median of seven; "first look" counts everything that is there, as after a move from another database.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

from benchmarks.serving_rows import multiply
from tests.services import own_database

CRITERIA, TASKS, PROMPTS = 3, 20, 100
SONGS = ", ".join(f'{{id: p{n}, text: "song number {n}"}}' for n in range(PROMPTS))
SYSTEMS = ", ".join(
    f"{name}: {{backend: builtin, checkpoint: base, top_k: {k}}}" for k, name in enumerate("abcde", 1)
)
STUDY = f"""
study: {{slug: live, title: "Which clip is better?", seed: 7}}
prompts: [{SONGS}]
systems: {{{SYSTEMS}}}
design: {{ratings_per_comparison: 1}}
raters: {{tasks: {TASKS}, listen: any, sound_check: false}}
analysis: {{primary: [[a, b, musicality], [c, d, musicality], [a, e, acoustic_quality]]}}
"""
SUBMIT = """
UPDATE raters_assignment a SET state = 'submitted', rater_id = r.id, session_id = s.id, key = lpad(a.id::text, 32, '0'),
  position = 1 + n.place %% {tasks}, assigned_at = now() - interval '14 days', response_ms = 24000,
  submitted_at = now() - interval '14 days' * (1 - n.place::float / {total})
FROM (SELECT id, row_number() OVER (ORDER BY round, comparison_id) - 1 AS place FROM raters_assignment) n,
  raters_rater r, raters_session s
WHERE n.id = a.id AND n.place >= {start} AND n.place < {stop} AND r.pseudonym = 'R-' || (n.place / {tasks} + 1)
  AND s.rater_id = r.id
"""
ANSWER = """
INSERT INTO raters_rating (assignment_id, criterion, preference, answered_at)
SELECT a.id, c.name, (random() * 4 - 2)::int, now() FROM raters_assignment a,
  (VALUES ('acoustic_quality'), ('text_adherence'), ('musicality')) AS c (name)
WHERE a.state = 'submitted' AND NOT EXISTS (SELECT 1 FROM raters_rating r WHERE r.assignment_id = a.id)
"""


def fill(tasks: int) -> None:
    """``tasks`` submitted, and a rater's worth waiting to be."""
    wanted = tasks + TASKS
    rounds = -(-wanted // _study())
    source = f"raters_assignment AS c, generate_series(2, {rounds}) AS n WHERE c.round = 1"
    values = {"comparison_id": "c.comparison_id", "round": "n", '"order"': "c.id * 31 + n"}
    multiply("raters_assignment", "SELECT min(id) FROM raters_assignment", values, source)
    raters = f"generate_series(1, {-(-wanted // TASKS)}) AS n"
    first = "SELECT min(id) FROM raters_"
    named = {"pseudonym": "'R-' || n", "simulated": "false"}
    multiply("raters_rater", f"{first}rater", named, raters)
    sessions = {"rater_id": "r.id", "pseudonym": "'S' || r.pseudonym", "key": "lpad(r.id::text, 43, '0')"}
    multiply(
        "raters_session", f"{first}session", sessions, "raters_rater AS r WHERE r.pseudonym ~ '^R-[0-9]+$'"
    )
    submit(0, tasks, tasks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _study() -> int:
    """A study that is open; how many comparisons it has."""
    from django.utils import timezone

    from generation.models import Sample
    from generation.queue.planning import plan_samples
    from raters.assigning.comparison_rows import plan_comparisons
    from raters.entering.sessions import start_session
    from studies import services
    from studies.models import Study
    from studies.spec import parse_study

    study = services.apply_study(loaded=parse_study(STUDY, folder=Path(), builtin=("base",)))
    services.freeze(study=study)
    plan_samples(study=study)
    Sample.objects.update(state=Sample.State.READY, audio_sha256="0" * 64, made_at=timezone.now())
    plan_comparisons(study=study)
    services.admit(study=Study.objects.get(slug="live"))
    start_session(study=study, consent_version="v1", simulated=True)
    return study.comparisons.count()


def submit(start: int, stop: int, total: int) -> None:
    """Rows of these places are handed in, with answers."""
    with connection.cursor() as cursor:
        cursor.execute(SUBMIT.format(tasks=TASKS, start=start, stop=stop, total=total).replace("%%", "%"))
        cursor.execute(ANSWER)


def measure(ratings: int) -> None:
    """Fill the database of the environment, and time the pages."""
    from django.contrib.auth.models import User
    from django.test import Client

    call_command("migrate", verbosity=0, interactive=False)
    tasks = ratings // CRITERIA
    fill(tasks)
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("researcher"))
    pages = {"progress, itself renewed": "progress/", "study": "", "monitor": "results/"}
    seconds = {"study, first look": [_seconds(client, "")]}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the database does by itself after such a change
    for name, path in pages.items():
        _seconds(client, path)
        seconds[name] = [_seconds(client, path) for _ in range(7)]
    submit(tasks, tasks + TASKS, tasks)
    seconds["study, after another rater"] = [_seconds(client, "")]
    for name, times in seconds.items():
        print(f"{ratings:9} ratings  {name:28} {1000 * statistics.median(times):9.0f} ms")


def _seconds(client, path: str) -> float:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the same
    started = time.perf_counter()
    headers = {"HX-Request": "true"} if path == "progress/" else {}
    answer = client.get(f"/console/live/{path}", headers=headers)
    assert answer.status_code == 200, answer.status_code
    return time.perf_counter() - started


def main() -> None:
    """One process and one database per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, nargs="+", default=[1000, 1_000_000])
    parser.add_argument("--measure", type=int, help="the size to measure in the database of the environment")
    options = parser.parse_args()
    if options.measure:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        measure(options.measure)
        return
    for ratings in options.ratings:
        with own_database() as url:
            command = [sys.executable, "-m", "benchmarks.console", "--measure", str(ratings)]
            subprocess.run(command, check=True, env=os.environ | {"DATABASE_URL": url})


if __name__ == "__main__":
    main()
