"""The console's page of raters: what the checks found, who is used, who is paid."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from dashboard.selectors import funnel
from raters.models import Rater, Session
from studies.models import Study
from tests.cast import a_session, open_study, study_text, with_checks
from tests.dashboard.people import rate
from tests.raters.people import prolific_text

pytestmark = pytest.mark.django_db
PAGE = "/console/night-songs/raters/"
EXCLUDE = "analysis: {exclude: [failed_gold]}\n"


def text_of(client: Client) -> str:
    html = client.get(PAGE).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def study_with_gold(text: str = "") -> Study:
    return open_study(with_checks(text or study_text(prompts=4, ratings=8), gold=2) + EXCLUDE)


def people_rate(study: Study, raters: int) -> None:
    """They take their time, which the service behind the pages does not ask for."""
    rate(study, raters=raters)
    study.assignments.filter(state="submitted").update(assigned_at=F("submitted_at") - timedelta(minutes=1))


def turn_gold_round(rater: Rater) -> None:
    """As if they had answered every gold pair for the broken side."""
    for row in rater.assignments.filter(role="gold"):
        row.ratings.update(preference=-2 if row.swapped else 2)


def test_nobody_has_come_yet(researcher: Client) -> None:
    study_with_gold()
    assert "Nobody has come yet." in text_of(researcher)


def test_each_rater_has_what_the_checks_found_and_two_rules(researcher: Client) -> None:
    study = study_with_gold(prolific_text(prompts=4, ratings=8))
    people_rate(study, raters=2)
    first = study.raters.order_by("pk")[0]
    turn_gold_round(first)
    said = text_of(researcher)
    assert "2 raters. The declared rules exclude 1 of them." in said
    line = said.partition("one by one")[2].partition(first.pseudonym)[2][:120]
    assert line.split()[:4] == ["4", "2", "of", "2"]
    assert "no: Gold pairs yes" in line  # not used, and paid all the same
    assert "study payments" in said


def test_programs_and_people_on_the_way_are_paid_nothing_yet(researcher: Client) -> None:
    study = study_with_gold()
    rate(study, raters=1, simulated=True)
    a_session(study)
    said = text_of(researcher)
    assert "a program" in said
    assert "on the way" in said


def test_a_check_that_fails_many_raters_is_suspected_itself(researcher: Client) -> None:
    study = study_with_gold()
    people_rate(study, raters=6)
    for rater in study.raters.order_by("pk")[:2]:
        turn_gold_round(rater)
    said = text_of(researcher)
    assert "2 of 6 raters fail." in said
    assert "look at the check before you blame the people" in said


def test_few_failures_raise_no_alarm(researcher: Client) -> None:
    study = study_with_gold()
    people_rate(study, raters=6)
    turn_gold_round(study.raters.order_by("pk")[0])
    assert "before you blame" not in text_of(researcher)


def test_a_check_without_an_answer_is_no_failure(researcher: Client) -> None:
    study = study_with_gold()
    people_rate(study, raters=1)
    Session.objects.update(headphone_passed=None)
    said = text_of(researcher)
    assert "The declared rules exclude none of them." in said
    assert 'aria-label="cannot tell"' in researcher.get(PAGE).content.decode()
    assert "Not part of this study: Headphones, Repeated pairs." in said


def test_without_a_declared_rule_flags_exclude_nobody(researcher: Client) -> None:
    study = open_study(with_checks(study_text(prompts=4, ratings=8), gold=2))
    people_rate(study, raters=1)
    turn_gold_round(study.raters.get())
    said = text_of(researcher)
    assert "No rule excludes anybody." in said
    assert "no, flags only" in said


def test_the_page_is_the_researchers_alone() -> None:
    study_with_gold()
    assert Client().get(PAGE).status_code == 302


def test_the_funnel_says_where_people_left_and_counts_no_programs(researcher: Client) -> None:
    study = open_study()
    rate(study, raters=1)
    rate(study, raters=1, simulated=True)
    a_session(study)
    steps = {step.name: (step.count, step.lost) for step in funnel(study).steps}
    assert steps == {"Consented": (2, 0), "Handed in a task": (1, 1), "Finished": (1, 0)}
    assert "From consent to the end" in researcher.get("/console/night-songs/raters/").content.decode()
