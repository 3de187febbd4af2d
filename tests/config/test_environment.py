"""Unset means the embedded default; set and unusable means a refusal in words, at start."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment
from tests.house import House


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "mysql://root@host/name", "sqlite:///path, postgresql://"),
        ("DATABASE_URL", "postgresql://user:secret@host/", "a database name"),
        ("CELERY_BROKER_URL", "sqs://queue", "filesystem:///path, redis://"),
        ("STORAGE_URL", "ftp://host/path", "file:///absolute/path, s3://bucket"),
        ("STORAGE_URL", "s3://bucket?colour=red", "colour"),
        ("STORAGE_URL", "file://relative/path", "file:///absolute/path"),
        ("GENERATION_DEVICE", "banana", "auto, cpu, cuda"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO"),
        ("ACCEL_REDIRECT", "clips", "an internal location"),
        ("PUBLIC_URL", "earwitness.example.org", "http://host"),
        ("DEBUG", "perhaps", "true"),
        ("GENERATION_BATCH_SIZE", "0", "a whole number of 1 or more"),
    ],
)
def test_an_unusable_setting_is_refused_in_one_line(tmp_path: Path, name: str, value: str, said: str) -> None:
    done = House(tmp_path, {name: value}).manage("check", check=False)
    assert done.returncode == 2
    assert name in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_password_is_never_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root:secret@host/name")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.database(tmp_path)
    assert "secret" not in str(refused.value)


def test_the_embedded_default_is_sqlite_with_write_ahead_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options = environment.database(tmp_path)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_a_bucket_with_an_endpoint_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STORAGE_URL", "s3://clips?endpoint=https://s3.example.org")
    options = environment.storage(tmp_path)["OPTIONS"]
    assert options == {"bucket_name": "clips", "endpoint_url": "https://s3.example.org"}


def test_web_processes_start_without_torch(tmp_path: Path) -> None:
    words = "import sys, config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; "
    done = House(tmp_path).run("-c", words + "print('torch' in sys.modules)")
    assert done.stdout.strip() == "False"
