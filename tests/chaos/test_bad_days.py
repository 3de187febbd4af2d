"""Everything that can break breaks in the middle of a batch, with real processes, on PostgreSQL and both brokers.

In the end every sample exists exactly once, and the log says what happened. The model is a server of the test's own
that holds its answers back, so that "in the middle of a batch" is known and not guessed.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.chaos.world import Broker, Clips, broker_of
from tests.house import House, Process, wait_for
from tests.services import own_database

QUICK = {
    "GENERATION_BATCH_SIZE": "2",
    "GENERATION_LEASE_SECONDS": "4",
    "GENERATION_DEVICE": "cpu",
    "SWEEP_SECONDS": "2",
}
ALL = 6  # samples of a study: two systems, three prompts
Rows = dict[str, tuple[str, int, str, str]]


@dataclass
class Town:
    """One installation, its broker, its two workers and the model they ask."""

    house: House
    broker: Broker
    clips: Clips
    workers: list[Process] = field(default_factory=list)

    @property
    def database(self) -> str:
        return self.house.settings["DATABASE_URL"]

    def hire(self, count: int = 2) -> None:
        """As many as it takes to have so many at work."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < count:
            self.workers.append(self.house.worker())

    def launch(self, slug: str, messages: int = 1) -> None:
        self.house.run("-m", "tests.chaos.launch", slug, self.clips.url, str(messages))

    def both_in_a_batch(self) -> None:
        wait_for(lambda: self.clips.waiting == 2, seconds=120, saying=self.house.logs)

    def rows(self, slug: str) -> Rows:
        """Key -> (state, attempts, raw digest, final digest), straight from the database."""
        query = """SELECT key, m.state, attempts, raw_sha256, audio_sha256 FROM generation_sample m
            JOIN studies_study s ON s.id = m.study_id WHERE slug = %s"""
        with psycopg.connect(self.database) as connection:
            return {row[0]: row[1:] for row in connection.execute(query, [slug]).fetchall()}

    def states(self, slug: str) -> list[str]:
        return [state for state, *_ in self.rows(slug).values()]

    def every_sample_exists_once(self, slug: str) -> None:
        wait_for(lambda: self.states(slug) == ["ready"] * ALL, seconds=120, saying=self.house.logs)
        rows = self.rows(slug).values()
        for digest in {digest for _, _, *digests in rows for digest in digests}:
            assert (self.house.folder / "clips" / digest[:2] / f"{digest}.wav").is_file()

    def say(self, words: str) -> None:
        wait_for(lambda: words in self.house.logs(), seconds=60, saying=self.house.logs)


@pytest.fixture(scope="module", params=["redis", "rabbitmq"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with broker_of(request.param) as (broker, settings), own_database() as url:
        town = Town(House(folder, {**QUICK, **settings, "DATABASE_URL": url}), broker, Clips())
        town.house.manage("migrate", "-v0")
        clock = town.house.start("-m", "celery", "-A", "config", "beat", "--pidfile=")
        try:
            yield town
        finally:
            town.clips.close()
            # Nothing of theirs is kept, so there is nothing to wait for.
            for process in [clock, *town.workers]:
                process.kill()
                process.wait()


@pytest.fixture
def town(opened: Town) -> Town:
    opened.hire()
    return opened


def test_the_same_message_five_times_and_two_workers_make_every_clip_once(town: Town) -> None:
    town.launch("doubled", messages=5)
    town.every_sample_exists_once("doubled")
    made = {clip: count for clip, count in town.clips.answered.items() if clip.startswith("doubled")}
    assert sorted(made.values()) == [1] * ALL


def test_a_broker_that_goes_away_and_forgets_everything_costs_nothing(town: Town) -> None:
    with town.clips.held():
        town.launch("broker")
        town.both_in_a_batch()
        town.broker.go_away()
    town.say("Connection to broker lost")
    town.broker.come_back()
    town.every_sample_exists_once("broker")


def test_database_connections_that_are_cut_are_opened_again(town: Town) -> None:
    with town.clips.held():
        town.launch("cut")
        town.both_in_a_batch()
        with psycopg.connect(town.database, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    town.every_sample_exists_once("cut")
    town.say("terminating connection due to administrator command")


def test_a_store_that_fails_is_asked_again_and_no_clip_is_made_twice_for_it(town: Town) -> None:
    store, aside = town.house.folder / "clips", town.house.folder / "aside"
    with town.clips.held():
        town.launch("store")
        town.both_in_a_batch()
        store.rename(aside)
        store.write_text("no folder")
    town.say("storage_failed")
    store.unlink()
    aside.rename(store)
    town.every_sample_exists_once("store")
    made = {clip: count for clip, count in town.clips.answered.items() if clip.startswith("store")}
    assert sorted(made.values()) == [1] * ALL


def test_a_worker_killed_in_a_batch_and_one_told_to_stop_lose_nothing(town: Town) -> None:
    killed, told = town.workers
    with town.clips.held():
        town.launch("killed")
        town.both_in_a_batch()
        killed.kill()
        told.send_signal(signal.SIGTERM)
        assert told.wait(60) == 0
        left = {key: attempts for key, (_, attempts, *_) in town.rows("killed").items()}
    # What was given back has cost no attempt; what the killed one held has, and waits for its lease to end.
    lost = {key for key, attempts in left.items() if attempts}
    assert set(left.values()) == {0, 1}
    assert len(lost) <= 2
    town.say("claims are given back")
    town.hire(1)
    town.every_sample_exists_once("killed")
    town.say("went silent")
    assert {key for key, (_, attempts, *_) in town.rows("killed").items() if attempts > 1} == lost
