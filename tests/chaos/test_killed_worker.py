"""A worker killed in the middle of a batch loses nothing, and nothing is made twice."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.cast import study_text
from tests.house import House, stop, wait_for
from tests.services import REDIS, needs, own_database

QUICK = {"GENERATION_BATCH_SIZE": "2", "GENERATION_LEASE_SECONDS": "4", "SWEEP_SECONDS": "2"}
Rows = dict[str, tuple[str, int, str]]


@pytest.fixture(params=["embedded", "postgresql and redis"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "embedded":
        yield House(tmp_path, QUICK)
        return
    needs(REDIS)
    with own_database() as url:
        yield House(tmp_path, {**QUICK, "DATABASE_URL": url, "CELERY_BROKER_URL": REDIS})


def samples(house: House) -> Rows:
    """Key -> (state, attempts, when it was made), straight from the database."""
    query = "SELECT key, state, attempts, made_at FROM generation_sample"
    if "DATABASE_URL" in house.settings:
        with psycopg.connect(house.settings["DATABASE_URL"]) as connection:
            rows = connection.execute(query).fetchall()
    else:
        with closing(sqlite3.connect(house.folder / "db.sqlite3", timeout=30)) as connection:
            rows = connection.execute(query).fetchall()
    return {key: (state, attempts, str(made_at)) for key, state, attempts, made_at in rows}


def states(house: House) -> list[str]:
    return sorted(state for state, _, _ in samples(house).values())


def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing_and_makes_nothing_twice(house: House) -> None:
    file = house.folder / "study.yaml"
    file.write_text(study_text(prompts=4).replace("duration: 1.0", "duration: 4.0"))
    house.manage("migrate", "-v0")
    house.manage("study", "apply", str(file))
    house.manage("study", "launch", "night-songs")

    first = house.worker()
    wait_for(
        lambda: {"rendered", "claimed"} <= set(states(house)),
        seconds=120,
        saying=house.logs,
    )
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    before = samples(house)

    second, clock = house.worker(), house.start("-m", "celery", "-A", "config", "beat", "--pidfile=")
    try:
        wait_for(lambda: set(states(house)) == {"ready"}, seconds=120, saying=house.logs)
    finally:
        stop(second)
        stop(clock)
    after = samples(house)
    finished = {key for key, (state, _, _) in before.items() if state == "rendered"}
    assert len(after) == 8
    assert {key: after[key][1:] for key in finished} == {key: before[key][1:] for key in finished}
