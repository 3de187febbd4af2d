"""The preview: the whole rater's way in a copy of the study, whose answers reach no table."""

from __future__ import annotations

import pytest
from django.test import Client

from analysis.bridge.tables import ratings_csv
from dashboard.results.exporting import door
from dashboard.running.preview import NothingToPreview, make_preview, preview_of
from raters.models import Rater
from studies import services as studies
from studies.models import Study
from studies.selectors import spec_of
from tests.cast import draft, launched, make_sounds, open_study, study_text, with_checks
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db
PROLIFIC = (
    "recruitment: {kind: prolific, completion: C0MPLETE, screened_out: SCREENED, quota_full: QU0TAFULL}"
)


def ready(text: str) -> Study:
    study = launched(text)
    make_sounds(study)
    return study


def test_a_preview_goes_through_to_the_end_and_leaves_no_row_in_the_study() -> None:
    study = open_study()
    before = ratings_csv(study)
    copy = make_preview(study=study)
    rate(copy, raters=1)
    assert copy.assignments.filter(state="submitted").count() == 3
    assert ratings_csv(study) == before
    assert not Rater.objects.filter(study=study).exists()
    assert not study.assignments.exclude(state="waiting").exists()


@pytest.mark.parametrize("move", [studies.pause, studies.close])
def test_it_can_be_tried_whatever_state_the_study_is_in(move: object) -> None:
    study = open_study()
    assert callable(move)
    move(study=study)
    copy = make_preview(study=study)
    assert Client().get(f"/s/{copy.slug}/", follow=True).status_code == 200
    study.refresh_from_db()
    assert study.state != "open"


def test_it_is_open_to_its_link_and_hands_out_no_code() -> None:
    study = ready(f"{study_text()}{PROLIFIC}\n")
    copy = make_preview(study=study)
    assert spec_of(copy).recruitment.kind == "open"
    assert "PROLIFIC" not in door(copy)
    page = Client().get(f"/s/{copy.slug}/", follow=True).content.decode()
    assert "Preview: Which clip is better?" in page


def test_training_and_gold_are_part_of_it() -> None:
    study = ready(with_checks(study_text(), training=1, gold=1))
    roles = set(make_preview(study=study).comparisons.values_list("role", flat=True))
    assert roles == {"main", "training", "gold"}


def test_a_fresh_preview_replaces_the_earlier_one_with_all_that_was_answered_in_it() -> None:
    study = ready(study_text())
    earlier = make_preview(study=study)
    rate(earlier, raters=1)
    copy = make_preview(study=study)
    assert list(study.previews.all()) == [copy]
    assert not Rater.objects.exists()


@pytest.mark.parametrize("prepare", [draft, launched])
def test_without_clips_there_is_nothing_to_preview(prepare: object) -> None:
    assert callable(prepare)
    study = prepare(study_text())
    with pytest.raises(NothingToPreview, match="no comparison has all its clips yet"):
        make_preview(study=study)
    assert preview_of(study) is None


def test_the_page_shows_link_and_code_and_the_list_shows_no_copies(researcher: Client) -> None:
    study = ready(study_text())
    page = researcher.post("/console/night-songs/preview/make/", follow=True)
    copy = preview_of(study)
    assert copy is not None
    assert door(copy) in page.content.decode()
    assert page.context["qr"].startswith("data:image/svg+xml")
    assert [row.study.slug for row in researcher.get("/console/").context["studies"]] == ["night-songs"]
