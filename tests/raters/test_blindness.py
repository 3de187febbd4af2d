"""Nothing but the sound may tell two sides apart: every byte and header of the task pages is looked at."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
import soundfile
from django.test import Client

from raters.models import Assignment
from raters.simulation.page_reader import read_page
from tests.cast import a_session, client_of, open_study, study_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(a_session(open_study(study_text(prompts=2))))


def sounds(client: Client) -> dict[str, str]:
    page = read_page(client.get("/s/night-songs/task/").content.decode())
    return {clip.side: clip.url for clip in page.clips}


def test_no_page_names_a_system(client: Client) -> None:
    html = client.get("/s/night-songs/task/").content.decode()
    words = set(re.findall(r"[\w-]+", html.lower()))
    assert words.isdisjoint({"base", "cfg", "builtin", "guidance_scale", "checkpoint", "swapped"})


def test_both_sounds_come_with_the_same_headers(client: Client) -> None:
    a, b = (client.get(url) for url in sounds(client).values())
    assert dict(a.headers) == dict(b.headers)


def test_both_sounds_have_the_same_number_of_bytes_and_the_same_wav_header(client: Client) -> None:
    a, b = (client.get(url).content for url in sounds(client).values())
    assert a != b
    assert len(a) == len(b)
    assert a[:44] == b[:44]


def test_a_browser_that_decodes_flac_gets_the_same_samples_in_one_size(client: Client) -> None:
    urls = sounds(client).values()
    a, b = (client.get(url, headers={"accept": "audio/flac, audio/wav;q=0.5"}) for url in urls)
    assert dict(a.headers) == dict(b.headers)
    assert a["Content-Type"] == "audio/flac"
    assert len(a.content) == len(b.content)
    for url, answer in zip(urls, (a, b), strict=True):
        plain, packed = (
            soundfile.read(BytesIO(each), dtype="int16")[0]
            for each in (client.get(url).content, answer.content)
        )
        assert np.array_equal(plain, packed)


def test_sounds_are_not_cached_and_carry_no_validator(client: Client) -> None:
    response = client.get(sounds(client)["A"])
    assert response["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified", "Content-Disposition", "Accept-Ranges"} & set(response.headers)


def test_addresses_of_the_two_sides_differ_only_in_random_digits(client: Client) -> None:
    a, b = (url.rpartition("/") for url in sounds(client).values())
    assert a[0] == b[0]
    assert all(re.fullmatch(r"[0-9a-f]{32}", part[2]) for part in (a, b))


def test_the_same_sample_has_another_address_for_another_rater(client: Client) -> None:
    study = Assignment.objects.all()[0].study
    other = client_of(a_session(study))
    assert set(sounds(client).values()).isdisjoint(sounds(other).values())


def test_the_two_cards_differ_in_nothing_but_letter_and_address(client: Client) -> None:
    html = client.get("/s/night-songs/task/").content.decode()
    for url in sounds(client).values():
        html = html.replace(url, "URL")
    _, a, b = (re.sub(r"\s+", " ", part) for part in re.split(r'<div class="side"', html))
    as_b = re.sub(r"\bA\b", "B", a).strip()
    assert b.strip().startswith(as_b)


def test_another_raters_sound_is_not_found(client: Client) -> None:
    url = sounds(client)["A"]
    stranger = client_of(a_session(Assignment.objects.all()[0].study))
    assert stranger.get(url).status_code == 404
    assert Client().get(url).status_code == 404


def test_rows_of_both_orientations_are_presented_as_stored(client: Client) -> None:
    page = read_page(client.get("/s/night-songs/task/").content.decode())
    held = Assignment.objects.get(state="assigned")
    names = ["base", "cfg"] if not held.swapped else ["cfg", "base"]
    places = {place.sample.system.name: place.sample for place in held.comparison.places.all()}
    from generation.files import storage

    for clip, name in zip(page.clips, names, strict=True):
        assert client.get(clip.url).content == storage.get(places[name].audio_sha256)
