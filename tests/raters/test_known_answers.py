"""Training and gold: given at their time, marked by their role, and outside every count."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from dashboard.running.actions import NotReady
from dashboard.running.actions import open_study as let_raters_in
from generation.files import storage
from raters.assigning.known_answers import gold_positions
from raters.assigning.rating_counts import rating_counts
from raters.models import Assignment, Comparison
from raters.simulation.page_reader import read_page
from studies.models import Study
from studies.selectors import spec_of
from tests.cast import a_session, client_of, launched, make_sounds, open_study, study_text, with_checks
from tests.raters.people import ANSWERS, rate
from tests.raters.test_claims import rate_all

pytestmark = pytest.mark.django_db
TASK = "/s/night-songs/task/"


@pytest.fixture
def study() -> Study:
    return open_study(with_checks(study_text(prompts=4, ratings=2), training=2, gold=2, repeats=1))


def held(study: Study) -> Assignment:
    return study.assignments.get(state="assigned")


def submit(client: Client, row: Assignment, **headers: str) -> str:
    row.heard = {"A": {"0": 1000}, "B": {"0": 1000}}
    row.save()
    facts = {"switches": "1", "response_ms": "1", "played_ms_A": "1", "played_ms_B": "1"}
    url = f"{TASK}{row.key}/submit/"
    return client.post(url, ANSWERS | facts, follow=True, headers=headers).content.decode()


def test_a_session_is_training_then_gold_among_the_rest_then_repeats(study: Study) -> None:
    (mine,) = rate_all(study, raters=1)
    roles = [row.role for row in mine]
    assert roles[:2] == ["training", "training"]
    assert roles[-1] == "repeat"
    assert Counter(roles[2:-1]) == {"main": 4, "gold": 2}
    places = [place for place, role in enumerate(roles[2:-1]) if role == "gold"]
    assert mine[0].session is not None
    assert tuple(places) == gold_positions(mine[0].session, spec_of(study))


def test_gold_lies_elsewhere_in_another_session(study: Study) -> None:
    places = {gold_positions(a_session(study), spec_of(study)) for _ in range(20)}
    assert len(places) > 3


def test_one_side_is_a_real_sample_and_the_other_its_broken_twin(study: Study) -> None:
    for comparison in study.comparisons.exclude(role="main"):
        clean, broken = (place.sample for place in comparison.places.order_by("side"))
        assert broken.source == clean
        assert comparison.system_a == comparison.system_b == clean.system
        a, b = (storage.get(sample.audio_sha256) for sample in (clean, broken))
        assert a != b
        assert (len(a), a[:44]) == (len(b), b[:44])


def test_the_broken_side_is_now_a_and_now_b(study: Study) -> None:
    given = rate_all(study, raters=2)
    sides = {row.swapped for mine in given for row in mine if row.role in {"gold", "training"}}
    assert sides == {False, True}


def test_known_answers_count_towards_no_target(study: Study) -> None:
    rate_all(study, raters=2)
    counts = rating_counts(study)
    assert (counts.submitted, counts.planned) == (8, 8)


def test_a_rater_gets_each_known_answer_once(study: Study) -> None:
    (mine,) = rate_all(study, raters=1)
    again = next(row for row in mine if row.role == "gold")
    again.pk, again.key = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_whoever_finds_nothing_to_rate_is_not_trained_for_nothing(study: Study) -> None:
    rate_all(study, raters=2)
    assert rate_all(study, raters=1) == [[]]


def test_the_database_refuses_a_comparison_of_a_system_with_itself_that_counts(study: Study) -> None:
    row = study.comparisons.filter(role="gold")[0]
    row.role = Comparison.Role.MAIN
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def without_what_is_drawn(html: str, row: Assignment) -> str:
    """The page without prompt, addresses, tokens, position in the session, time left and line breaks."""
    page, place = read_page(html), (row.position or 0) - 2
    drawn = [*(clip.url for clip in page.clips), page.task_url, page.csrf, page.hidden["csrfmiddlewaretoken"]]
    html = re.sub(r"\d+ min left", "DRAWN", " ".join(html.split()))
    for text in (*drawn, row.comparison.prompt.text, f"{place} of 7", f'max="7" value="{place - 1}"'):
        html = html.replace(text, "DRAWN")
    return html


def test_a_gold_pair_looks_like_any_other_task(study: Study) -> None:
    session = a_session(study)
    pages: dict[str, str] = {}
    while set(pages) != {"main", "gold"}:
        html = client_of(session).get(TASK).content.decode()
        row = held(study)
        if row.role != "training":
            pages[row.role] = without_what_is_drawn(html, row)
        rate(session)
    assert pages["main"] == pages["gold"]
    assert "gold" not in pages["gold"].lower()


def test_training_says_so_and_the_bar_begins_after_it(study: Study) -> None:
    session = a_session(study)
    client = client_of(session)
    html = client.get(TASK).content.decode()
    assert "Practice 1 of 2" in html
    assert "your answers are not counted" in html
    rate(session)
    rate(session)
    assert "1 of 7" in client.get(TASK).content.decode()


def test_after_training_the_page_says_which_side_was_broken(study: Study) -> None:
    client = client_of(a_session(study))
    client.get(TASK)
    row = held(study)
    html = submit(client, row)
    broken = "A" if row.swapped else "B"
    assert f"We broke clip {broken} on purpose" in html
    assert "Next pair for practice" in html
    page = read_page(html)
    assert page.station == "feedback"
    assert {clip.side for clip in page.clips} <= {"A", "B"}
    assert 'aria-label="Play A"' in html
    # ANSWERS prefers B on acoustic quality.
    assert ("There was something to hear" if broken == "B" else "Well heard") in html


def test_the_last_feedback_leads_to_the_tasks_that_count(study: Study) -> None:
    session = a_session(study)
    rate(session)
    client = client_of(session)
    client.get(TASK)
    assert "From here on your answers count" in submit(client, held(study))


def test_feedback_can_be_loaded_again_and_replaces_the_address(study: Study) -> None:
    client = client_of(a_session(study))
    client.get(TASK)
    row = held(study)
    address = f"{TASK}{row.key}/feedback/"
    assert client.get(address).status_code == 302
    row.heard = {"A": {"0": 1000}, "B": {"0": 1000}}
    row.save()
    facts = {"switches": "1", "response_ms": "1", "played_ms_A": "1", "played_ms_B": "1"}
    answer = client.post(f"{TASK}{row.key}/submit/", ANSWERS | facts, headers={"HX-Request": "true"})
    assert answer["HX-Replace-Url"] == address
    assert read_page(client.get(address).content.decode()).station == "feedback"


def test_nobody_gets_feedback_on_what_counts(study: Study) -> None:
    session = a_session(study)
    rows = [rate(session) for _ in range(8)]
    client = client_of(session)
    answers = {row.role: client.get(f"{TASK}{row.key}/feedback/").status_code for row in rows}
    assert answers == {"training": 200, "main": 404, "gold": 404}


def test_another_raters_feedback_is_not_found(study: Study) -> None:
    row = rate(a_session(study))
    assert client_of(a_session(study)).get(f"{TASK}{row.key}/feedback/").status_code == 404
    assert Client().get(f"{TASK}{row.key}/feedback/").status_code == 404


def test_a_study_without_its_gold_is_not_opened() -> None:
    study = launched(with_checks(study_text(prompts=2), gold=2))
    make_sounds(study)
    study.samples.exclude(source=None).update(state="rendered")
    with pytest.raises(NotReady, match="0 of 2 training and gold pairs are made"):
        let_raters_in(study=study)
