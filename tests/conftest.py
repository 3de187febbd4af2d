"""What every test may ask for. The cast of studies is in tests/cast.py."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import hypothesis
import pytest
from pytest_django import Settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# A noisy machine is slow at times; that is no finding about the code.
hypothesis.settings.register_profile("calm", deadline=None)
hypothesis.settings.load_profile("calm")

ROOT = Path(__file__).resolve().parent.parent
# Folders whose tests share a server or a browser: one process runs them all. Elsewhere a file is run by one process.
SHARED = {"browser", "player"}


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist ships no types
    """How tests are dealt out to processes."""

    def _split_scope(self, nodeid: str) -> str:
        path = PurePosixPath(nodeid.partition("::")[0])
        return path.parent.name if path.parent.name in SHARED else str(path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


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
