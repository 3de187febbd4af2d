"""How long a login waits after wrong passwords. The delay grows and has an end: nobody is ever locked out.

Three counters, each with its own patience. A browser that logged in to the account before is asked by its own counter
only, so that strangers who guess cannot slow down the person whose account it is (OWASP's device cookies).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["device", "pair", "address", "account"]


@dataclass(frozen=True, slots=True)
class Patience:
    """``free`` failures cost nothing; then the delay doubles from one second up to ``longest``."""

    free: int
    longest: timedelta


PATIENCE: Mapping[Kind, Patience] = {
    # One account from one address, or from a browser that has been in it: a person who does not remember.
    "device": Patience(5, timedelta(minutes=15)),
    "pair": Patience(5, timedelta(minutes=15)),
    # Many accounts from one address: a guesser, or a whole laboratory behind one router. A minute at most.
    "address": Patience(20, timedelta(minutes=1)),
    # One account from many addresses.
    "account": Patience(20, timedelta(minutes=1)),
}
FORGET = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Failures:
    kind: Kind
    count: int
    last: datetime


def delay(kind: Kind, failures: int) -> timedelta:
    """After that many failures in a row."""
    patience = PATIENCE[kind]
    doublings = failures - patience.free
    if doublings < 0:
        return timedelta()
    # 2^20 seconds are longer than any patience; a larger power would not fit into a timedelta.
    return min(timedelta(seconds=2.0 ** min(doublings, 20)), patience.longest)


def wait(found: Iterable[Failures], now: datetime) -> timedelta:
    """How long until another try is looked at: the longest of the counters' delays."""
    left = [one.last + delay(one.kind, one.count) - now for one in found if now - one.last < FORGET]
    return max([*left, timedelta()])
