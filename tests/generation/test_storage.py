"""Sounds under their SHA-256."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from generation.files import storage


def test_what_was_put_comes_back() -> None:
    assert storage.get(storage.put(b"sound")) == b"sound"


def test_the_name_is_the_digest(own_store: Path) -> None:
    digest = storage.put(b"sound")
    assert digest == hashlib.sha256(b"sound").hexdigest()
    assert (own_store / digest[:2] / f"{digest}.wav").read_bytes() == b"sound"


def test_putting_twice_is_putting_once(own_store: Path) -> None:
    storage.put(b"sound")
    storage.put(b"sound")
    assert len([path for path in own_store.rglob("*") if path.is_file()]) == 1


def test_half_a_file_left_behind_is_written_again(own_store: Path) -> None:
    digest = storage.put(b"sound")
    (own_store / digest[:2] / f"{digest}.wav").write_bytes(b"so")
    storage.put(b"sound")
    assert storage.get(digest) == b"sound"


def test_a_damaged_sound_is_never_served(own_store: Path) -> None:
    digest = storage.put(b"sound")
    (own_store / digest[:2] / f"{digest}.wav").write_bytes(b"noise")
    with pytest.raises(storage.SoundMissing, match="damaged"):
        storage.get(digest)


def test_an_unknown_digest_is_missing() -> None:
    with pytest.raises(storage.SoundMissing):
        storage.get("0" * 64)


FULL_DISK = """
import os, resource, signal
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from generation.files import storage
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    storage.put(b"x" * 100_000)
except storage.StorageFailed as failed:
    print("refused:", failed)
"""


def test_a_store_that_takes_no_more_is_a_failure_that_a_retry_can_help(tmp_path: Path) -> None:
    """A process that may write 1,000 bytes a file stands for a disk that is full."""
    environment = {"EARWITNESS_VAR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK], env=environment, capture_output=True, text=True, check=False
    )
    assert "refused: the sample store did not take 100000 bytes" in done.stdout, done.stderr
