"""The blocks of the way in that a study turns on: instructions, comprehension, headphones."""

from __future__ import annotations

import pytest

from raters.models import Session
from tests.cast import a_session, client_of, open_study
from tests.raters.blocks import (
    COMPREHENSION,
    DOOR,
    INSTRUCTIONS,
    answer_trial,
    page_of,
    visitor,
    with_blocks,
)
from tests.raters.people import PROLIFIC, TICKET, agree
from tests.raters.people import come as come_with

pytestmark = pytest.mark.django_db
RIGHT = {"q0": "the music", "q1": "at any time"}
WRONG = RIGHT | {"q1": "never"}


def test_instructions_come_on_a_page_of_their_own_once() -> None:
    session, client = visitor(information=INSTRUCTIONS)
    shown = client.get(DOOR, follow=True)
    assert shown.redirect_chain[-1][0] == DOOR + "information/"
    assert "<p>Then answer.</p>" in shown.content.decode()
    client.post(DOOR + "information/")
    session.refresh_from_db()
    assert session.informed_at is not None
    assert page_of(client).station == "task"


def test_right_answers_lead_on() -> None:
    _, client = visitor(information=INSTRUCTIONS, comprehension=COMPREHENSION)
    client.post(DOOR + "information/")
    assert client.post(DOOR + "comprehension/", RIGHT)["Location"] == DOOR
    assert page_of(client).station == "task"


def test_the_first_wrong_try_says_which_answer_is_not_right_and_not_which_one_is() -> None:
    _, client = visitor(information=INSTRUCTIONS, comprehension=COMPREHENSION)
    client.post(DOOR + "information/")
    before = client.get(DOOR + "comprehension/").content.decode()
    after = client.post(DOOR + "comprehension/", WRONG)
    assert after.status_code == 422
    text = after.content.decode()
    assert text.count("not right yet") - before.count("not right yet") >= 1
    assert 'id="q1-wrong"' in text
    assert 'id="q0-wrong"' not in text
    assert "<p>Then answer.</p>" in text


def test_after_two_wrong_tries_the_study_is_to_be_returned_and_nobody_is_rejected() -> None:
    _, client = visitor(comprehension=COMPREHENSION)
    client.post(DOOR + "comprehension/", WRONG)
    page = client.post(DOOR + "comprehension/", WRONG).content.decode()
    assert "Please return this study. That has no other consequence." in page
    assert page_of(client).station == "done"
    assert client.post(DOOR + "comprehension/", RIGHT).status_code == 302
    assert page_of(client).station == "done"


def test_a_question_left_out_costs_no_try() -> None:
    session, client = visitor(comprehension=COMPREHENSION)
    answer = client.post(DOOR + "comprehension/", {"q0": "the music"})
    assert answer.status_code == 422
    session.refresh_from_db()
    assert session.comprehension_tries == 0


@pytest.mark.parametrize("block", ["comprehension", "headphones"])
def test_whoever_is_screened_out_goes_back_to_prolific_with_that_code(block: str) -> None:
    blocks: dict[str, object] = {"comprehension": COMPREHENSION}
    if block == "headphones":
        blocks = {"headphone_check": "antiphase", "headphone_failure": "screen_out"}
    study = open_study(with_blocks(**blocks) + PROLIFIC)
    client = client_of(a_session(study))
    client.cookies.clear()
    come_with(client, TICKET)
    agree(client, TICKET)
    for _ in range(2 if block == "comprehension" else 6):
        if block == "comprehension":
            client.post(DOOR + "comprehension/", WRONG)
        else:
            answer_trial(client, right=False)
    assert "cc=C2OUT" in client.get(DOOR, follow=True).content.decode()


@pytest.mark.parametrize("check", ["huggins", "antiphase"])
def test_six_right_trials_pass(check: str) -> None:
    session, client = visitor(headphone_check=check)
    for _ in range(6):
        answer_trial(client)
    session.refresh_from_db()
    assert session.headphone_passed is True
    assert [right == given for right, given in session.headphone_trials[0]] == [True] * 6
    assert page_of(client).station == "task"


