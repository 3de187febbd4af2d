"""The real services: where they are, and what it means when they are not there."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
# Tests that run beside each other (pytest-xdist: gw0, gw1, ...) do not read each other's messages.
LANE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
REDIS = os.environ.get("TEST_REDIS_URL", f"redis://127.0.0.1:6379/{9 + LANE}")
RABBITMQ = os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")
REQUIRED = os.environ.get("CI") == "true"


def needs(url: str) -> None:
    """Skip loudly where the service cannot be reached; in CI that is a failure."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
    except OSError as error:
        message = f"{parts.scheme} at {parts.hostname}:{parts.port} cannot be reached ({error})"
        if REQUIRED:
            pytest.fail(message)
        pytest.skip(message)


@contextmanager
def own_database() -> Iterator[str]:
    """The address of a fresh PostgreSQL database, dropped afterwards."""
    needs(POSTGRES)
    name = f"earwitness_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield POSTGRES.rpartition("/")[0] + "/" + name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
