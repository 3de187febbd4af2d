"""The limit on a visitor's requests has tests of its own (tests/security): here many log in from one address."""

from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _no_limit_of_requests(settings: Settings) -> None:
    settings.LIMIT_REQUESTS = False
