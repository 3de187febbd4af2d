"""The login itself, through its page: throttled, written down, and open to whoever knows the password."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts import logins
from accounts.models import AuditEntry, LoginFailures
from tests.accounts.cast import an_account

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "a long sentence of hers", "not her sentence"


def log_in(client: Client, password: str, *, name: str = "ada", address: str = "192.0.2.1") -> int:
    fields = {"username": name, "password": password}
    return client.post("/console/login/", fields, REMOTE_ADDR=address).status_code


def let_time_pass(**how_long: int) -> None:
    LoginFailures.objects.update(last_at=F("last_at") - timedelta(**how_long))


def test_five_wrong_passwords_cost_nothing_and_the_next_waits() -> None:
    an_account()
    client = Client()
    assert [log_in(client, WRONG) for _ in range(6)] == [200, 200, 200, 200, 200, 429]


def test_the_refusal_says_how_long_and_looks_at_no_password() -> None:
    an_account()
    client = Client()
    for _ in range(5):
        log_in(client, WRONG)
    response = client.post("/console/login/", {"username": "ada", "password": RIGHT}, REMOTE_ADDR="192.0.2.1")
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 1
    assert "try again in 1 seconds" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_after_the_wait_the_right_password_opens() -> None:
    an_account()
    client = Client()
    for _ in range(5):
        log_in(client, WRONG)
    let_time_pass(seconds=2)
    assert log_in(client, RIGHT) == 302


def test_a_name_that_nobody_has_waits_just_the_same() -> None:
    client = Client()
    assert [log_in(client, WRONG, name="nobody") for _ in range(6)][-1] == 429


def test_one_who_forgets_does_not_slow_the_laboratory_behind_the_same_address() -> None:
    an_account()
    an_account("ben")
    for _ in range(9):
        log_in(Client(), WRONG)
        let_time_pass(minutes=15)
    log_in(Client(), WRONG)
    assert log_in(Client(), WRONG) == 429
    assert log_in(Client(), RIGHT, name="ben") == 302


def test_strangers_who_guess_do_not_slow_a_browser_that_was_in_the_account() -> None:
    an_account()
    hers = Client()
    log_in(hers, RIGHT)
    hers.post("/console/logout/")
    for number in range(30):
        log_in(Client(), WRONG, address=f"198.51.100.{number}")
    assert log_in(Client(), RIGHT, address="203.0.113.7") == 429
    assert log_in(hers, RIGHT) == 302


def test_a_device_of_one_account_is_none_of_another() -> None:
    an_account()
    an_account("eve", administrator=True)
    eves = Client()
    log_in(eves, RIGHT, name="eve")
    eves.post("/console/logout/")
    for _ in range(5):
        log_in(eves, WRONG)
    assert log_in(eves, WRONG) == 429
    assert LoginFailures.objects.filter(kind="pair").exists()


def test_an_address_is_a_whole_network_where_it_is_ipv6() -> None:
    one, other = (logins.Attempt("ada", address) for address in ("2001:db8::1", "2001:db8::ffff:2"))
    assert one.counters() == other.counters()


def test_success_and_failure_are_written_down() -> None:
    an_account()
    log_in(Client(), WRONG)
    log_in(Client(), RIGHT)
    found = list(AuditEntry.objects.values_list("account", "action"))
    assert found == [("ada", "logged in"), ("ada", "login failed")]


def test_no_password_and_no_address_is_kept_with_the_counters() -> None:
    an_account()
    log_in(Client(), WRONG)
    kept = str(list(LoginFailures.objects.values()))
    assert "192.0.2" not in kept
    assert WRONG not in kept


def test_counters_of_yesterday_go() -> None:
    LoginFailures.objects.create(key="old", kind="pair", last_at=timezone.now() - timedelta(days=2))
    log_in(Client(), WRONG)
    assert not LoginFailures.objects.filter(key="old").exists()


def test_while_one_password_is_hashed_the_next_is_asked_to_come_again() -> None:
    an_account()
    entered, leave = threading.Event(), threading.Event()

    def hash_one() -> None:
        with logins.hashing_allowed():
            entered.set()
            leave.wait(10)

    busy = threading.Thread(target=hash_one)
    busy.start()
    entered.wait(10)
    try:
        assert log_in(Client(), RIGHT) == 429
    finally:
        leave.set()
        busy.join()
    assert log_in(Client(), RIGHT) == 302


def test_the_admins_own_door_leads_to_the_one_that_counts() -> None:
    response = Client().get("/admin/login/?next=/admin/")
    assert response["Location"] == "/console/login/?next=/admin/"


@pytest.mark.parametrize("wish", ["https://evil.example.org/", "//evil.example.org/"])
def test_after_the_login_nobody_is_sent_to_another_site(wish: str) -> None:
    an_account()
    fields = {"username": "ada", "password": RIGHT, "next": wish}
    assert Client().post("/console/login/", fields)["Location"] == "/console/"
