"""What one visitor may cost: how large a body, how many requests. Asked before anything of the request is read."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

KIB, MIB = 2**10, 2**20
# The first pattern that fits. Answers, forms and consent are small; study files and archives come to the console only.
BODIES = (
    (re.compile(r"^/console/(new|import)/$"), 2100 * MIB),
    (re.compile(r"^/console/"), 6 * MIB),
    (re.compile(r""), 256 * KIB),
)
MOST_VISITORS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` requests at once, then ``per_second``."""

    per_second: float
    burst: int


# A class of forty behind one address asks for some 15 things a second while it rates.
EVERYTHING = Rate(per_second=50, burst=400)
LOGINS = Rate(per_second=1, burst=20)


class Buckets:
    """Token buckets by visitor, in this process's memory: nothing is stored, the longest unseen are forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.clock = rate, clock
        self.lock = threading.Lock()
        self.left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, visitor: str) -> float:
        """0: the request is let through, and counted."""
        with self.lock:
            now = self.clock()
            tokens, then = self.left.pop(visitor, (float(self.rate.burst), now))
            tokens = min(self.rate.burst, tokens + (now - then) * self.rate.per_second)
            waits = 0.0 if tokens >= 1 else (1 - tokens) / self.rate.per_second
            self.left[visitor] = (tokens if waits else tokens - 1, now)
            if len(self.left) > MOST_VISITORS:
                self.left.popitem(last=False)
            return waits


_EVERYTHING, _LOGINS = Buckets(EVERYTHING), Buckets(LOGINS)


def visitor_of(request: HttpRequest) -> str:
    """The network that asks: one IPv4 address, or the 2^64 addresses that a household has of IPv6."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address


def real_address(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Behind a proxy the visitor's address is in the header that CLIENT_ADDRESS_HEADER names, and nowhere else."""
    name = settings.CLIENT_ADDRESS_HEADER

    def put_or_answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(name, "").strip() if name else ""
        if given and _is_address(given):
            request.META["REMOTE_ADDR"] = given
        return answer(request)

    return put_or_answer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def small_bodies_only(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A body that is too large, or does not say how large it is, is refused before a byte of it is kept."""

    def refuse_or_answer(request: HttpRequest) -> HttpResponse:
        if request.headers.get("Transfer-Encoding"):
            return _plain("The body must say how long it is (Content-Length).", 411)
        said = request.headers.get("Content-Length") or "0"
        limit = next(limit for pattern, limit in BODIES if pattern.search(request.path))
        if not said.isascii() or not said.isdigit() or int(said[:20]) > limit:
            return _plain(f"The body is too large: {limit} bytes are allowed here.", 413)
        return answer(request)

    return refuse_or_answer


def calm_visitors_only(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Requests of one visitor beyond the rate are told to wait. This machine's own programs are not counted."""

    def slow_or_answer(request: HttpRequest) -> HttpResponse:
        visitor = visitor_of(request)
        if not settings.LIMIT_REQUESTS or visitor.startswith("127.") or visitor == "0":
            return answer(request)
        waits = _EVERYTHING.seconds_to_wait(visitor)
        if request.method == "POST" and request.path == settings.LOGIN_URL:
            waits = max(waits, _LOGINS.seconds_to_wait(visitor))
        if waits:
            response = _plain("Too many requests from your network. Please wait a moment.", 429)
            response["Retry-After"] = str(max(1, round(waits)))
            return response
        return answer(request)

    return slow_or_answer


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
