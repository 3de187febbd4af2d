"""One criterion at a time: the pair comes again for each, and is heard again."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from analysis.bridge.tables import ratings_csv
from raters.assigning.claims import current_or_next
from raters.entering.session_length import seconds_per_task
from raters.models import Assignment, Rating, Session
from raters.simulation.page_reader import Page, read_page
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import parse_study
from tests.cast import a_session, client_of, hear_everything, open_study, study_text, with_checks

pytestmark = pytest.mark.django_db
TASK = "/s/night-songs/task/"
FACTS = {"switches": "2", "response_ms": "4000", "played_ms_A": "1000", "played_ms_B": "900"}


def passes_text(**options: Any) -> str:  # noqa: ANN401 - those of study_text
    together = study_text(**options)
    design = "design: {presentation: one-criterion-at-a-time, "
    return together.replace("design: {", design)


@pytest.fixture
def study() -> Study:
    return open_study(passes_text(prompts=2))


@pytest.fixture
def session(study: Study) -> Session:
    return a_session(study)


@pytest.fixture
def client(session: Session) -> Client:
    return client_of(session)


def page(client: Client) -> Page:
    return read_page(client.get(TASK).content.decode())


def held() -> Assignment:
    return Assignment.objects.get(state="assigned")


def hand_in(client: Client, shown: Page, value: str = "1") -> Any:  # noqa: ANN401 - the test client's
    answers = dict.fromkeys(shown.groups, value)
    return client.post(shown.task_url + "submit/", shown.hidden | FACTS | answers)


def hear_and_hand_in(client: Client, value: str = "1") -> Page:
    shown = page(client)
    hear_everything(held())
    assert hand_in(client, shown, value).status_code == 302
    return shown


def test_each_pass_asks_one_criterion_about_the_same_pair(client: Client) -> None:
    first = hear_and_hand_in(client)
    second = page(client)
    assert first.task_url == second.task_url
    assert [clip.url for clip in first.clips] == [clip.url for clip in second.clips]
    assert {*first.groups} | {*second.groups} == {"acoustic_quality", "musicality"}
    assert len(first.groups) == len(second.groups) == 1


def test_what_was_heard_in_one_pass_counts_for_that_pass_only(client: Client) -> None:
    hear_and_hand_in(client)
    assert held().heard == {}
    refused = hand_in(client, page(client))
    assert refused.status_code == 422
    assert "listen to A to the end" in refused.content.decode()


def test_the_server_s_clock_begins_anew_with_each_pass(client: Client) -> None:
    shown = hear_and_hand_in(client)
    fields = {"side": "A", "clip": "0", "played_ms": "1000"}
    assert client.post(shown.task_url + "heard/", fields).status_code == 409


def test_with_the_last_pass_the_assignment_is_submitted_with_all_answers(client: Client) -> None:
    first, second = hear_and_hand_in(client, "2"), hear_and_hand_in(client, "-1")
    row = Assignment.objects.get(state="submitted")
    given = {next(iter(first.groups)): 2, next(iter(second.groups)): -1}
    assert dict(row.ratings.values_list("criterion", "preference")) == given
    assert (row.response_ms, row.switches, row.played_second_ms) == (8000, 4, 1800)
    assert page(client).task_url != first.task_url


def test_a_pass_sent_twice_is_sent_once(client: Client) -> None:
    shown = hear_and_hand_in(client)
    assert hand_in(client, shown, "-2").status_code == 302
    assert len(held().passes) == 1
    assert Rating.objects.get().preference == 1


@pytest.mark.parametrize("number", ["", "0", "2", "x", "-1"])
def test_a_pass_that_was_never_shown_is_refused(client: Client, number: str) -> None:
    shown = page(client)
    hear_everything(held())
    shown.hidden["pass"] = number
    assert hand_in(client, shown).status_code == 422
    assert held().passes == []


def test_a_page_of_an_earlier_pass_cannot_change_its_answer(client: Client) -> None:
    shown = hear_and_hand_in(client)
    fields = {"name": next(iter(shown.groups)), "value": "-2"}
    assert client.post(shown.task_url + "answer/", fields).status_code == 409
    assert Rating.objects.get().preference == 1


def test_an_answer_that_was_not_submitted_is_there_again_in_its_pass(client: Client) -> None:
    hear_and_hand_in(client)
    shown = page(client)
    client.post(shown.task_url + "answer/", {"name": next(iter(shown.groups)), "value": "-2"})
    words = " ".join(client.get(TASK).content.decode().split())
    assert 'value="-2" autocomplete="off" checked' in words


def test_the_place_says_which_question_it_is(client: Client) -> None:
    assert "1 of 2, question 1 of 2" in client.get(TASK).content.decode()
    hear_and_hand_in(client)
    assert "1 of 2, question 2 of 2" in client.get(TASK).content.decode()


def test_the_order_of_criteria_is_the_rater_s_and_the_next_rater_has_another(study: Study) -> None:
    orders = [a_session(study).rater.criteria_order for _ in range(2)]
    assert sorted(orders) == [["acoustic_quality", "musicality"], ["musicality", "acoustic_quality"]]


def test_a_rater_meets_every_pair_in_the_same_order(client: Client, session: Session) -> None:
    asked = [next(iter(hear_and_hand_in(client).groups)) for _ in range(4)]
    assert asked == session.rater.criteria_order * 2


def test_absolute_scales_ask_both_sides_of_one_criterion() -> None:
    client = client_of(a_session(open_study(passes_text(prompts=1, scale="absolute-5"))))
    shown = hear_and_hand_in(client, "4")
    assert {name.partition("__")[2] for name in shown.groups} == {"A", "B"}
    assert len({name.partition("__")[0] for name in shown.groups}) == 1


def test_sets_have_one_criterion_and_so_one_pass() -> None:
    study = open_study(passes_text(prompts=1) + "diversity: {prompts: 1}\n")
    study.assignments.filter(comparison__kind="quality").delete()
    session = a_session(study)
    shown = page(client_of(session))
    assert (shown.hidden["pass"], list(shown.groups)) == ("1", ["diversity"])


def test_training_tells_what_there_was_to_hear_after_the_last_pass_only() -> None:
    client = client_of(a_session(open_study(with_checks(passes_text(prompts=2), training=1))))
    shown = page(client)
    hear_everything(held())
    assert hand_in(client, shown)["Location"] == TASK
    hear_everything(held())
    assert hand_in(client, page(client))["Location"].endswith("/feedback/")


def test_where_criteria_are_asked_together_there_are_no_passes() -> None:
    session = a_session(open_study(study_text()))
    assignment = current_or_next(session=session, spec=spec_of(session.rater.study))
    assert assignment is not None
    assert (session.rater.criteria_order, assignment.passes) == ([], [])


def test_the_table_of_ratings_says_which_pass_and_what_it_was_like(study: Study, client: Client) -> None:
    first = hear_and_hand_in(client)
    hear_and_hand_in(client)
    rows = {row["criterion"]: row for row in csv.DictReader(io.StringIO(ratings_csv(study).decode()))}
    assert rows[next(iter(first.groups))]["pass"] == "1"
    assert {row["pass"] for row in rows.values()} == {"1", "2"}
    assert {row["response_ms"] for row in rows.values()} == {"4000"}


def test_the_time_on_the_consent_page_counts_every_hearing() -> None:
    texts = [study_text(prompts=3), passes_text(prompts=3)]
    together, apart = (
        seconds_per_task(parse_study(text, folder=Path(), builtin=("base",)).spec) for text in texts
    )
    assert apart - together == 2 * 1.0
