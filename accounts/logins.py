"""Names and passwords: how often a wrong one may be tried, and who has tried."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import cast

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import audit
from accounts.models import LoginFailures
from accounts.policy.throttle import FORGET, Failures, Kind, wait

# A password costs half a second of a core. One at a time in each process: the other threads serve raters.
_HASHING = threading.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who gives a name and a password. ``device``: of a browser that was in this account before."""

    name: str
    address: str
    device: str | None = None

    def counters(self) -> dict[Kind, str]:
        name, network = self.name.casefold(), _network(self.address)
        if self.device:
            return {"device": f"{name}/{self.device}"}
        return {"pair": f"{name}/{network}", "address": network, "account": name}


def _network(address: str) -> str:
    """A household has one IPv4 address, and 2^64 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address


def _keys(attempt: Attempt) -> dict[str, Kind]:
    return {
        salted_hmac("accounts.logins", f"{kind}/{value}", algorithm="sha256").hexdigest(): kind
        for kind, value in attempt.counters().items()
    }


@contextmanager
def hashing_allowed() -> Iterator[bool]:
    """Whether a password may be hashed now; False while another one is."""
    free = _HASHING.acquire(timeout=1)
    try:
        yield free
    finally:
        if free:
            _HASHING.release()


def seconds_to_wait(attempt: Attempt) -> int:
    """0: the password is looked at."""
    rows = LoginFailures.objects.filter(key__in=_keys(attempt))
    found = [Failures(cast("Kind", row.kind), row.count, row.last_at) for row in rows]
    left = wait(found, timezone.now())
    return -int(-left.total_seconds() // 1)


def note_failure(attempt: Attempt) -> None:
    """Count it, write it down, and forget the counters of yesterday."""
    now = timezone.now()
    LoginFailures.objects.filter(last_at__lt=now - FORGET).delete()
    for key, kind in _keys(attempt).items():
        LoginFailures.objects.get_or_create(key=key, defaults={"kind": kind, "last_at": now})
        LoginFailures.objects.filter(key=key).update(count=F("count") + 1, last_at=now)
    audit.record(account=attempt.name or "(no name)", action="login failed", address=attempt.address)


def note_success(attempt: Attempt, *, with_what: str) -> None:
    """Whoever knows the password is no guesser: the person's own counters begin again."""
    own = {key for key, kind in _keys(attempt).items() if kind in {"device", "pair"}}
    LoginFailures.objects.filter(key__in=own).delete()
    audit.record(account=attempt.name, action="logged in", address=attempt.address, **{"with": with_what})


def new_device() -> str:
    return secrets.token_urlsafe(16)
