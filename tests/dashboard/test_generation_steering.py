"""Steering generation: the table on a study's page, the command, the workers' page."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from generation.models import Sample, Worker
from generation.queue import claims
from studies.models import Study
from tests.cast import launched, make_sounds, study_text

pytestmark = pytest.mark.django_db
PAGE = "/console/night-songs/"


@pytest.fixture
def study() -> Study:
    return launched(study_text(prompts=2))


def steer(researcher: Client, **fields: str) -> str:
    return researcher.post(f"{PAGE}generation/", fields, follow=True).content.decode()


def said(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("study", *words)
    return capsys.readouterr().out


@pytest.mark.usefixtures("study")
def test_the_page_of_a_study_pauses_and_resumes_a_system(researcher: Client) -> None:
    assert 'aria-label="Pause cfg"' in researcher.get(PAGE).content.decode()
    assert 'aria-label="Resume cfg"' in steer(researcher, verb="pause", system="cfg")
    assert {sample.system.name for sample in claims.claim(limit=9)} == {"base"}
    assert 'aria-label="Pause cfg"' in steer(researcher, verb="resume", system="cfg")


def test_cancelling_is_asked_for_once_more_and_then_done(researcher: Client, study: Study) -> None:
    asked = researcher.get(f"{PAGE}confirm/?verb=cancel&system=cfg").content.decode()
    assert "2 samples that are not made yet are cancelled" in asked
    researcher.post(f"{PAGE}act/", {"verb": "cancel", "system": "cfg"})
    assert set(study.samples.filter(error_code="cancelled").values_list("system__name", flat=True)) == {"cfg"}


@pytest.mark.usefixtures("study")
def test_a_priority_that_is_no_number_or_too_high_is_refused_in_words(researcher: Client) -> None:
    assert "allowed: a whole number" in steer(researcher, verb="priority", priority="soon")
    assert "-100 to 100" in steer(researcher, verb="priority", priority="101")


@pytest.mark.usefixtures("study")
def test_the_command_steers_and_status_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "priority 7" in said(
        "generation", "night-songs", "priority", "7", "--system", "cfg", capsys=capsys
    )
    said("generation", "night-songs", "pause", capsys=capsys)
    text = said("status", "night-songs", capsys=capsys)
    assert "paused: no worker claims a sample of this study" in text
    assert "cfg: 0 of 2 made: priority 7" in text


@pytest.mark.usefixtures("study")
def test_a_system_that_the_study_does_not_have_is_refused_with_those_it_has(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as exited:
        call_command("study", "generation", "night-songs", "pause", "--system", "cgf")
    assert exited.value.code == 2
    assert "allowed in study 'night-songs': base, cfg" in capsys.readouterr().err


def test_before_the_opening_status_and_page_say_what_is_odd_about_the_sound(
    researcher: Client, study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    make_sounds(study)
    odd = {"silent_share": 0.25, "source_clipped_share": 0.01, "source_offset": 0.0, "source_mono": True}
    Sample.objects.filter(system__name="base").update(**odd)
    text = said("status", "night-songs", capsys=capsys)
    assert "base: sound of 2 clips: 25% silence, 2 clipped at the source, 2 mono" in text
    (found,) = json.loads(said("status", "night-songs", "--json", capsys=capsys))["generation"]["sound"]
    assert (found["name"], found["mono"]) == ("base", 2)
    page = researcher.get(PAGE).content.decode()
    assert "Sound before the opening" in page
    assert "25.0%" in page


def test_the_workers_page_shows_each_one_and_who_went_silent(researcher: Client, study: Study) -> None:
    now = timezone.now()
    card = {"device": "cuda:0", "device_name": "H100", "memory_used": 2**30, "memory_total": 80 * 2**30}
    Worker.objects.create(
        host="lab-1", pid=11, activity="generating", system=study.systems.get(name="cfg"), clips_held=8,
        started_at=now, seen_at=now, **card,
    )  # fmt: skip
    Worker.objects.create(host="lab-2", pid=12, started_at=now, seen_at=now - timedelta(hours=1), **card)
    page = researcher.get("/console/workers/").content.decode()
    assert "generating a batch" in page
    assert f'<a href="{PAGE}">night-songs</a>' in page
    assert "silent: probably killed" in page
