"""The floor that `benchmarks.serving` measures against: the least that a next task and a submit can cost.

A bare Django view without middleware, pooled psycopg 3, one partial index: `SELECT ... FOR UPDATE SKIP LOCKED
LIMIT 1` and `UPDATE`, then `INSERT`. No session, no page, no validation. Served by gunicorn; the database is the
one that FLOOR_DATABASE_URL names.
"""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from psycopg_pool import ConnectionPool

TABLES = """
CREATE TABLE floor_task (id bigint PRIMARY KEY, state text NOT NULL, place bigint NOT NULL, rater bigint);
CREATE TABLE floor_rating (id bigserial PRIMARY KEY, task bigint NOT NULL, value smallint NOT NULL);
INSERT INTO floor_task SELECT n, 'waiting', hashint8(n), NULL FROM generate_series(1, {rows}) n;
CREATE INDEX floor_next ON floor_task (place) WHERE state = 'waiting';
ANALYZE floor_task;
"""
_NEXT = "SELECT id FROM floor_task WHERE state = 'waiting' ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED"
_TAKE = "UPDATE floor_task SET state = 'assigned', rater = 1 WHERE id = %s"
_PUT = "INSERT INTO floor_rating (task, value) VALUES (%s, %s)"


def next_task(request: HttpRequest) -> JsonResponse:
    with pool.connection() as connection:
        row = connection.execute(_NEXT).fetchone()
        assert row is not None, "the floor ran out of rows"
        connection.execute(_TAKE, row)
    return JsonResponse({"task": row[0]})


def submit(request: HttpRequest) -> HttpResponse:
    with pool.connection() as connection:
        connection.execute(_PUT, (request.POST["task"], request.POST["value"]))
    return HttpResponse(status=204)


urlpatterns = [path("next", next_task), path("submit", submit)]

if "FLOOR_DATABASE_URL" in os.environ:
    pool = ConnectionPool(os.environ["FLOOR_DATABASE_URL"], min_size=1, max_size=8, open=True)
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[], USE_I18N=False)
    application = get_wsgi_application()
