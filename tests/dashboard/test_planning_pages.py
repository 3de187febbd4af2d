"""How large must it be? On the pages and from the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from dashboard.running.study_size import Planner, Wish, plan_text, wish_of
from studies.spec import parse_study
from tests.cast import draft, study_text

PLAN = "/console/new/plan/"


def test_more_prompts_find_smaller_preferences() -> None:
    few, many = (Planner(Wish(pairs=1, prompts=prompts)).as_designed.found for prompts in (30, 300))
    assert few is not None
    assert many is not None
    assert many < few


def test_the_size_that_is_needed_finds_what_is_wanted() -> None:
    needed = Planner(Wish(pairs=10, prompts=20, win_rate=0.6)).needed
    assert needed is not None
    assert needed.found is not None
    assert needed.percent == 60
    assert needed.effort.hours == pytest.approx(needed.plan.tasks * 40 / 3600)


def test_one_prompt_finds_nothing_for_certain() -> None:
    assert Planner(Wish(pairs=1, prompts=1)).as_designed.found is None


def test_a_preference_too_small_for_any_study_has_no_size() -> None:
    assert Planner(Wish(pairs=1, prompts=10, win_rate=0.5001)).needed is None


def test_a_study_files_own_design_is_the_start() -> None:
    spec = parse_study(study_text(prompts=9, ratings=4), folder=Path(), builtin=("base",)).spec
    wish = wish_of(spec)
    assert (wish.pairs, wish.prompts, wish.ratings_per_comparison, wish.seconds_per_task) == (1, 9, 4, 22.0)


def test_the_text_names_both_directions() -> None:
    text = plan_text(parse_study(study_text(prompts=40), folder=Path(), builtin=("base",)).spec)
    assert "finds        a win rate of" in text
    assert "to find 60%  " in text
    assert "of 200 simulated studies of that size" in text


def test_the_text_of_a_tiny_study_promises_nothing() -> None:
    text = plan_text(parse_study(study_text(prompts=1), folder=Path(), builtin=("base",)).spec)
    assert "no preference for certain" in text


@pytest.mark.django_db
def test_the_command_prints_the_power(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(study_text())
    out = io.StringIO()
    call_command("study", "plan", str(tmp_path / "study.yaml"), stdout=out)
    assert "power 80%, confidence 95% over 1 pair" in out.getvalue()


@pytest.mark.django_db
def test_the_page_answers_both_ways_with_a_picture(researcher: Client) -> None:
    html = researcher.get(PLAN).content.decode()
    assert "To find 60% against 40%, ask" in html
    assert "With 50 prompts" in html
    assert "<svg" in html


@pytest.mark.django_db
def test_a_studys_page_starts_with_its_design(researcher: Client) -> None:
    draft(study_text(prompts=12))
    response = researcher.get("/console/night-songs/plan/")
    assert response.context["planner"].wish.prompts == 12
    assert "Which clip is better?" in response.content.decode()


@pytest.mark.django_db
def test_other_wishes_come_by_the_address(researcher: Client) -> None:
    planner = researcher.get(PLAN, {"systems": 5, "prompts": 101, "win_rate": 55}).context["planner"]
    assert (planner.wish.pairs, planner.wish.prompts, planner.wish.win_rate) == (10, 101, 0.55)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"win_rate": "50"}, {"prompts": "0"}, {"power": "many"}, {"systems": "1"}])
def test_numbers_that_cannot_be_planned_with_are_refused(researcher: Client, wrong: dict[str, str]) -> None:
    response = researcher.get(PLAN, wrong)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(wrong)


@pytest.mark.django_db
def test_an_unreachable_wish_is_said_in_words(researcher: Client) -> None:
    fields = {"win_rate": 51, "power": 99, "ratings": 1, "systems": 50}
    assert researcher.get(PLAN, fields).status_code == 200
