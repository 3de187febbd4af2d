"""Questions about the rater: asked once, read strictly, exported by pseudonym, gone with the person."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from analysis.bridge.tables import questionnaire_csv, ratings_csv
from raters.entering import privacy
from raters.entering.session_endings import Ending, ending_of
from raters.models import QuestionnaireAnswer, Rater, Session
from raters.selectors.people import done_by
from studies import services as studies
from studies.selectors import spec_of
from tests.raters.blocks import DOOR, QUESTIONNAIRE, page_of, visitor
from tests.raters.people import rate

pytestmark = pytest.mark.django_db
ANSWERS = {"plays": "yes", "hours": "2,5", "remarks": " fine "}


def through_the_tasks() -> tuple[Session, Client]:
    session, client = visitor(questionnaire=QUESTIONNAIRE)
    rate(session)
    return session, client


def test_after_the_last_task_a_few_questions_and_then_thanks() -> None:
    session, client = through_the_tasks()
    assert page_of(client).station == "questionnaire"
    assert client.post(DOOR + "questionnaire/", ANSWERS).status_code == 302
    assert page_of(client).station == "done"
    stored = dict(QuestionnaireAnswer.objects.values_list("question", "answer"))
    assert stored == {"plays": "yes", "hours": "2.5", "remarks": "fine"}
    session.refresh_from_db()
    assert session.questionnaire_at is not None


def test_one_choice_names_the_rater_s_group_in_the_table_of_ratings() -> None:
    session, client = through_the_tasks()
    page_of(client)
    client.post(DOOR + "questionnaire/", ANSWERS)
    assert Rater.objects.get().group == "yes"
    rows = list(csv.DictReader(io.StringIO(ratings_csv(session.rater.study).decode())))
    assert {row["rater_group"] for row in rows} == {"yes"}


def test_at_the_start_it_comes_before_the_tasks() -> None:
    _, client = visitor(questionnaire=QUESTIONNAIRE, questionnaire_at="start")
    assert page_of(client).station == "questionnaire"
    client.post(DOOR + "questionnaire/", ANSWERS)
    assert page_of(client).station == "task"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hours", "", "Please answer this question."),
        ("hours", "25", "Please give a number from 0 to 24."),
        ("hours", "nan", "Please give a number from 0 to 24."),
        ("hours", "two", "Please give a number from 0 to 24."),
        ("plays", "maybe", "Please choose one of the answers."),
        ("remarks", "x" * 2001, "Please keep it to 2000 characters."),
    ],
)
def test_an_answer_that_cannot_be_is_marked_and_nothing_is_lost(field: str, value: str, said: str) -> None:
    _, client = through_the_tasks()
    page_of(client)
    answer = client.post(DOOR + "questionnaire/", ANSWERS | {field: value})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert f'id="{field}-wrong"' in text
    assert ("fine" in text) == (field != "remarks")
    assert not QuestionnaireAnswer.objects.exists()


def test_what_need_not_be_answered_can_be_left_out() -> None:
    _, client = through_the_tasks()
    page_of(client)
    client.post(DOOR + "questionnaire/", {"hours": "0"})
    assert QuestionnaireAnswer.objects.get().question == "hours"
    assert Rater.objects.get().group == ""


def test_the_work_is_paid_for_whether_the_questions_are_answered_or_not() -> None:
    session, client = through_the_tasks()
    page_of(client)
    session.refresh_from_db()
    ending = ending_of(session, spec_of(session.rater.study), state="open", done=done_by(session.rater))
    assert ending == Ending.COMPLETION


def test_once_the_study_is_closed_nobody_is_asked_any_more() -> None:
    session, client = through_the_tasks()
    page_of(client)
    studies.close(study=session.rater.study)
    assert page_of(client).station == "done"


def test_whoever_found_nothing_to_rate_is_asked_nothing() -> None:
    session, client = visitor(questionnaire=QUESTIONNAIRE)
    session.rater.study.assignments.all().delete()
    assert page_of(client).station == "done"


def test_the_answers_are_exported_by_pseudonym_with_the_questions() -> None:
    session, client = through_the_tasks()
    page_of(client)
    client.post(DOOR + "questionnaire/", ANSWERS)
    rows = list(csv.DictReader(io.StringIO(questionnaire_csv(session.rater.study).decode())))
    assert [(row["question"], row["answer"]) for row in rows] == [
        ("plays", "yes"),
        ("hours", "2.5"),
        ("remarks", "fine"),
    ]
    assert rows[0]["rater"] == session.rater.pseudonym
    assert rows[0]["label"] == "Do you play an instrument?"


def test_whoever_withdraws_takes_them_along() -> None:
    session, client = through_the_tasks()
    page_of(client)
    client.post(DOOR + "questionnaire/", ANSWERS)
    privacy.withdraw(session=session)
    assert not QuestionnaireAnswer.objects.exists()
