"""Who gets into the console, and what every page of it carries."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.urls import urlpatterns
from studies.models import Study
from tests.cast import a_session, client_of, draft, open_study, study_text
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "new/",
    "new/plan/",
    "workers/",
    "night-songs/",
    "night-songs/results/",
    "night-songs/plan/",
    "night-songs/raters/",
    "night-songs/listen/",
    "night-songs/listen/systems/",
    "night-songs/preview/",
    "night-songs/amend/",
    "night-songs/delete/",
)
FILES = (
    "night-songs/export.zip",
    "night-songs/report.html",
    "night-songs/progress/",
    "night-songs/preregistration.md",
    "night-songs/confirm/",
    "night-songs/listen/clip/cfg.p0.0.wav",
    "night-songs/listen/picture/cfg.p0.0.png",
)
POSTS = (
    "night-songs/act/",
    "night-songs/peek/",
    "night-songs/listen/enter/",
    "night-songs/listen/review/",
    "night-songs/preview/make/",
    "night-songs/archive/",
    "night-songs/generation/",
)


@pytest.fixture
def study() -> Study:
    return open_study()


def test_the_lists_of_this_file_name_every_address() -> None:
    names = {pattern.name for pattern in urlpatterns} - {"login", "logout"}
    assert len(names) == len(PAGES) + len(FILES) + len(POSTS)


@pytest.mark.parametrize("path", PAGES + FILES + POSTS)
def test_a_stranger_is_sent_to_the_login(path: str) -> None:
    ask = Client().post if path in POSTS else Client().get
    response = ask(f"/console/{path}")
    assert response.status_code == 302
    assert response["Location"] == f"/console/login/?next=/console/{path}"


@pytest.mark.parametrize("path", PAGES + FILES)
def test_a_raters_cookie_opens_nothing(study: Study, path: str) -> None:
    response = client_of(a_session(study)).get(f"/console/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/console/login/")


def test_a_stranger_does_nothing(study: Study) -> None:
    client_of(a_session(study)).post("/console/night-songs/act/", {"verb": "close"})
    study.refresh_from_db()
    assert study.state == "open"


def test_name_and_password_lead_to_the_page_that_was_asked_for(study: Study) -> None:
    User.objects.create_user("researcher", password="made-up")
    fields = {"username": "researcher", "password": "made-up", "next": "/console/night-songs/"}
    assert Client().post("/console/login/", fields)["Location"] == "/console/night-songs/"


def test_a_wrong_password_is_refused_in_words() -> None:
    response = Client().post("/console/login/", {"username": "researcher", "password": "guess"})
    assert "Name and password do not fit" in response.content.decode()


def test_the_bare_address_leads_to_the_console() -> None:
    assert Client().get("/")["Location"] == "/console/"


def test_logging_out_leads_back_to_the_login(researcher: Client) -> None:
    assert researcher.post("/console/logout/")["Location"] == "/console/login/"
    assert researcher.get("/console/").status_code == 302


@pytest.mark.parametrize("path", [*PAGES, "login/"])
def test_every_page_carries_the_strict_policy_and_obeys_it(
    researcher: Client, study: Study, path: str
) -> None:
    rate(study, raters=2)
    response = researcher.get(f"/console/{path}")
    assert response.status_code == 200
    assert "default-src 'self'" in response["Content-Security-Policy"]
    html = response.content.decode()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", html)


@pytest.mark.parametrize("path", PAGES)
def test_a_researchers_page_is_not_kept_by_caches(researcher: Client, study: Study, path: str) -> None:
    if not path.startswith("new"):
        assert "no-store" in researcher.get(f"/console/{path}")["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["day-songs/", "day-songs/results/", "day-songs/export.zip", "day-songs/plan/"]
)
def test_a_study_that_is_not_there_is_not_found(researcher: Client, path: str) -> None:
    draft(study_text())
    assert researcher.get(f"/console/{path}").status_code == 404
