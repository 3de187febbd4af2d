"""Logging in by a university: a real OpenID Connect provider on this machine, from the button to the console."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from oidc_provider_mock import User as Subject
from oidc_provider_mock import run_server_in_thread
from pytest_django import Settings

from accounts import services
from accounts.models import AuditEntry, ExternalIdentity
from accounts.web import external_login
from tests.accounts.cast import an_account

pytestmark = pytest.mark.django_db
VERIFIED = {"email": "ada@example.org", "email_verified": True, "preferred_username": "ada.l"}
SUBJECTS = [
    Subject(sub="ada-1815", claims=VERIFIED),
    Subject(sub="impostor", claims=VERIFIED | {"email_verified": False}),
    Subject(sub="ben-1", claims={"preferred_username": "ben"}),
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=SUBJECTS) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def _provider(issuer: str, settings: Settings) -> None:
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Lovelace University"
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "earwitness", "between-us"
    external_login._discovered.cache_clear()  # noqa: SLF001 - each test's provider is another


def come_back_as(subject: str, client: Client, start: str = "/account/provider/") -> str:
    """Go to the provider, agree there as ``subject``, come back; where one ends."""
    to_provider = client.get(start)["Location"]
    back = httpx.post(to_provider, data={"sub": subject}).headers["Location"]
    return client.get(back.partition("testserver")[2])["Location"]


def test_the_button_stands_on_the_login() -> None:
    assert "Log in with Lovelace University" in Client().get("/console/login/").content.decode()


def test_a_verified_address_of_mail_links_the_account_once_and_the_subject_opens_it_ever_after() -> None:
    ada = an_account()
    assert come_back_as("ada-1815", Client()) == "/console/"
    ada.email = "another@example.org"
    ada.save()
    client = Client()
    assert come_back_as("ada-1815", client) == "/console/"
    assert client.get("/console/").wsgi_request.user == ada
    assert AuditEntry.objects.filter(action="logged in", account="ada").count() == 2


@pytest.mark.parametrize("subject", ["impostor", "ben-1"])
def test_who_has_no_account_here_is_told_so(subject: str) -> None:
    an_account()
    client = Client()
    assert come_back_as(subject, client) == "/console/login/"
    assert "no account for you here" in client.get("/console/login/").content.decode()
    assert not ExternalIdentity.objects.exists()


def test_an_invitation_makes_an_account_without_a_password() -> None:
    token = services.invite(note="Ben", made_by="root")
    client = Client()
    start = client.post(f"/account/join/{token}/", {"with": "provider"})["Location"]
    assert come_back_as("ben-1", client, start) == "/console/"
    account = ExternalIdentity.objects.get().account
    assert (account.username, account.has_usable_password()) == ("ben", False)


def id_token_for(client_id: str, issuer: str) -> str:
    """A token that the provider really signed, for a program that is not us."""
    where = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": "http://testserver/",
        "scope": "openid",
    }
    back = httpx.post(f"{issuer}/oauth2/authorize", params=where | {"nonce": "n"}, data={"sub": "ada-1815"})
    code = httpx.URL(back.headers["Location"]).params["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": where["redirect_uri"]}
    answer = httpx.post(
        f"{issuer}/oauth2/token", data=fields | {"client_id": client_id, "client_secret": "x"}
    )
    token: str = answer.json()["id_token"]
    return token


def test_a_token_for_us_is_believed_and_one_for_another_program_is_not(issuer: str) -> None:
    backend = external_login.Backend()
    assert backend.verify_token(id_token_for("earwitness", issuer), nonce="n")["sub"] == "ada-1815"
    with pytest.raises(SuspiciousOperation, match="for somebody else"):
        backend.verify_token(id_token_for("another-program", issuer), nonce="n")


def test_a_token_of_another_issuer_is_not_believed(issuer: str, settings: Settings) -> None:
    backend, token = external_login.Backend(), id_token_for("earwitness", issuer)
    settings.OIDC_ISSUER = "https://login.example.org"
    with pytest.raises(SuspiciousOperation, match="another issuer"):
        backend.verify_token(token, nonce="n")


@pytest.mark.parametrize("query", ["?code=x&state=y", "?error=access_denied&state=y", ""])
def test_an_answer_that_nobody_asked_for_is_one_sentence_at_the_login(query: str) -> None:
    assert Client().get(f"/oidc/callback/{query}")["Location"] == "/console/login/"


def test_a_provider_that_is_away_is_one_sentence_at_the_login(settings: Settings) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    client = Client()
    assert client.get("/account/provider/")["Location"] == "/console/login/"
    assert "does not answer" in client.get("/console/login/").content.decode()
