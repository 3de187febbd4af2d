"""`/healthz`: the process answers. `/readyz`: database, broker and storage answer too."""

from __future__ import annotations

from collections.abc import Callable

from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from generation.files import storage


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    parts = {"database": _answers(_database), "broker": _answers(_broker), "storage": _answers(_storage)}
    good = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if good else "unavailable", **parts}, status=200 if good else 503)


def _answers(check: Callable[[], None]) -> str:
    try:
        check()
    except (DatabaseError, OperationalError, OSError, storage.StorageFailed) as error:
        # The kind of error only: addresses and passwords stay inside.
        return f"unavailable ({type(error).__name__})"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def _storage() -> None:
    storage.must_answer()
