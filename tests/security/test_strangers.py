"""What a stranger can cost, where no proxy stands: bodies, rates, half-sent requests, an unwilling broker."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config import limits
from config.limits import Buckets, Rate
from config.middleware import HEADERS
from operations.health import Checks
from tests.house import House, stop, wait_for
from tests.security.proxy import answers, free_port

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("/s/night-songs/consent/", str(257 * 1024), 413),
        ("/s/night-songs/consent/", "9" * 400, 413),
        ("/s/night-songs/consent/", "-1", 413),
        ("/console/night-songs/act/", str(7 * 2**20), 413),
        ("/no/such/page", str(200 * 2**20), 413),
        ("/console/new/", str(2200 * 2**20), 413),
    ],
)
def test_a_body_that_is_too_large_is_refused_by_what_it_says_of_itself(
    path: str, said: str, status: int
) -> None:
    answer = Client().generic("POST", path, b"x", headers={"Content-Length": said})
    assert answer.status_code == status


def test_a_body_that_does_not_say_how_long_it_is_is_refused() -> None:
    answer = Client().post("/s/night-songs/consent/", headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


@pytest.mark.parametrize(
    "path", ["/healthz", "/no/such/page", "/static/earwitness.css", "/console/login/", "/readyz"]
)
def test_every_answer_carries_the_headers(path: str) -> None:
    response = Client().get(path)
    response.close()
    assert set(HEADERS) <= set(response.headers)


def test_a_refusal_carries_them_too() -> None:
    response = Client().post("/s/x/consent/", headers={"Transfer-Encoding": "chunked"})
    assert set(HEADERS) <= set(response.headers)


@given(st.integers(1, 50), st.integers(1, 100), st.lists(st.floats(0, 3), max_size=200))
def test_never_more_than_the_burst_and_what_the_time_allows(
    rate: int, burst: int, pauses: list[float]
) -> None:
    now = 0.0
    buckets = Buckets(Rate(rate, burst), clock=lambda: now)
    passed = 0
    for pause in pauses:
        now += pause
        passed += buckets.seconds_to_wait("x") == 0
    assert passed <= burst + now * rate + 1e-6


def test_one_visitor_is_slowed_and_the_next_is_not() -> None:
    buckets = Buckets(Rate(1, 2), clock=lambda: 0.0)
    assert [buckets.seconds_to_wait(who) > 0 for who in ("a", "a", "a", "b")] == [False, False, True, False]


def test_visitors_are_forgotten_so_that_memory_has_an_end() -> None:
    buckets = Buckets(Rate(1, 1), clock=lambda: 0.0)
    for number in range(limits.MOST_VISITORS + 10):
        buckets.seconds_to_wait(str(number))
    assert len(buckets.left) == limits.MOST_VISITORS


def test_whoever_asks_too_much_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_EVERYTHING", Buckets(Rate(0.1, 2), clock=lambda: 0.0))
    client = Client(REMOTE_ADDR="192.0.2.1")
    assert [client.get("/healthz").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/healthz")["Retry-After"] == "10"
    assert Client(REMOTE_ADDR="192.0.2.2").get("/healthz").status_code == 200


def test_a_header_that_nobody_named_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_EVERYTHING", Buckets(Rate(0.1, 1), clock=lambda: 0.0))
    answers_given = [
        Client(REMOTE_ADDR="192.0.2.1").get("/healthz", headers={"X-Real-IP": f"198.51.100.{n}"}).status_code
        for n in range(2)
    ]
    assert answers_given == [200, 429]


@pytest.mark.parametrize("marks", [{"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}])
def test_readyz_is_for_this_machine(marks: dict[str, str]) -> None:
    assert Client().get("/readyz").status_code == 200
    assert Client().get("/readyz", headers=marks).status_code == 404
    assert Client(REMOTE_ADDR="192.0.2.1").get("/readyz").status_code == 404


def test_readyz_opens_to_who_has_the_operators_token(settings: Settings) -> None:
    settings.OPERATOR_TOKEN = "between operators"
    far = Client(REMOTE_ADDR="192.0.2.1")
    assert far.get("/readyz", headers={"Authorization": "Bearer between operators"}).status_code == 200
    assert far.get("/readyz", headers={"Authorization": "Bearer guess"}).status_code == 404


def test_a_part_that_never_answers_is_named_in_time_and_not_asked_twice() -> None:
    asked, hold = [], threading.Event()

    def hangs() -> None:
        asked.append(1)
        hold.wait(30)

    checks = Checks({"broker": hangs, "database": lambda: None}, seconds=0.05)
    try:
        for _ in range(3):
            found = checks.answers()
            assert found == {"broker": "unavailable (no answer in 0.05 s)", "database": "ok"}
    finally:
        hold.set()
    assert len(asked) == 1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    house, port = House(tmp_path_factory.mktemp("half"), {"HALF_SENT_SECONDS": "1"}), free_port()
    process = house.start(
        "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "2"
    )
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), seconds=60, saying=house.logs)
        yield port
    finally:
        stop(process)


def test_without_a_proxy_half_sent_requests_hold_the_threads_for_seconds_and_not_for_ever(
    server: int,
) -> None:
    half = [socket.create_connection(("127.0.0.1", server)) for _ in range(8)]
    for connection in half:
        connection.sendall(b"GET / HTTP/1.1\r\nX-A: ")
    time.sleep(0.5)
    try:
        assert httpx.get(f"http://127.0.0.1:{server}/healthz", timeout=60).status_code == 200
    finally:
        for connection in half:
            connection.close()
