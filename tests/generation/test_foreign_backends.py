"""A backend that is taken away, or that another version added, while the web server runs: every page holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generation.making.workbench import Workbench
from generation.making.worker import make_samples
from studies.backends import BACKENDS
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudyRefused, parse_study
from tests.cast import a_session, client_of, launched, open_study, study_text

pytestmark = pytest.mark.django_db
TEXT = study_text(prompts=1).replace(
    "base: {backend: builtin, checkpoint: base}", "base: {backend: lyra, top_k: 5}"
)


@pytest.fixture
def lyra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BACKENDS, "lyra", "nowhere:Lyra")


def forget_the_backend(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a server that was started without it: neither its line nor what was parsed with it."""
    monkeypatch.delitem(BACKENDS, "lyra")
    from studies.selectors import _spec

    _spec.cache_clear()
    study.refresh_from_db()


@pytest.mark.usefixtures("lyra")
def test_raters_and_researchers_get_their_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    study = open_study(TEXT)
    session = a_session(study)
    forget_the_backend(study, monkeypatch)
    assert client_of(session).get(f"/s/{study.slug}/", follow=True).status_code == 200
    console = Client()
    console.force_login(User.objects.create_superuser("ada"))
    for page in ("", "results/", "raters/", "export.zip"):
        assert console.get(f"/console/{study.slug}/{page}").status_code == 200, page


@pytest.mark.usefixtures("lyra")
def test_the_stored_file_says_what_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    study = launched(TEXT)
    before = spec_of(study).model_dump(mode="json")
    forget_the_backend(study, monkeypatch)
    assert spec_of(study).model_dump(mode="json") == before


@pytest.mark.usefixtures("lyra")
def test_a_worker_refuses_its_samples_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    study = launched(TEXT)
    forget_the_backend(study, monkeypatch)
    make_samples(Workbench(device="cpu"), study=study)
    failed = study.samples.get(system__name="base")
    assert (failed.state, failed.error_code) == ("failed", "backend_refused")
    assert "'lyra' is not known" in failed.error_text


def test_a_new_file_with_an_unknown_backend_is_refused() -> None:
    with pytest.raises(StudyRefused, match="lyra"):
        parse_study(TEXT, folder=Path(), builtin=("base",))
