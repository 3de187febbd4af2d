"""An administrator in front of the console: they may do everything to every study."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.fixture
def researcher() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("researcher", password="made-up"))
    return client
