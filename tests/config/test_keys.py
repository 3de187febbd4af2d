"""Secrets: where they come from, which are refused, and who on the machine can read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment, keys
from tests.conftest import ROOT
from tests.house import House

GOOD = "of-the-operators-own" * 3


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_every_secret_of_the_published_example_is_refused_as_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    published = re.findall(r"(?m)^[A-Z_]+=(change-me.*)$", (ROOT / "docker" / "example.env").read_text())
    assert published
    for value in published:
        monkeypatch.setenv("SECRET_KEY", value)
        with pytest.raises(ImproperlyConfigured, match="not the example's"):
            keys.secret_key(Path())


def test_the_examples_key_stops_the_start_in_one_line(tmp_path: Path) -> None:
    done = House(tmp_path, {"SECRET_KEY": "change-me-to-fifty-random-characters"}).manage(
        "check", check=False
    )
    assert done.returncode == 2
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_short_key_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2hunter2")
    with pytest.raises(ImproperlyConfigured, match="14 characters") as refused:
        keys.secret_key(Path())
    assert "hunter2" not in str(refused.value)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert keys.secret_key(tmp_path) == keys.secret_key(tmp_path)
    assert mode_of(tmp_path / "secret_key") == 0o600


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY_FALLBACKS"])
def test_a_secret_is_read_from_the_file_that_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"{GOOD}\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    assert keys.secret(name) == GOOD


def test_the_database_and_the_broker_come_from_files_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "database").write_text("postgresql://user:secret@db/name")
    (tmp_path / "broker").write_text("redis://:secret@redis/0")
    for name, file in (("DATABASE_URL", "database"), ("CELERY_BROKER_URL", "broker")):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / file))
    assert environment.database(tmp_path)["HOST"] == "db"
    assert environment.broker(tmp_path)[0] == "redis://:secret@redis/0"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_without_a_readable_secret_is_refused(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE"):
        keys.secret("SECRET_KEY")


def test_a_value_and_a_file_at_once_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", GOOD)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="only one of"):
        keys.secret("SECRET_KEY")


def test_earlier_keys_are_listed_by_commas_or_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{GOOD}1, {GOOD}2\n{GOOD}3,")
    assert keys.fallback_keys() == [GOOD + "1", GOOD + "2", GOOD + "3"]


def test_an_earlier_key_is_no_shorter_than_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{GOOD},short")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS"):
        keys.fallback_keys()


def test_the_data_folder_and_the_database_are_closed_to_other_users(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir(mode=0o755)
    (var / "db.sqlite3").touch(mode=0o644)
    House(var).manage("migrate", "--verbosity", "0")
    assert mode_of(var) == 0o700
    assert {path.name: mode_of(path) for path in var.glob("db.sqlite3*")} == {
        path.name: 0o600 for path in var.glob("db.sqlite3*")
    }
