"""Reads the environment once. Unset means the embedded default; set and unusable means a refusal in words."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url

from config.keys import private_file, refuse, secret

SQLITE_PRAGMAS = (
    # FULL, not NORMAL: an answer that was acknowledged survives a power cut.
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000;"
)


def flag(name: str, *, default: bool = False) -> bool:
    text = os.environ.get(name, "").strip().lower()
    known = {"": default, "1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text not in known:
        raise refuse(name, text, "1, true, yes, 0, false, no")
    return known[text]


def number(name: str, *, default: int, least: int = 1) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdigit() or int(text) < least:
        raise refuse(name, text, f"a whole number of {least} or more")
    return int(text)


def database(folder: Path) -> dict[str, Any]:
    url = secret("DATABASE_URL") or f"sqlite:///{folder / 'db.sqlite3'}"
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        parsed = dj_database_url.parse(url)
        private_file(Path(parsed["NAME"]))
        return {**parsed, "OPTIONS": _sqlite_options()}
    if scheme in {"postgres", "postgresql"}:
        return _postgres(url)
    raise refuse(
        "DATABASE_URL", _without_password(url), "sqlite:///path, postgresql://user:password@host/name"
    )


def _sqlite_options() -> dict[str, object]:
    # IMMEDIATE takes the write lock at BEGIN: two claims then queue up instead of failing half-way.
    return {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_PRAGMAS}


def _postgres(url: str) -> dict[str, Any]:
    parsed: dict[str, Any] = {**dj_database_url.parse(url)}
    if not parsed["NAME"]:
        raise refuse("DATABASE_URL", _without_password(url), "a database name after the host")
    pool = {"min_size": 1, "max_size": number("DATABASE_POOL_SIZE", default=8), "timeout": 20}
    # Statements with server-side parameters (raters.sql.fetching) are planned once a connection, from the sixth use.
    options = {"pool": pool, "prepare_threshold": 5}
    parsed["OPTIONS"] = options | parsed.get("OPTIONS", {})
    return parsed


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":***@") if parts.password else url


def broker(folder: Path) -> tuple[str, dict[str, object]]:
    """The broker's URL and Celery's transport options for it."""
    url = secret("CELERY_BROKER_URL") or f"filesystem://{folder / 'broker'}"
    parts = urlsplit(url)
    if parts.scheme == "filesystem":
        # With a host, which nobody asks: kombu warns of a missing one at every message.
        return "filesystem://localhost", _filesystem_broker(Path(unquote(parts.netloc + parts.path)))
    if parts.scheme in {"redis", "rediss"}:
        # Longer than any lease, so that a message is never delivered again while its work is under way.
        return url, {"visibility_timeout": 4 * 3600}
    if parts.scheme in {"amqp", "amqps", "pyamqp"}:
        return url, {}
    raise refuse("CELERY_BROKER_URL", _without_password(url), "filesystem:///path, redis://..., amqp://...")


def queue() -> str:
    """The queue's name: two installations on one RabbitMQ or Redis need two."""
    name = os.environ.get("CELERY_QUEUE", "") or "earwitness"
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name):
        raise refuse("CELERY_QUEUE", name, "letters, digits, dots, - and _, at most 100")
    return name


def _filesystem_broker(folder: Path) -> dict[str, object]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "control").mkdir(exist_ok=True)
    place = str(folder)
    return {"data_folder_in": place, "data_folder_out": place, "control_folder": str(folder / "control")}


def storage(folder: Path) -> dict[str, Any]:
    """Django's STORAGES entry for the clips."""
    url = os.environ.get("STORAGE_URL", "") or f"file://{folder / 'clips'}"
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": unquote(parts.path), "file_permissions_mode": 0o640},
        }
    if parts.scheme == "s3" and parts.netloc:
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3(parts.netloc, parts.query)}
    raise refuse("STORAGE_URL", url, "file:///absolute/path, s3://bucket?endpoint=https://host")


def _s3(bucket: str, query: str) -> Mapping[str, object]:
    given: Mapping[str, list[str]] = parse_qs(query)
    known = {"endpoint": "endpoint_url", "region": "region_name"}
    if unknown := sorted(set(given) - set(known)):
        raise refuse("STORAGE_URL", unknown[0], "s3://bucket?endpoint=...&region=...")
    return {"bucket_name": bucket} | {known[name]: values[0] for name, values in given.items()}


def public_url() -> str:
    url = os.environ.get("PUBLIC_URL", "").rstrip("/") or "http://127.0.0.1:8000"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise refuse("PUBLIC_URL", url, "http://host[:port] or https://host[:port]")
    return url


def allowed_hosts(public: str) -> list[str]:
    given = os.environ.get("ALLOWED_HOSTS", "")
    if given:
        return [host.strip() for host in given.split(",") if host.strip()]
    return [urlsplit(public).hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]


def oidc_issuer() -> str:
    """The address of the OpenID Connect provider; "" where nobody logs in by one."""
    issuer = os.environ.get("OIDC_ISSUER", "")
    if not issuer:
        return ""
    parts = urlsplit(issuer)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not (parts.scheme == "https" and parts.netloc) and not (parts.scheme == "http" and local):
        raise refuse("OIDC_ISSUER", issuer, "https://host/path, as the provider writes it")
    for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        if not secret(name):
            raise refuse(name, "", "what the provider gave you, where OIDC_ISSUER is set")
    return issuer


def http_system_hosts() -> str:
    """Host names that studies may ask for clips (generation.backends.addresses). Only their form is checked here."""
    names = os.environ.get("HTTP_SYSTEM_HOSTS", "")
    for name in filter(None, (part.strip() for part in names.split(","))):
        if not re.fullmatch(r"[A-Za-z0-9.:_-]+", name):
            raise refuse(
                "HTTP_SYSTEM_HOSTS", name, "host names, separated by commas, without https:// and port"
            )
    return names


def device() -> str:
    """The torch device of a worker. Only its form is checked here: the web knows no torch."""
    name = os.environ.get("GENERATION_DEVICE", "") or "auto"
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", name):
        raise refuse("GENERATION_DEVICE", name, "auto, cpu, cuda, cuda:0, cuda:1, ...")
    return name


def clap_checkpoint() -> Path | None:
    """The folder of a CLAP checkpoint, for `manage.py measure`; None when none is named."""
    name = os.environ.get("CLAP_CHECKPOINT", "")
    if name and not Path(name).is_dir():
        raise refuse("CLAP_CHECKPOINT", name, "a folder that exists")
    return Path(name) if name else None


def log_level() -> str:
    name = os.environ.get("LOG_LEVEL", "").upper() or "INFO"
    allowed = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if name not in allowed:
        raise refuse("LOG_LEVEL", name, ", ".join(allowed))
    return name


def log_format() -> str:
    name = os.environ.get("LOG_FORMAT", "") or "text"
    if name not in {"text", "json"}:
        raise refuse("LOG_FORMAT", name, "text, json")
    return name


def accel_redirect(storage_backend: str) -> str:
    """Where nginx keeps the clips: it can only send files that lie in a folder."""
    place = os.environ.get("ACCEL_REDIRECT", "")
    if place and "FileSystemStorage" not in storage_backend:
        raise refuse("ACCEL_REDIRECT", place, "nothing with a bucket: set STORAGE_URL to file:///path")
    if place and not (place.startswith("/") and place.endswith("/")):
        raise refuse("ACCEL_REDIRECT", place, "an internal location such as /clips/")
    return place