def test_every_trial_has_an_address_of_its_own_and_only_the_one_under_way_answers() -> None:
    _, client = visitor(headphone_check="huggins")
    first = page_of(client).sound_url
    sound = client.get(first)
    assert (sound["Content-Type"], sound["Cache-Control"]) == ("audio/wav", "no-store")
    assert client.get(first).content == sound.content
    answer_trial(client)
    second = page_of(client).sound_url
    assert first != second
    assert client.get(first).status_code == 404
    assert client.get(second).content != sound.content
    assert len(client.get(second).content) == len(sound.content)


def test_huggins_gives_a_second_attempt_and_its_result_counts() -> None:
    session, client = visitor(headphone_check="huggins")
    for _ in range(6):
        answer_trial(client, right=False)
    assert "try once more" in client.get(DOOR + "headphones/").content.decode()
    for _ in range(6):
        answer_trial(client)
    session.refresh_from_db()
    assert (session.headphone_passed, len(session.headphone_trials)) == (True, 2)


@pytest.mark.parametrize(("needed", "passed"), [("null", False), ("5", True)])
def test_the_strict_rule_asks_for_six_and_the_lenient_one_for_five(needed: str, passed: bool) -> None:  # noqa: FBT001 - a table
    session, client = visitor(headphone_check="huggins", headphone_pass=needed)
    for right in [True] * 5 + [False]:
        answer_trial(client, right=right)
    session.refresh_from_db()
    assert session.headphone_passed is (True if passed else None)
    assert len(session.headphone_trials) == (1 if passed else 2)


def test_antiphase_passes_with_five_and_fails_with_four_at_once() -> None:
    for wrong, passed in ((1, True), (2, False)):
        session = a_session(
            open_study(with_blocks(headphone_check="antiphase").replace("night", f"n{wrong}"))
        )
        client = client_of(session)
        door = f"/s/n{wrong}-songs/"
        for number in range(6):
            from raters.simulation.hearing import hear_interval
            from raters.simulation.page_reader import read_page

            page = read_page(client.get(door, follow=True).content.decode())
            place = hear_interval(client.get(page.sound_url).content, "antiphase")
            given = place % 3 + 1 if number < wrong else place
            client.post(door + "headphones/", page.hidden | {"answer": str(given)})
        session.refresh_from_db()
        assert session.headphone_passed is passed


def test_by_default_a_failed_check_is_a_flag_and_the_session_goes_on() -> None:
    session, client = visitor(headphone_check="antiphase")
    for _ in range(6):
        answer_trial(client, right=False)
    session.refresh_from_db()
    assert session.headphone_passed is False
    assert page_of(client).station == "task"


def test_a_check_that_cannot_be_played_is_not_failed() -> None:
    session, client = visitor(headphone_check="huggins", headphone_failure="screen_out")
    page_of(client)
    client.post(DOOR + "headphones/", {"unavailable": "yes"})
    session.refresh_from_db()
    assert session.headphone_passed is None
    assert session.headphone_checked_at is not None
    assert page_of(client).station == "task"


def test_a_trial_sent_twice_or_from_an_old_page_counts_once() -> None:
    session, client = visitor(headphone_check="huggins")
    old = page_of(client).hidden
    for _ in range(2):
        client.post(DOOR + "headphones/", old | {"answer": "1"})
    session.refresh_from_db()
    assert [given is None for _, given in session.headphone_trials[0]] == [False] + [True] * 5


@pytest.mark.parametrize("answer", ["", "0", "4", "-1", "x", "²"])
def test_an_answer_that_is_not_offered_is_no_trial(answer: str) -> None:
    session, client = visitor(headphone_check="huggins")
    page = page_of(client)
    assert client.post(DOOR + "headphones/", page.hidden | {"answer": answer}).status_code == 422
    session.refresh_from_db()
    assert session.headphone_trials[0][0][1] is None


def test_the_page_of_a_trial_does_not_hold_the_answer() -> None:
    """The same page, but for addresses and tokens, wherever the right answer is."""
    import re

    texts = set()
    for slug in ("a", "b", "c", "d"):
        session = a_session(open_study(with_blocks(headphone_check="huggins").replace("night", slug)))
        html = client_of(session).get(f"/s/{slug}-songs/headphones/").content.decode()
        texts.add(
            re.sub(rf'[0-9a-f]{{32}}|/s/{slug}-songs|(name="csrfmiddlewaretoken"|data-csrf)[^>]*', "", html)
        )
    assert len(texts) == 1
    assert len({str(session.headphone_trials) for session in Session.objects.all()}) > 1
