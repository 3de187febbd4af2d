"""A copy of a study in a separate SQLite database, served by its own process. The sound files are not copied.

The adversary then attacks the same programs on the same sounds, and the study's own rows are only read. The copy
is made of what raters will hear: study file, systems, prompts and samples, without people and answers.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import httpx
from django.conf import settings
from django.core import serializers
from django.core.files.storage import FileSystemStorage, default_storage

from dashboard.demo.processes import commands
from generation.models import Mastering
from studies.errors import EarwitnessError, WrongState
from studies.models import Study

HOST = "127.0.0.1"
PATIENCE = 60
STOPPING = 30


class CopyFailed(EarwitnessError):
    """The copy could not be made or served."""


def copy_of(study: Study) -> Study:
    """The study as it was launched. Raises WrongState for a draft."""
    if study.state == Study.State.DRAFT:
        raise WrongState(study.slug, action="audit", state=study.state, allowed="launched, with all samples")
    study.state, study.opened_at, study.closed_at = Study.State.LAUNCHED, None, None
    return study


def write_rows(study: Study, path: Path) -> None:
    """Everything the copy is made of, as a Django fixture."""
    rows = chain(
        [copy_of(study)],
        study.systems.all(),
        study.prompts.all(),
        study.samples.iterator(),
        Mastering.objects.filter(study=study),
    )
    with path.open("w") as file:
        serializers.serialize("json", rows, stream=file)


def environment(folder: Path, port: int) -> dict[str, str]:
    """Settings of the copy: the embedded default, only the sounds are those of this installation."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "CELERY_BROKER_URL", "ALLOWED_HOSTS", "ACCEL_REDIRECT", "SECRET_KEY"}
    }
    return clean | {
        "EARWITNESS_VAR": str(folder),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "STORAGE_URL": _store(),
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _store() -> str:
    if isinstance(default_storage, FileSystemStorage):
        return "file://" + quote(str(Path(default_storage.location).resolve()))
    return os.environ["STORAGE_URL"]


@contextmanager
def served_copy(study: Study, folder: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The copy's address and environment, while it is served.

    Raises:
        WrongState: a draft has no samples.
        CopyFailed: with what the programs said, for instance that samples are still being made.
    """
    write_rows(study, folder / "rows.json")
    port = free_port()
    around = environment(folder, port)
    _load_and_open(study.slug, folder, around)
    with (folder / "web.log").open("w") as log:
        web = subprocess.Popen(  # noqa: S603 - our own command
            commands(HOST, port)["web"], cwd=settings.BASE_DIR, env=around, stdout=log, stderr=log
        )
    try:
        _wait_for(web, around["PUBLIC_URL"], folder / "web.log")
        yield around["PUBLIC_URL"], around
    finally:
        web.terminate()
        web.wait(STOPPING)


def _load_and_open(slug: str, folder: Path, around: Mapping[str, str]) -> None:
    words = [sys.executable, "-m", "dashboard.audit.load_copy", str(folder / "rows.json"), slug]
    done = subprocess.run(  # noqa: S603 - our own command
        words, cwd=settings.BASE_DIR, env=around, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CopyFailed(f"no copy of {slug!r} to attack: {(done.stderr or done.stdout).strip()[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(web: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and web.poll() is None:
        try:
            httpx.get(f"{url}/healthz", timeout=5).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise CopyFailed(f"the copy's web server does not answer:\n{log.read_text()[-2000:]}")


def in_a_copy(study: Study, words: list[str]) -> subprocess.CompletedProcess[str]:
    """The same audit, run by the copy's own `manage.py` against the copy's own server.

    Raises:
        WrongState, CopyFailed: see ``served_copy``.
    """
    with (
        tempfile.TemporaryDirectory(prefix="earwitness-audit-") as folder,
        served_copy(study, Path(folder)) as (url, around),
    ):
        command = [sys.executable, "manage.py", "study", "audit", study.slug, "--base-url", url, *words]
        return subprocess.run(  # noqa: S603 - our own command
            command, cwd=settings.BASE_DIR, env=around, capture_output=True, text=True, check=False
        )
