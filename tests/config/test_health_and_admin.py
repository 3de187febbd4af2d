"""Is it alive, is it ready, and can the raw rows be looked at."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.cast import a_session, open_study

pytestmark = pytest.mark.django_db
OURS = [
    model for app in ("studies", "generation", "raters") for model in apps.get_app_config(app).get_models()
]


def test_healthz_answers_without_a_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture without a public type
        assert Client().get("/healthz").json() == {"status": "ok"}


def test_readyz_says_that_every_part_is_reachable() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "broker": "ok", "storage": "ok"}


def test_readyz_names_the_part_that_is_not_there(settings: Settings) -> None:
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _nowhere()}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["storage"].startswith("unavailable")


def _nowhere() -> dict[str, object]:
    keys = {"access_key": "a", "secret_key": "b", "region_name": "eu-central-1"}
    return {"bucket_name": "clips", "endpoint_url": "http://127.0.0.1:9", **keys}


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("researcher", password="x"))
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_can_be_looked_at_and_not_changed(staff: Client, model: type) -> None:
    a_session(open_study())
    address = reverse(f"admin:{model.__module__.split('.')[0]}_{model.__name__.lower()}_changelist")
    assert staff.get(address).status_code == 200
    assert staff.get(address + "add/").status_code == 403


def test_the_admin_never_shows_what_a_browser_proves_itself_with(staff: Client) -> None:
    session = a_session(open_study())
    html = staff.get(f"/admin/raters/session/{session.pk}/change/").content.decode()
    assert session.pseudonym in html
    assert session.key not in html


def test_an_address_that_does_not_exist_is_a_calm_page() -> None:
    response = Client().get("/s/no-such-study/")
    assert response.status_code == 404
    assert "Traceback" not in response.content.decode()
