"""Log lines as JSON, each with the id of the request it belongs to. No address and no cookie is in any."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

_REQUEST: ContextVar[str] = ContextVar("request_id", default="")
_PLAIN = re.compile(r"[A-Za-z0-9-]{8,64}")
# What `logging` itself puts on a record; everything else was given by whoever wrote the line.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "taskName"}


def name_requests(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The proxy's id of a request, or one of our own: in every log line of it, and in the answer.

    Not in answers to raters: there nothing may differ from one side of a pair to the other, not even a random number.
    """

    def named(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if _PLAIN.fullmatch(given) else uuid.uuid4().hex
        # Not taken back afterwards: Django writes its line about a refusal when every middleware is done.
        _REQUEST.set(name)
        response = answer(request)
        if not request.path.startswith("/s/"):
            response.headers["X-Request-ID"] = name
        return response

    return named


class JsonFormatter(logging.Formatter):
    """One object a line: at, level, logger, message, request, exception, and what ``extra`` gave."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := _REQUEST.get():
            line["request"] = name
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        given = {key: value for key, value in vars(record).items() if key not in _USUAL}
        return json.dumps(given | line, default=str, ensure_ascii=False)
