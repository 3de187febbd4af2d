"""The listening room: every clip with its system's name, marks, clips left out by a rule, clips made again."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from dashboard.running import actions
from generation.models import Sample
from generation.review import selectors, services
from generation.review.pictures import SPECTRUM_HEIGHT, WAVE_HEIGHT, WIDTH, draw
from studies import services as studies
from studies.models import Study
from tests.cast import launched, make_sounds, study_text, with_checks

pytestmark = pytest.mark.django_db
ROOM = "/console/night-songs/listen/"
RULE = "clips that stop early"


def ready(text: str = "") -> Study:
    study = launched(text or study_text())
    make_sounds(study)
    return study


def inside(client: Client) -> Client:
    client.post(f"{ROOM}enter/")
    return client


def review(client: Client, verb: str, **fields: str) -> str:
    return client.post(f"{ROOM}review/", {"verb": verb, **fields}, follow=True).content.decode()


def leave_out(client: Client, *keys: str) -> str:
    page = review(client, "rule", rule=RULE)
    for key in keys:
        page = review(client, "leave-out", sample=key, reason="stops after 1 s")
    return page


def test_whoever_has_not_entered_learns_no_systems_name(researcher: Client) -> None:
    ready()
    page = researcher.get(ROOM)
    assert "you are not blind" in page.content.decode()
    assert "cfg" not in page.content.decode()
    assert researcher.get(f"{ROOM}clip/cfg.p0.0.wav").status_code == 404


def test_entering_is_written_into_the_history_once_for_each_account(researcher: Client) -> None:
    study = ready()
    inside(inside(researcher))
    assert [event.detail["account"] for event in study.events.filter(kind="unblinded")] == ["researcher"]


def test_a_prompts_clips_stand_side_by_side_with_their_systems_names(researcher: Client) -> None:
    ready()
    context = inside(researcher).get(ROOM, {"prompt": "p1"}).context
    assert [sample.key for sample in context["clips"]] == ["base.p1.0", "cfg.p1.0"]
    assert (context["found"].place, context["found"].previous, context["found"].next) == (2, "p0", "p2")


def test_the_clip_is_the_very_file_that_raters_hear(researcher: Client) -> None:
    study = ready()
    answer = inside(researcher).get(f"{ROOM}clip/cfg.p0.0.wav")
    heard, rate = soundfile.read(io.BytesIO(answer.content))
    assert (rate, heard.shape) == (32_000, (32_000, 2))
    assert services.has_listened(study, "researcher")


def test_the_picture_is_drawn_once_and_then_kept(researcher: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ready()
    first = inside(researcher).get(f"{ROOM}picture/cfg.p0.0.png").content
    monkeypatch.setattr("generation.review.pictures.draw", None)  # drawing again would fail
    assert researcher.get(f"{ROOM}picture/cfg.p0.0.png").content == first


def test_a_tone_is_one_bright_line_at_its_frequency() -> None:
    time = np.arange(32_000) / 32_000
    buffer = io.BytesIO()
    soundfile.write(buffer, 0.5 * np.sin(2 * np.pi * 1000 * time), 32_000, format="WAV")
    pixels = np.asarray(Image.open(io.BytesIO(draw(buffer.getvalue()))))
    assert pixels.shape == (WAVE_HEIGHT + SPECTRUM_HEIGHT, WIDTH, 3)
    brightest = pixels[WAVE_HEIGHT:, WIDTH // 2].sum(axis=1).argmax()
    expected = (SPECTRUM_HEIGHT - 1) * (1 - np.log(1000 / 60) / np.log(16_000 / 60))
    assert abs(brightest - expected) <= 1


def test_silence_has_a_picture_too() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.zeros(100), 32_000, format="WAV")
    assert Image.open(io.BytesIO(draw(buffer.getvalue()))).size == (WIDTH, WAVE_HEIGHT + SPECTRUM_HEIGHT)


def test_marks_and_notes_are_kept_and_shown(researcher: Client) -> None:
    ready()
    page = review(inside(researcher), "mark", sample="cfg.p0.0", prompt="p0", mark="bad", note="<i>hum</i>")
    assert "&lt;i&gt;hum&lt;/i&gt;" in page
    assert researcher.get(ROOM, {"show": "doubtful"}).context["found"].total == 1
    assert researcher.get(ROOM, {"show": "unmarked"}).context["found"].total == 3


def test_a_mark_that_there_is_not_is_refused(researcher: Client) -> None:
    ready()
    assert "allowed: good, doubtful, bad" in review(
        inside(researcher), "mark", sample="cfg.p0.0", mark="best"
    )


def test_nothing_is_left_out_before_a_rule_was_stated(researcher: Client) -> None:
    study = ready()
    page = review(inside(researcher), "leave-out", sample="cfg.p0.0", reason="stops early")
    assert "State the rule" in page
    assert selectors.left_out_count(study) == 0


def test_raters_never_get_a_comparison_with_a_clip_that_is_left_out(researcher: Client) -> None:
    study = ready()
    leave_out(inside(researcher), "cfg.p0.0")
    planned = actions.open_study(study=study)
    assert (planned.written, planned.left_out) == (2, 1)
    assert not study.comparisons.filter(places__sample__key="cfg.p0.0").exists()


def test_rule_reason_and_clip_stand_in_history_and_table(researcher: Client) -> None:
    ready()
    leave_out(inside(researcher), "cfg.p0.0")
    page = researcher.get("/console/night-songs/").content.decode()
    assert f"Rule for leaving out clips: {RULE}" in page
    assert "Left out cfg.p0.0: stops after 1 s" in page


def test_a_whole_prompt_can_be_left_out(researcher: Client) -> None:
    study = ready()
    leave_out(inside(researcher))
    review(researcher, "leave-out-prompt", prompt="p1", reason="a typing error")
    assert selectors.left_out_count(study) == 2


def test_a_clip_that_was_left_out_can_be_taken_back(researcher: Client) -> None:
    study = ready()
    leave_out(inside(researcher), "cfg.p0.0")
    review(researcher, "take-back", sample="cfg.p0.0")
    assert actions.open_study(study=study).left_out == 0


@pytest.mark.parametrize("verb", ["leave-out", "make-again", "rule"])
def test_after_the_opening_what_raters_heard_stays(researcher: Client, verb: str) -> None:
    study = ready()
    actions.open_study(study=study)
    studies.close(study=study)
    page = review(inside(researcher), verb, sample="cfg.p0.0", reason="late", rule="late")
    assert "was opened already" in page
    assert Sample.objects.filter(state="ready").count() == 6


def test_a_clip_made_again_has_another_seed_and_waits_for_a_worker(researcher: Client) -> None:
    study = ready(with_checks(study_text(), gold=2))
    twin = study.samples.exclude(source=None).select_related("source").first()
    assert twin is not None
    assert twin.source is not None
    before = twin.source
    review(inside(researcher), "make-again", sample=before.key, reason="a click")
    after = study.samples.get(key=before.key)
    assert (after.state, after.audio_sha256) == ("planned", "")
    assert after.seed != before.seed
    assert not study.samples.filter(pk=twin.pk).exists()
    detail = study.events.get(kind="made_again").detail
    assert (detail["old_seed"], detail["old_sha256"]) == (before.seed, before.audio_sha256)


def test_the_same_sound_in_two_systems_is_named() -> None:
    study = ready()
    digest = study.samples.get(key="base.p0.0").audio_sha256
    study.samples.filter(key="cfg.p1.0").update(audio_sha256=digest)
    assert any({"base.p0.0", "cfg.p1.0"} <= set(keys) for keys in selectors.same_sound_in_two_systems(study))


def test_levels_and_marks_are_summed_by_system(researcher: Client) -> None:
    study = ready()
    study.samples.filter(system__name="cfg").update(measures={"loudness": -23.0, "silence_share": 0.5})
    review(inside(researcher), "mark", sample="cfg.p0.0", mark="bad")
    base, cfg = selectors.systems_heard(study)
    assert (base.mostly_silent, base.bad, base.silence) == (0, 0, None)
    assert (cfg.mostly_silent, cfg.bad, cfg.silence) == (3, 1, 0.5)
    assert "By system" in researcher.get(f"{ROOM}systems/").content.decode()


def test_a_page_costs_the_same_statements_however_many_prompts_there_are(researcher: Client) -> None:
    ready()
    inside(researcher)
    with CaptureQueriesContext(connection) as few:
        researcher.get(ROOM)
    make_sounds(launched(study_text(slug="day-songs", prompts=30)))
    researcher.post("/console/day-songs/listen/enter/")
    with CaptureQueriesContext(connection) as many:
        researcher.get("/console/day-songs/listen/")
    assert len(many) <= len(few) + 1
