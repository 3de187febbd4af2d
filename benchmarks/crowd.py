"""Does a server hold many raters at once? Each goes through every page, over HTTP, as `manage.py simulate` does.

    python -m benchmarks.crowd [--raters 50] [--postgres postgresql://postgres@127.0.0.1:5432/postgres]

The embedded default (SQLite) and PostgreSQL, one after the other, served by gunicorn with 2 workers of 4 threads. There
are fewer places than the raters ask for, so that the last ones are fought over. Counted afterwards, in the database:
errors, answers given twice, submissions without all their answers, and how many ratings each comparison has.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks.serving import HOST, POSTGRES, ROOT, free_port, gunicorn, own_database, percentile
from benchmarks.small_study import SLUG
from raters.simulation.simulated_rater import SimulatedRater, SimulationFailed
from raters.simulation.taste import Pair, Taste, strengths

RATINGS = 5


@dataclass(frozen=True, slots=True)
class Crowd:
    """``tasks`` are those each of the ``raters`` would do if there were enough for all."""

    raters: int
    prompts: int
    tasks: int
    ratings: int = RATINGS


@dataclass(frozen=True, slots=True)
class Held:
    """What became of it. ``seconds`` are those of every request; ``report`` is `benchmarks.small_study`'s."""

    errors: list[str]
    tasks: int
    wall: float
    seconds: list[float]
    report: dict[str, Any]


def hold(crowd: Crowd, folder: Path, database: Mapping[str, str]) -> Held:
    """Let the crowd rate on a server of its own; ``database`` is its part of the environment."""
    port = free_port()
    around = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "STORAGE_URL"}}
    around |= {"EARWITNESS_VAR": str(folder), "PUBLIC_URL": f"http://{HOST}:{port}", "LOG_LEVEL": "ERROR"}
    around |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": HOST, **database}
    mark = _program(around, crowd.prompts, crowd.ratings, crowd.tasks)
    with gunicorn("config.wsgi", port, folder, around):
        # Both workers have loaded what they need before the clock starts.
        for _ in range(8):
            httpx.get(f"http://{HOST}:{port}/s/{SLUG}/consent/", timeout=60).raise_for_status()
        seconds: list[float] = []
        started = time.perf_counter()
        with ThreadPoolExecutor(crowd.raters) as pool:
            visits = list(
                pool.map(
                    lambda number: _visit(number, f"http://{HOST}:{port}", mark, seconds), range(crowd.raters)
                )
            )
        wall = time.perf_counter() - started
    errors = [each for each in visits if isinstance(each, str)]
    tasks = sum(each for each in visits if isinstance(each, int))
    return Held(errors, tasks, wall, seconds, json.loads(_program(around, "--report")))


def _program(around: Mapping[str, str], *words: object) -> str:
    command = [sys.executable, "-m", "benchmarks.small_study", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=around, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _visit(number: int, url: str, mark: str, seconds: list[float]) -> int | str:
    """Tasks submitted, or what went wrong."""
    visitor = SimulatedRater(
        base_url=url,
        slug=SLUG,
        mark=mark,
        taste=Taste(1, number, strengths(["base", "cfg"], effect=1.0)),
        reveal=lambda address: Pair("base", "cfg", address),
    )
    visitor.client.event_hooks["response"] = [lambda response: seconds.append(_until_read(response))]
    try:
        return visitor.take_part()
    except (SimulationFailed, httpx.HTTPError) as failed:
        return f"{type(failed).__name__}: {failed}"


def _until_read(response: httpx.Response) -> float:
    response.read()
    return response.elapsed.total_seconds()


def show(name: str, crowd: Crowd, held: Held) -> None:
    """One row of the table."""
    p50, p95 = (percentile(held.seconds, share) for share in (0.5, 0.95))
    ratings = ", ".join(f"{count} have {each}" for each, count in sorted(held.report["ratings"].items()))
    print(
        f"| {name} | {crowd.raters} | {held.tasks} in {held.wall:.0f} s | {len(held.seconds) / held.wall:.0f} "
        f"| {p50:.0f}/{p95:.0f} | {1000 * max(held.seconds):.0f} | {len(held.errors)} | {held.report['twice']} "
        f"| {held.report['incomplete']} | {ratings} |"
    )
    for error in held.errors[:5]:
        print(f"  {error}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--raters", type=int, default=50, help="at the same time")
    parser.add_argument("--prompts", type=int, default=60, help="comparisons, each to be rated 5 times")
    parser.add_argument("--tasks", type=int, default=8, help="a rater's, as long as there are any")
    parser.add_argument("--postgres", default=POSTGRES, help="where databases may be created")
    wishes = parser.parse_args()
    crowd = Crowd(wishes.raters, wishes.prompts, wishes.tasks)
    print(
        "| database | raters | tasks | requests/s | p50/p95 ms | longest ms | errors | twice | incomplete "
        f"| ratings ({RATINGS} wanted) |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory(prefix="earwitness-crowd-") as folder:
        show("SQLite", crowd, hold(crowd, Path(folder), {}))
    with (
        tempfile.TemporaryDirectory(prefix="earwitness-crowd-") as folder,
        psycopg.connect(wishes.postgres, autocommit=True) as admin,
        own_database(admin) as name,
    ):
        url = wishes.postgres.rpartition("/")[0] + "/" + name
        show("PostgreSQL", crowd, hold(crowd, Path(folder), {"DATABASE_URL": url}))


if __name__ == "__main__":
    main()
