"""Which machines a study file can make a worker talk to, and what of their answers is kept."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from generation.backends import addresses
from generation.backends.addresses import address_of
from generation.backends.base import BackendRefused
from generation.backends.http import HttpBackend
from tests.generation.test_http import REQUEST, SOUND, Scripted, serve


@pytest.fixture
def server() -> Iterator[str]:
    Scripted.asked, Scripted.headers_too = 0, {}
    yield from serve(Scripted)


def leads_to(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """The resolver's answer for every name."""
    entries: list[Any] = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fe80::1%eth0",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "100.100.100.200",
        "0.0.0.0",  # noqa: S104 - to be refused
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_no_worker_talks_to_what_keeps_a_clouds_credentials(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    leads_to(monkeypatch, "192.0.2.1", address)
    with pytest.raises(BackendRefused, match="no link-local") as refused:
        address_of("models.example.org", 80)
    assert refused.value.code == "host_refused"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "203.0.113.7"])
def test_a_model_on_this_machine_in_the_laboratory_or_elsewhere_is_asked(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    leads_to(monkeypatch, address)
    assert address_of("models.example.org", 80) == address


def test_where_hosts_are_listed_no_other_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(addresses.VARIABLE, "models.example.org, gpu.example.org")
    leads_to(monkeypatch, "203.0.113.7")
    assert address_of("GPU.example.org", 443) == "203.0.113.7"
    with pytest.raises(BackendRefused, match="allowed: gpu"):
        address_of("127.0.0.1", 80)


def test_the_name_is_resolved_once_and_goes_along(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Scripted.script = [(200, "audio/wav", SOUND)]
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - the resolver's
        looked_up.append(host)
        return real("127.0.0.1" if host == "models.example.org" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    clips = HttpBackend(server.replace("127.0.0.1", "models.example.org"), {}).generate([REQUEST])
    assert len(clips) == 1
    assert looked_up.count("models.example.org") == 1


@pytest.mark.parametrize(("listed", "kept"), [("", False), ("127.0.0.1", True)])
def test_what_a_server_says_is_kept_only_where_the_operator_listed_it(
    server: str, monkeypatch: pytest.MonkeyPatch, listed: str, *, kept: bool
) -> None:
    monkeypatch.setenv(addresses.VARIABLE, listed)
    Scripted.script = [(500, "text/plain", b"the secret of an internal service")]
    with pytest.raises(BackendRefused) as refused:
        HttpBackend(server, {}).generate([REQUEST])
    assert ("the secret" in str(refused.value)) is kept
    assert "status 500" in str(refused.value)
