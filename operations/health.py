"""`/healthz`: the process answers. `/readyz`: database, broker and storage answer too, for those who run the site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from accounts.web.access import administrator_page
from generation.files import storage
from operations.troubles import find_troubles

SECONDS = 3.0
# A proxy's marks: what carries one comes from outside, whatever address it comes from.
FROM_OUTSIDE = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    must_be_inside(request)
    parts = CHECKS.answers()
    good = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if good else "unavailable", **parts}, status=200 if good else 503)


def must_be_inside(request: HttpRequest) -> None:
    """Raises Http404 unless the asker is on this machine or has the token (``Authorization: Bearer``)."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.OPERATOR_TOKEN and constant_time_compare(given, settings.OPERATOR_TOKEN):
        return
    here = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
    if not here or any(name in request.headers for name in FROM_OUTSIDE):
        raise Http404


class Checks:
    """Asks all parts at once, for three seconds. One that still hangs from the last time is not asked again."""

    def __init__(self, checks: Mapping[str, Callable[[], None]], seconds: float = SECONDS) -> None:
        self.checks, self.seconds = checks, seconds
        self.lock = threading.Lock()
        self.pool = ThreadPoolExecutor(max_workers=len(checks), thread_name_prefix="readyz")
        self.asked: dict[str, Future[str]] = {}

    def answers(self) -> dict[str, str]:
        with self.lock:
            for name, check in self.checks.items():
                if name not in self.asked or self.asked[name].done():
                    self.asked[name] = self.pool.submit(_answer, check)
            asked = dict(self.asked)
        wait(asked.values(), timeout=self.seconds)
        return {
            name: future.result() if future.done() else f"unavailable (no answer in {self.seconds:g} s)"
            for name, future in asked.items()
        }


def _answer(check: Callable[[], None]) -> str:
    try:
        check()
    except (DatabaseError, OperationalError, OSError, storage.StorageFailed) as error:
        # The kind of error only: addresses and passwords stay inside.
        return f"unavailable ({type(error).__name__})"
    finally:
        connection.close()
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


@require_safe
@administrator_page()
def status_page(request: HttpRequest) -> HttpResponse:
    """What is wrong now, and what to do about it."""
    troubles = find_troubles(CHECKS.answers())
    return render(request, "operations/status.html", {"troubles": troubles})


CHECKS = Checks({"database": _database, "broker": _broker, "storage": storage.must_answer})
