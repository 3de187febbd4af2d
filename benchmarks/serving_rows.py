"""A program: `python -m benchmarks.serving_rows COMPARISONS ROUNDS SESSIONS` fills the database of the environment.

A study is made through the services; then its rows are multiplied by SQL, so that a million take a minute.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import django
from django.core.management import call_command
from django.db import connection

from benchmarks.small_study import make_study

TASKS = 20


def fill(comparisons: int, rounds: int, sessions: int) -> None:
    """``comparisons`` with ``rounds`` waiting places each, and ``sessions`` of raters of ``TASKS`` tasks each."""
    call_command("migrate", verbosity=0, interactive=False)
    _study()
    with connection.cursor() as cursor:
        # The rows are copies of right ones: nothing is gained by looking up each of their foreign keys.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    first = "SELECT min(id) FROM raters_"
    numbers = "generate_series(1, {}) AS n"
    source = numbers.format(comparisons)
    multiply("raters_comparison", f"{first}comparison", {"key": "'c' || n"}, source)
    source = "raters_comparison AS c WHERE c.key LIKE 'c%'"
    template = f"{first}comparisonsample WHERE side = "
    for side in ("'a'", "'b'"):
        multiply("raters_comparisonsample", template + side, {"comparison_id": "c.id"}, source)
    values = {
        "comparison_id": "c.id",
        "round": "n",
        '"order"': "abs(hashint8(c.id * 31 + n))",
        "swapped": "(c.id + n) % 2 = 0",
    }
    source = f"raters_comparison AS c, {numbers.format(rounds)} WHERE c.key LIKE 'c%'"
    multiply("raters_assignment", f"{first}assignment", values, source)
    source = numbers.format(sessions)
    multiply("raters_rater", f"{first}rater", {"pseudonym": "'R-' || n"}, source)
    values = {
        "rater_id": "r.id",
        "pseudonym": "'S' || r.pseudonym",
        "key": "lpad(substr(r.pseudonym, 3), 43, '0')",
    }
    source = "raters_rater AS r WHERE r.pseudonym ~ '^R-[0-9]+$'"
    multiply("raters_session", f"{first}session", values, source)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _study() -> None:
    from raters.entering.sessions import start_session

    # Written for so many comparisons, since a session is never longer than there are comparisons.
    study = make_study(prompts=TASKS, ratings=1, tasks=TASKS, listen="any")
    # Simulated: the clock of listening is not what is measured here.
    start_session(study=study, consent_version="v1", simulated=True)


def multiply(table: str, template: str, values: Mapping[str, str], source: str) -> None:
    """Copies of one row of ``table`` for each row of ``source``; ``values`` are SQL for the columns that differ."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(column_name) FROM information_schema.columns "
            "WHERE table_name = %s AND column_name <> 'id'",
            [table],
        )
        columns = [name for (name,) in cursor.fetchall()]
        read = [values.get(name, f"t.{name}") for name in columns]
        joined, _, where = source.partition(" WHERE ")
        only = f"t.id = ({template})" + (f" AND {where}" if where else "")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - our own names
            f"SELECT {', '.join(read)} FROM {table} AS t, {joined} WHERE {only}"
        )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    fill(*map(int, sys.argv[1:4]))
