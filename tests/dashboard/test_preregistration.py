"""The preregistration says what the frozen file says, and nothing that came later."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.results.preregistration import preregistration
from tests.cast import launched, make_sounds, study_text

pytestmark = pytest.mark.django_db
TEXT = study_text() + "analysis: {exclude: [straight_lining], primary: [[base, cfg, musicality]]}\n"


def test_contrasts_rules_sizes_and_hash_of_the_file_stand_in_it() -> None:
    study = launched(TEXT)
    text = preregistration(study)
    for part in (
        study.sha256,
        "Do raters prefer `base` or `cfg` for musicality?",
        "3 comparisons, 6 ratings of comparisons in all",
        "guidance_scale 3.0",
        "Same button",
    ):
        assert part in text


def test_what_happens_later_does_not_change_it() -> None:
    study = launched(TEXT)
    before = preregistration(study)
    make_sounds(study)
    assert preregistration(study) == before


def test_without_a_rule_nobody_is_left_out() -> None:
    assert "Nobody: no rule is declared." in preregistration(launched(study_text()))


def test_it_can_be_downloaded(researcher: Client) -> None:
    launched(TEXT)
    answer = researcher.get("/console/night-songs/preregistration.md")
    assert answer.content.decode().startswith("# Preregistration: Which clip is better?")
