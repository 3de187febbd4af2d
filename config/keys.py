"""Secrets: from the environment or from files, never the published example, and readable for their owner only."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 32
# How every secret in docker/example.env begins: published, so everybody could sign with it.
EXAMPLE = "change-me"


def refuse(name: str, given: str, allowed: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: {given!r} cannot be used; allowed: {allowed}")


def secret(name: str) -> str:
    """The value of ``NAME``, or the content of the file that ``NAME_FILE`` names; "" where neither is set."""
    value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and file:
        raise refuse(f"{name}_FILE", file, f"only one of {name} and {name}_FILE")
    if not file:
        return value
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"{name}_FILE", file, "a text file that this process may read") from error
    if not text:
        raise refuse(f"{name}_FILE", file, "a file that is not empty")
    return text


def secret_key(folder: Path) -> str:
    """The key from the environment, or one of our own making, kept in a file only its owner can read."""
    given = secret("SECRET_KEY")
    return _must_be_a_key("SECRET_KEY", given) if given else _own_key(folder / "secret_key")


def _must_be_a_key(name: str, given: str) -> str:
    allowed = f"{SHORTEST_KEY} random characters or more, and not the example's"
    if given.startswith(EXAMPLE):
        raise refuse(name, f"{EXAMPLE}...", allowed)
    if len(given) < SHORTEST_KEY:
        # Its length only: a message ends in logs.
        raise refuse(name, f"{len(given)} characters", allowed)
    return given


def _own_key(path: Path) -> str:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


def fallback_keys() -> list[str]:
    """Keys that signed before: believed still, never signed with again. Separated by commas or lines."""
    texts = secret("SECRET_KEY_FALLBACKS").replace("\n", ",").split(",")
    return [_must_be_a_key("SECRET_KEY_FALLBACKS", text.strip()) for text in texts if text.strip()]


def private_folder(folder: Path) -> None:
    """Make the data folder, or close it to other users: the database in it has the keys of running sessions."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _close_to_others(folder, 0o700)


def private_file(file: Path) -> None:
    """Make an empty file for its owner alone, or close the one that is there. SQLite's log takes the same mode."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise refuse("DATABASE_URL", str(file), "a file that this process may write") from error
    _close_to_others(file, 0o600)


def _close_to_others(path: Path, mode: int) -> None:
    state = path.stat()
    if stat.S_IMODE(state.st_mode) & 0o077 and state.st_uid == os.getuid():
        path.chmod(mode)
