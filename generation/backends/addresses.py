"""Which machines a study file may make a worker talk to. Whoever has an account writes files; the network is ours."""

from __future__ import annotations

import os
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from generation.backends.base import BackendRefused

# The host names of systems with the backend http, separated by commas; empty: any that is not refused below.
VARIABLE = "HTTP_SYSTEM_HOSTS"
# Where clouds keep the credentials of a machine, outside of the link-local network too.
METADATA = tuple(
    map(ip_network, ("fd00:ec2::254/128", "fd20:ce::254/128", "100.100.100.200/32", "168.63.129.16/32"))
)


def allowed_hosts() -> frozenset[str]:
    """What the operator listed, in small letters."""
    return frozenset(name.strip().lower() for name in os.environ.get(VARIABLE, "").split(",") if name.strip())


def address_of(host: str, port: int) -> str:
    """The address to connect to. It is used as it is, so that a second look-up cannot lead elsewhere.

    Raises:
        BackendRefused: the host is not listed, or one of its addresses is none to talk to.
        OSError: the name cannot be resolved now.
    """
    listed = allowed_hosts()
    if listed and host.lower() not in listed:
        raise BackendRefused(
            f"url: host {host!r}; allowed: {', '.join(sorted(listed))} ({VARIABLE})", code="host_refused"
        )
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        _must_be_usual(host, address)
    return found[0]


def _must_be_usual(host: str, address: str) -> None:
    parsed = ip_address(address.partition("%")[0])
    plain = parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
    if _is_forbidden(plain):
        raise BackendRefused(
            f"url: {host!r} leads to {address}; allowed: no link-local, metadata, multicast or reserved address",
            code="host_refused",
        )


def _is_forbidden(address: IPv4Address | IPv6Address) -> bool:
    if address.is_loopback:
        # "Reserved" for IPv6's own loopback, but a model may be served on this machine.
        return False
    odd = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return odd or any(address in network for network in METADATA)
