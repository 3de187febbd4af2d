"""What no browser sends: refused calmly, judged once, and never a traceback."""

from __future__ import annotations

import pytest
from django.test import Client

from raters.assigning.prefetch_tokens import PrefetchToken
from raters.entering.comprehension import answer_comprehension
from raters.models import QuestionnaireAnswer, Session
from studies.selectors import spec_of
from tests.cast import a_session, client_of, open_study, study_text
from tests.raters.blocks import COMPREHENSION, QUESTIONNAIRE, answer_trial, page_of, visitor

pytestmark = pytest.mark.django_db
DOOR = "/s/night-songs/"


def test_two_answers_to_the_same_questions_at_once_are_one_try() -> None:
    session, _ = visitor(comprehension=COMPREHENSION)
    spec, other_tab = spec_of(session.rater.study), Session.objects.get(pk=session.pk)
    wrong = ["the singer", "never"]
    assert answer_comprehension(session=session, spec=spec, answers=wrong) == [False, False]
    assert answer_comprehension(session=other_tab, spec=spec, answers=wrong) is None
    session.refresh_from_db()
    assert session.comprehension_tries == 1


def test_a_check_that_was_begun_cannot_be_called_impossible_where_failing_it_ends_the_visit() -> None:
    session, client = visitor(headphone_check="huggins", headphone_failure="screen_out")
    answer_trial(client, right=False)
    client.post(DOOR + "headphones/", {"unavailable": "yes"})
    session.refresh_from_db()
    assert session.headphone_checked_at is None
    assert page_of(client).station == "headphones"


def test_a_text_with_a_nul_is_kept_without_it() -> None:
    session, client = visitor(questionnaire=QUESTIONNAIRE, questionnaire_at="start")
    client.post(DOOR + "questionnaire/", {"plays": "yes", "hours": "2", "remarks": "a\0b"})
    assert QuestionnaireAnswer.objects.get(rater=session.rater, question="remarks").answer == "ab"


@pytest.mark.parametrize("sealed", ["é", "", "x" * 5000, "\0"])
def test_a_promise_that_nobody_made_is_none(sealed: str) -> None:
    assert PrefetchToken.unseal(sealed, 1) is None


@pytest.mark.parametrize("beeps", ["9" * 5000, "²", "\0", "-1", ""])
def test_a_number_of_beeps_that_is_none_costs_no_try(beeps: str) -> None:
    session = a_session(open_study(study_text(sound_check=True)))
    Session.objects.filter(pk=session.pk).update(sound_checked_at=None, sound_answer=3)
    answer = client_of(session).post(DOOR + "sound-check/", {"answer": beeps})
    assert answer.status_code == 422
    session.refresh_from_db()
    assert session.sound_tries == 0


def test_a_strangers_form_is_turned_away_before_it_is_read() -> None:
    """Django's own answer to a form without a token is 403, after it has read the whole body."""
    checked = Client(enforce_csrf_checks=True).post("/console/new/", {"text": "study: {}"})
    assert (checked.status_code, checked["Location"]) == (302, "/console/login/?next=/console/new/")
