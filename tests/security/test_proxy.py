"""What the shipped proxy lets through and what it keeps out, asked of a real nginx before a real gunicorn."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator

import httpx
import pytest

from config.middleware import HEADERS
from tests.security.proxy import HOST, Proxy, nginx, proxied

pytestmark = pytest.mark.skipif(
    nginx() is None and os.environ.get("CI") != "true",
    reason="nginx is not installed (apt-get install nginx-light)",
)


# Say something of pages and files only, which all come from Django.
BETWEEN_PAGES = {"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxied(tmp_path_factory.mktemp("proxy")) as found:
        yield found


def raw(proxy: Proxy, text: str) -> socket.socket:
    """A connection on which only ``text`` was sent so far."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", proxy.https), timeout=30)
    connection = context.wrap_socket(plain, server_hostname=HOST)
    connection.sendall(text.encode())
    return connection


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "path", ["/console/login/", "/static/earwitness.css", "/no/such/page", "/readyz", "/healthz"]
)
def test_every_answer_carries_each_header_once(proxy: Proxy, path: str) -> None:
    with proxy.client() as client:
        found = client.get(path).headers
    for name in {*HEADERS, "Strict-Transport-Security"} - {
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
    }:
        assert len(found.get_list(name)) == 1, name


def test_the_proxys_own_refusal_carries_them_too(proxy: Proxy) -> None:
    with proxy.client() as client:
        answer = client.post("/s/night-songs/consent/", content=b"x" * 300_000)
    assert answer.status_code == 413
    assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert answer.headers["Permissions-Policy"] == HEADERS["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_what_is_for_operators_is_not_found_from_outside(proxy: Proxy, path: str) -> None:
    with proxy.client() as client:
        assert client.get(path).status_code == 404


def test_http_leads_to_https_of_the_own_host_only(proxy: Proxy) -> None:
    address = f"http://127.0.0.1:{proxy.http}/s/x/"
    assert httpx.get(address, headers={"Host": HOST}).headers["Location"] == f"https://{HOST}/s/x/"
    stranger = httpx.get(address, headers={"Host": "evil.example.org"})
    assert stranger.status_code == 400
    assert "Location" not in stranger.headers


def test_a_strangers_archive_is_refused_before_it_is_sent(proxy: Proxy) -> None:
    head = f"POST /console/new/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 300000000\r\n\r\n"
    with raw(proxy, head) as connection:
        answer = connection.recv(4096)
    assert status_of(answer) == 303
    assert b"/console/login/?next=/console/new/" in answer
    assert not any(
        path.stat().st_size for path in (proxy.folder / "client_body").rglob("*") if path.is_file()
    )


def test_a_body_that_does_not_say_how_long_it_is_ends_at_the_same_limit(proxy: Proxy) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    with proxy.client() as client:
        assert client.post("/s/night-songs/consent/", content=pieces()).status_code == 413


def test_many_logins_at_once_are_told_to_wait(proxy: Proxy) -> None:
    with proxy.client() as client:
        statuses = [client.post("/console/login/", data={"username": "x"}).status_code for _ in range(40)]
    assert 429 in statuses
    assert statuses[0] != 429


def test_no_address_is_in_the_proxys_log(proxy: Proxy) -> None:
    with proxy.client() as client:
        client.get("/healthz")
    log = (proxy.folder / "access.log").read_text()
    assert "/healthz" in log
    assert "127.0.0.1" not in log


def test_requests_that_stand_half_sent_keep_nobody_out(proxy: Proxy) -> None:
    half = [raw(proxy, f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-A: ") for _ in range(60)]
    try:
        with proxy.client() as client:
            assert client.get("/healthz").status_code == 200
    finally:
        for connection in half:
            connection.close()
