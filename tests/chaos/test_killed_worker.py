"""A worker killed in the middle of a batch, on the embedded default: files as a broker, SQLite, the built-in model."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cast import study_text
from tests.house import House, stop, wait_for

QUICK = {"GENERATION_BATCH_SIZE": "2", "GENERATION_LEASE_SECONDS": "4", "SWEEP_SECONDS": "2"}
Rows = dict[str, tuple[str, int, str]]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, QUICK)


def samples(house: House) -> Rows:
    """Key -> (state, attempts, when it was made), straight from the database."""
    with closing(sqlite3.connect(house.folder / "db.sqlite3", timeout=30)) as connection:
        rows = connection.execute("SELECT key, state, attempts, made_at FROM generation_sample").fetchall()
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
