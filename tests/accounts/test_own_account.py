"""Everybody's own account: password, browsers, second factor."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import AccountSession, AuditEntry
from tests.accounts.cast import an_account, browser_of

pytestmark = pytest.mark.django_db
RIGHT, NEW = "a long sentence of hers", "another sentence of hers"


@pytest.fixture
def ada() -> User:
    return an_account()


def logged_in(password: str = RIGHT) -> Client:
    client = Client(headers={"User-Agent": "Firefox of hers"})
    assert client.post("/console/login/", {"username": "ada", "password": password}).status_code == 302
    return client


def change(client: Client, old: str, new: str) -> int:
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/account/password/", fields).status_code


def test_a_changed_password_logs_every_other_browser_out(ada: User) -> None:
    here, there = logged_in(), logged_in()
    assert change(here, RIGHT, NEW) == 302
    assert here.get("/console/").status_code == 200
    assert there.get("/console/").status_code == 302
    assert AccountSession.objects.filter(account=ada).count() == 1


def test_a_weak_new_password_is_refused(ada: User) -> None:
    assert change(logged_in(), RIGHT, "researcher1") == 200
    assert logged_in(RIGHT)


def test_the_browsers_are_listed_and_one_of_them_is_ended(ada: User) -> None:
    here, there = logged_in(), logged_in()
    html = here.get("/account/").content.decode()
    assert html.count("Firefox of hers") >= 2
    other = AccountSession.objects.exclude(session_key=here.session.session_key).get()
    here.post("/account/sessions/end/", {"session": str(other.pk)})
    assert there.get("/console/").status_code == 302
    assert here.get("/console/").status_code == 200


def test_nobody_ends_another_persons_session(ada: User) -> None:
    hers = logged_in()
    row = AccountSession.objects.get()
    browser_of(an_account("eve")).post("/account/sessions/end/", {"session": str(row.pk)})
    assert hers.get("/console/").status_code == 200


def set_up(client: Client, account: User) -> list[str]:
    """Set the second factor up; the recovery codes."""
    client.get("/account/second-factor/")
    device = TOTPDevice.objects.get(user=account, confirmed=False)
    response = client.post("/account/second-factor/", {"code": f"{totp(device.bin_key):06d}"})
    assert response.status_code == 200
    # The same code is good once: the tests' next one is that of half a minute before.
    TOTPDevice.objects.filter(user=account).update(last_t=-1, throttling_failure_count=0)
    return re.findall(r"<code>([a-z0-9]{8})</code>", response.content.decode())


def code_of(account: User) -> str:
    return f"{totp(TOTPDevice.objects.get(user=account, confirmed=True).bin_key):06d}"


def test_after_the_password_the_code_is_asked_before_anything_opens(ada: User) -> None:
    set_up(logged_in(), ada)
    client = logged_in()
    for path in ("/console/", "/console/new/", "/account/", "/admin/"):
        assert client.get(path)["Location"].startswith("/account/verify/?next=")
    response = client.post("/account/verify/", {"code": code_of(ada), "next": "/console/new/"})
    assert response["Location"] == "/console/new/"
    assert client.get("/console/").status_code == 200


def test_a_wrong_code_is_refused_written_down_and_opens_nothing(ada: User) -> None:
    set_up(logged_in(), ada)
    client = logged_in()
    assert client.post("/account/verify/", {"code": "000000"}).status_code == 422
    assert client.get("/console/").status_code == 302
    assert AuditEntry.objects.filter(action="second factor failed").exists()


def test_a_code_is_good_once(ada: User) -> None:
    set_up(logged_in(), ada)
    code = code_of(ada)
    assert logged_in().post("/account/verify/", {"code": code}).status_code == 302
    assert logged_in().post("/account/verify/", {"code": code}).status_code == 422


def test_a_recovery_code_opens_once(ada: User) -> None:
    codes = set_up(logged_in(), ada)
    assert len(codes) == 10
    assert logged_in().post("/account/verify/", {"code": codes[0]}).status_code == 302
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert logged_in().post("/account/verify/", {"code": codes[0]}).status_code == 422


def test_the_second_factor_is_not_replaced_by_whoever_has_only_the_password(ada: User) -> None:
    set_up(logged_in(), ada)
    client = logged_in()
    assert client.get("/account/second-factor/")["Location"] == "/account/verify/"
    assert client.post("/account/second-factor/remove/", {"code": "1"})["Location"].startswith(
        "/account/verify/"
    )
    assert second_factor.has_second_factor(ada)


def test_removing_it_asks_for_a_code(ada: User) -> None:
    client = logged_in()
    set_up(client, ada)
    client.post("/account/second-factor/remove/", {"code": "000000"})
    assert second_factor.has_second_factor(ada)
    TOTPDevice.objects.update(throttling_failure_count=0)
    client.post("/account/second-factor/remove/", {"code": code_of(ada)})
    assert not second_factor.has_second_factor(ada)


@pytest.mark.parametrize(
    ("rule", "administrator", "asked"),
    [
        ("optional", True, False),
        ("administrators", True, True),
        ("administrators", False, False),
        ("everybody", False, True),
    ],
)
def test_an_administrator_can_require_one(rule: str, administrator: bool, asked: bool) -> None:  # noqa: FBT001
    client = browser_of(an_account(administrator=administrator))
    second_factor.set_rule(rule)
    response = client.get("/console/")
    assert response.status_code == (302 if asked else 200)
    if asked:
        assert response["Location"] == "/account/second-factor/"
        assert client.get("/account/second-factor/").status_code == 200
