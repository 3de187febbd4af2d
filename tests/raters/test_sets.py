"""Set against set: which of two sets of clips is more varied?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from analysis.bridge.tables import ratings_csv
from raters.models import Assignment
from raters.simulation.page_reader import read_page
from tests.cast import a_session, client_of, open_study, study_text

pytestmark = pytest.mark.django_db
TASK = "/s/night-songs/task/"
DIVERSITY = "diversity: {prompts: 1, set_size: 2, ratings_per_comparison: 1}\n"
FACTS = {"switches": "2", "response_ms": "4000", "played_ms_A": "2000", "played_ms_B": "2000"}


@pytest.fixture
def client() -> Client:
    study = open_study(study_text(prompts=1, ratings=1) + DIVERSITY)
    study.assignments.filter(comparison__kind="quality").delete()
    client = client_of(a_session(study))
    client.get(TASK)
    Assignment.objects.filter(state="assigned").update(assigned_at=timezone.now() - timedelta(minutes=2))
    return client


def post(client: Client, what: str, fields: dict[str, str]) -> Any:  # noqa: ANN401 - the test client's
    key = Assignment.objects.get(state="assigned").key
    return client.post(f"{TASK}{key}/{what}/", fields, headers={"HX-Request": "true"})


def hear(client: Client, *clips: str) -> None:
    for clip in clips:
        given = {"side": clip[0], "clip": clip[1], "played_ms": "1000"}
        assert post(client, "heard", given).status_code == 204


def test_a_set_task_shows_every_clip_of_both_sets(client: Client) -> None:
    page = read_page(client.get(TASK).content.decode())
    assert [(clip.side, clip.index) for clip in page.clips] == [
        ("A", "0"),
        ("A", "1"),
        ("B", "0"),
        ("B", "1"),
    ]
    assert list(page.groups) == ["diversity"]
    assert len({clip.url for clip in page.clips}) == 4


def test_the_buttons_are_named_by_side_and_number(client: Client) -> None:
    html = client.get(TASK).content.decode()
    assert all(f'aria-label="Play {name}"' in html for name in ("A 1", "A 2", "B 1", "B 2"))


def test_every_clip_of_both_sets_must_be_heard(client: Client) -> None:
    hear(client, "A0", "A1", "B0")
    assert post(client, "submit", {"diversity": "1"} | FACTS).status_code == 422
    hear(client, "B1")
    assert post(client, "submit", {"diversity": "1"} | FACTS).status_code == 200


def test_a_rated_set_is_exported_with_the_samples_of_each_side(client: Client) -> None:
    hear(client, "A0", "A1", "B0", "B1")
    study = Assignment.objects.get(state="assigned").study
    post(client, "submit", {"diversity": "1"} | FACTS)
    header, row = ratings_csv(study).decode().splitlines()
    fields = dict(zip(header.split(","), row.split(","), strict=True))
    assert fields["kind"] == fields["criterion"] == "diversity"
    assert len(fields["samples_first"].split()) == len(fields["samples_second"].split()) == 2
