"""The adversary fails on a clean study, and names what leaks on one that was tampered with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from subprocess import CompletedProcess

import numpy as np
import pytest

from dashboard.audit.findings import Finding
from dashboard.audit.observations import ClipSeen, Seen, load
from dashboard.audit.study_copy import free_port
from dashboard.audit.verdict import TooLittleSeen, judge, leaks, table
from tests.house import House, stop, wait_for

SLUG = "night-songs"
# The clock and the random addresses are the only columns that chance fills anew in every audit.
BY_CHANCE = {"clip address", "task address", "timing"}
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Audited:
    """A house with a small study, and what an audit of a copy of it said and saw."""

    house: House
    said: CompletedProcess[str]
    seen: tuple[Seen, ...]
    before: Rows
    after: Rows


def rows(house: House) -> Rows:
    """Everything the database knows about people and what they hold."""
    tables = ("raters_rater", "raters_session", "raters_assignment", "raters_rating", "studies_studyevent")
    with closing(sqlite3.connect(house.folder / "db.sqlite3", timeout=30)) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()  # noqa: S608 - our names
            for name in tables
        }


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    house = House(tmp_path_factory.mktemp("audited"))
    house.run("-m", "tests.dashboard_audit.prepare", "12")
    before, file = rows(house), house.folder / "seen.json"
    said = house.manage("study", "audit", SLUG, "--assignments", "48", "--save", str(file), check=False)
    return Audited(house, said, load(file), before, rows(house))


@pytest.fixture
def served(audited: Audited) -> Iterator[str]:
    port = free_port()
    words = ("-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4")
    url = f"http://127.0.0.1:{port}"
    web = audited.house.start(*words, "--no-control-socket", PUBLIC_URL=url)
    try:
        wait_for(lambda: "Booting worker" in audited.house.logs(), seconds=60, saying=audited.house.logs)
        yield url
    finally:
        stop(web)


def judged(seen: tuple[Seen, ...]) -> list[Finding]:
    return judge(seen, generator=np.random.default_rng(1))


def planted(seen: tuple[Seen, ...], leak: Callable[[ClipSeen, str], ClipSeen]) -> tuple[Seen, ...]:
    """What would have been seen had every clip of a system been changed by ``leak``."""
    return tuple(
        replace(
            one,
            a=tuple(leak(clip, one.first) for clip in one.a),
            b=tuple(leak(clip, one.second) for clip in one.b),
        )
        for one in seen
    )


def named(findings: list[Finding]) -> set[str]:
    return {one.group for one in leaks(findings)} - BY_CHANCE


def told_apart(line: str) -> set[str]:
    return set(line.removeprefix("LEAK: ").split(", "))


def test_a_clean_study_is_at_chance(audited: Audited) -> None:
    assert audited.said.returncode in {0, 1}, audited.said.stderr
    last = audited.said.stdout.splitlines()[-1]
    assert last == "Nothing but the sound tells the two sides apart." or not told_apart(last) - BY_CHANCE
    assert not named(judged(audited.seen))


def test_a_clean_study_gives_the_same_answers_for_both_sides(audited: Audited) -> None:
    same = {one.group for one in judged(audited.seen) if one.outcome == "equal" and one.question != "gold"}
    assert same == {"page", "size", "headers", "file header", "loudness"}


def test_gold_is_seen_beside_the_rest_and_looks_the_same(audited: Audited) -> None:
    gold = {one.group: one.outcome for one in judged(audited.seen) if one.question == "gold"}
    assert {gold[name] for name in ("size", "headers", "file header", "loudness")} == {"equal"}
    assert {gold[name] for name in ("page", "task address", "clip address", "timing")} <= {"chance", "LEAK"}
    assert "of them gold, on 12 prompts" in audited.said.stdout


def test_a_header_that_only_gold_has_is_named(audited: Audited) -> None:
    def told(one: Seen) -> Seen:
        if one.role != "gold":
            return one
        line = ("x-check", "1")
        sides = (
            tuple(
                replace(clip, whole=replace(clip.whole, headers=(*clip.whole.headers, line))) for clip in side
            )
            for side in (one.a, one.b)
        )
        a, b = sides
        return replace(one, a=a, b=b)

    found = leaks(judged(tuple(map(told, audited.seen))))
    assert {(one.group, one.question) for one in found if one.group not in BY_CHANCE} == {("headers", "gold")}


def test_a_page_that_tells_gold_from_the_rest_is_named(audited: Audited) -> None:
    told = tuple(
        replace(one, page=f"{one.page} attention") if one.role == "gold" else one for one in audited.seen
    )
    assert ("page", "gold") in {(one.group, one.question) for one in leaks(judged(told))}


def test_the_audit_of_a_copy_leaves_the_study_untouched(audited: Audited) -> None:
    assert audited.after == audited.before


def test_every_assignment_is_looked_at_once(audited: Audited) -> None:
    assert len({one.key for one in audited.seen if one.role == "main"}) == 48
    assert len({one.key for one in audited.seen if one.role == "gold"}) == 32
    assert {one.swapped for one in audited.seen} == {False, True}


def test_a_header_that_differs_is_named(audited: Audited) -> None:
    def cached(clip: ClipSeen, system: str) -> ClipSeen:
        line = ("x-cache", "hit" if system == "cfg" else "miss")
        return replace(clip, whole=replace(clip.whole, headers=(*clip.whole.headers, line)))

    findings = judged(planted(audited.seen, cached))
    assert named(findings) == {"headers"}
    assert any("x-cache" in line for line in table(findings))


def test_a_pattern_in_an_address_is_named(audited: Audited) -> None:
    def numbered(clip: ClipSeen, system: str) -> ClipSeen:
        return replace(clip, address=("8" if system == "cfg" else "7") + clip.address[1:])

    found = {one.strongest for one in leaks(judged(planted(audited.seen, numbered)))}
    assert "clip address, digit 1" in found


def test_a_task_address_that_tells_the_side_is_named(audited: Audited) -> None:
    told = tuple(replace(one, key=("f" if one.swapped else "0") + one.key[1:]) for one in audited.seen)
    found = {(one.group, one.question, one.strongest) for one in leaks(judged(told))}
    assert ("task address", "side", "task address, digit 1") in found


def test_a_slower_system_is_named(audited: Audited) -> None:
    def slow(clip: ClipSeen, system: str) -> ClipSeen:
        wait = 0.5 if system == "cfg" else 0.0
        return replace(clip, lead=clip.lead + wait, follow=clip.follow + wait)

    assert "timing" in {one.group for one in leaks(judged(planted(audited.seen, slow)))}


def test_a_louder_system_is_named(audited: Audited) -> None:
    def loud(clip: ClipSeen, system: str) -> ClipSeen:
        return replace(clip, loudness=clip.loudness + (system == "cfg"))

    assert named(judged(planted(audited.seen, loud))) == {"loudness"}


def test_a_system_with_higher_peaks_is_heard_and_not_counted(audited: Audited) -> None:
    def peaky(clip: ClipSeen, system: str) -> ClipSeen:
        return replace(clip, peak=clip.peak + 6.0 * (system == "cfg"))

    findings = judged(planted(audited.seen, peaky))
    assert {one.outcome for one in findings if one.group == "peak"} == {"heard"}
    assert not named(findings)


def test_with_few_prompts_what_must_be_equal_and_is_not_is_a_leak(audited: Audited) -> None:
    few = tuple(one for one in audited.seen if one.prompt in {"p0", "p1", "p2"} and one.role == "main")

    def longer(clip: ClipSeen, system: str) -> ClipSeen:
        return replace(clip, size=clip.size + 4 * (system == "cfg"))

    assert named(judged(planted(few, longer))) == {"size"}
    assert {one.outcome for one in judged(few) if one.group == "timing"} <= {"too few", "LEAK"}


def test_one_prompt_is_too_little(audited: Audited) -> None:
    with pytest.raises(TooLittleSeen, match="1 prompts"):
        judged(tuple(one for one in audited.seen if one.prompt == "p0"))


def test_longer_clips_in_the_store_of_a_running_server_are_found_and_nothing_is_left(
    audited: Audited, served: str
) -> None:
    house = audited.house
    house.run("-m", "tests.dashboard_audit.prepare", "longer")
    words = ("--assignments", "20", "--base-url", served)
    done = house.manage("study", "audit", SLUG, *words, check=False)
    assert done.returncode == 1, done.stderr
    assert {"size", "file header"} <= told_apart(done.stdout.splitlines()[-1])
    assert rows(house) == audited.before


def test_a_server_that_does_not_answer_is_a_refusal_in_words(audited: Audited) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = audited.house.manage("study", "audit", SLUG, "--base-url", url, check=False)
    assert done.returncode == 2
    assert "did not answer as they should" in done.stderr
