"""The next pair, fetched while this one is judged: kept when it can be, and never in anybody's way."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from raters.assigning.prefetch_tokens import PrefetchToken
from raters.models import Assignment, Session
from studies.models import Study
from tests.cast import a_session, client_of, hear_everything, open_study, study_text, with_checks
from tests.raters.people import ANSWERS

pytestmark = pytest.mark.django_db

FACTS = {"response_ms": "1", "played_ms_A": "1000", "played_ms_B": "1000", "switches": "0"}


@pytest.fixture
def study() -> Study:
    return open_study(study_text(prompts=3, ratings=2))


def task(client: Client) -> dict[str, Any]:
    shown: dict[str, Any] = client.get("/s/night-songs/task/").context["task"]
    return shown


def look_ahead(client: Client, shown: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever JSON says
    answer = client.get(f"{shown['url']}ahead/")
    return answer.json() if answer.status_code == 200 else None


def hand_in(client: Client, shown: dict[str, Any], promise: str) -> Any:  # noqa: ANN401 - the test client's
    hear_everything(Assignment.objects.get(key=shown["url"].split("/")[-2]))
    fields = {**ANSWERS, **FACTS, "promise": promise, "pass": shown["pass"].number}
    return client.post(f"{shown['url']}submit/", fields, headers={"HX-Request": "true"})


def clips(shown: dict[str, Any]) -> list[str]:
    return [clip["url"] for side in shown["sides"] for clip in side["clips"]]


def heard(client: Client, url: str) -> tuple[bytes, list[str]]:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content, sorted(answer.headers)


def test_what_was_promised_comes_under_the_same_addresses_with_the_same_sound(study: Study) -> None:
    client = client_of(a_session(study))
    shown = task(client)
    for _ in range(2):
        promise = look_ahead(client, shown)
        early = {clip["url"]: heard(client, clip["from"]) for clip in promise["clips"]}
        shown = hand_in(client, shown, promise["promise"]).context["task"]
        assert clips(shown) == list(early)
        assert [heard(client, url) for url in clips(shown)] == list(early.values())
    assert list(
        study.assignments.exclude(key=None).order_by("position").values_list("position", flat=True)
    ) == [
        1,
        2,
        3,
    ]


def test_looking_ahead_writes_nothing_and_says_the_same_again(study: Study) -> None:
    client = client_of(a_session(study))
    shown = task(client)
    before = list(study.assignments.order_by("pk").values())
    first, second = look_ahead(client, shown), look_ahead(client, shown)
    for clip in first["clips"]:
        heard(client, clip["from"])
    assert [clip["url"] for clip in first["clips"]] == [clip["url"] for clip in second["clips"]]
    assert list(study.assignments.order_by("pk").values()) == before


def test_a_promise_whose_pair_is_gone_ends_in_whatever_there_is(study: Study) -> None:
    client = client_of(a_session(study))
    shown = task(client)
    promise = look_ahead(client, shown)
    study.assignments.filter(state="waiting").delete()
    after = hand_in(client, shown, promise["promise"])
    assert after.status_code == 200
    assert "Thank you" in after.content.decode()


def test_the_last_task_of_a_session_has_nothing_after_it() -> None:
    study = open_study(study_text(prompts=3, tasks=2))
    client = client_of(a_session(study))
    shown = task(client)
    shown = hand_in(client, shown, look_ahead(client, shown)["promise"]).context["task"]
    assert look_ahead(client, shown) is None
    assert "Thank you" in hand_in(client, shown, "").content.decode()


def test_an_old_promise_gives_nothing_twice(study: Study) -> None:
    client = client_of(a_session(study))
    shown = task(client)
    promise = look_ahead(client, shown)["promise"]
    second = hand_in(client, shown, promise).context["task"]
    assert hand_in(client, shown, promise).context["task"] == second
    third = hand_in(client, second, promise).context["task"]
    assert third["url"] != second["url"]
    assert study.assignments.filter(state="assigned").count() == 1


def test_every_kind_of_pair_is_foreseen_alike_but_for_what_follows_practice() -> None:
    study = open_study(with_checks(study_text(prompts=2, ratings=1), training=1, gold=1, repeats=1))
    client = client_of(a_session(study))
    shown, foreseen = task(client), []
    assert look_ahead(client, shown) is None
    hand_in(client, shown, "")
    shown = task(client)
    while promise := look_ahead(client, shown):
        shown = hand_in(client, shown, promise["promise"]).context["task"]
        foreseen.append(clips(shown) == [clip["url"] for clip in promise["clips"]])
    assert foreseen == [True] * 3
    rows = study.assignments.exclude(rater=None).order_by("position")
    assert sorted(row.role for row in rows) == ["gold", "main", "main", "repeat", "training"]
    assert "Thank you" in hand_in(client, shown, "").content.decode()


def test_in_passes_nothing_is_fetched_before_the_last_one() -> None:
    text = study_text(prompts=2).replace("design: {", "design: {presentation: one-criterion-at-a-time, ")
    client = client_of(a_session(open_study(text)))
    shown = task(client)
    assert look_ahead(client, shown) is None
    again = hand_in(client, shown, "").context["task"]
    assert again["url"] == shown["url"]
    promise = look_ahead(client, again)
    after = hand_in(client, again, promise["promise"]).context["task"]
    assert clips(after) == [clip["url"] for clip in promise["clips"]]


def test_a_promise_is_of_no_use_to_anybody_else(study: Study) -> None:
    client, other = client_of(a_session(study)), client_of(a_session(study))
    shown, theirs = task(client), task(other)
    promise = look_ahead(client, shown)
    assert other.get(promise["clips"][0]["from"]).status_code == 404
    assert other.get(f"{shown['url']}ahead/").status_code == 404
    assert client.get(promise["clips"][0]["from"] + "x").status_code == 404
    promised = promise["clips"][0]["url"].split("/clip/")[0]
    assert not hand_in(other, theirs, promise["promise"]).context["task"]["url"].startswith(promised)


def test_raters_side_by_side_are_not_all_promised_the_same_pair() -> None:
    study = open_study(study_text(prompts=12, ratings=6))
    clients = [client_of(a_session(study)) for _ in range(6)]
    shown = [task(client) for client in clients]
    promises = [look_ahead(client, one)["promise"] for client, one in zip(clients, shown, strict=True)]
    rows = {
        PrefetchToken.unseal(promise, session.pk)
        for promise, session in zip(promises, Session.objects.order_by("pk"), strict=True)
    }
    assert len({promise.row for promise in rows if promise}) > 1  # by chance they would in 1 of 200,000 runs
    for client, one, promise in zip(clients, shown, promises, strict=True):
        hand_in(client, one, promise)
    assert study.assignments.filter(state="assigned").count() == 6


def test_a_promise_is_equally_long_for_every_pair(study: Study) -> None:
    client = client_of(a_session(study))
    shown = task(client)
    lengths = set()
    for _ in range(2):
        promise = look_ahead(client, shown)
        lengths |= {len(clip["from"]) for clip in promise["clips"]}
        shown = hand_in(client, shown, promise["promise"]).context["task"]
    assert len(lengths) == 1
