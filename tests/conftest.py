"""What every test may ask for. The cast of studies is in tests/cast.py."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from pytest_django import Settings

# A noisy machine is slow at times; that is no finding about the code.
hypothesis.settings.register_profile("calm", deadline=None)
hypothesis.settings.load_profile("calm")

ROOT = Path(__file__).resolve().parent.parent
# Folders whose tests share a server or a browser: one process runs them all. Elsewhere a file is run by one process.
SHARED = {"browser", "player"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(folder if folder in SHARED else item.path.name))


@pytest.fixture(autouse=True)
def own_store(settings: Settings, tmp_path: Path) -> Path:
    """Each test stores its sounds in a folder of its own."""
    folder = tmp_path / "clips"
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return folder


@pytest.fixture(scope="session", autouse=True)
def _calm_threads() -> None:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
