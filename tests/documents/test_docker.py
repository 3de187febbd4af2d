"""The images and the compose file, as far as they can be judged without an engine: what they say, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from config import environment
from dashboard.demo.processes import commands

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKER = ROOT / "docker"
OURS = ("web", "worker", "worker-cpu", "clock", "migrate")
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<sign>[-?])(?P<rest>[^}]*))?\}")


@lru_cache(maxsize=1)
def services() -> Mapping[str, Mapping[str, Any]]:
    data: Mapping[str, Mapping[str, Any]] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return data["services"]


@lru_cache(maxsize=1)
def example() -> Mapping[str, str]:
    """The variables that `docker/example.env` sets."""
    lines = (line.strip() for line in (DOCKER / "example.env").read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled_in(value: object, given: Mapping[str, str]) -> str:
    """A value as Compose writes it into the container."""

    def one(match: re.Match[str]) -> str:
        name, sign, rest = match["name"], match["sign"], match["rest"]
        if given.get(name):
            return given[name]
        assert sign == "-", f"{name} is required ({rest}), and example.env does not have it"
        return rest or ""

    return VARIABLE.sub(one, str(value))


def environment_of(service: str, **more: str) -> dict[str, str]:
    given = {**example(), **more}
    return {name: filled_in(value, given) for name, value in services()[service]["environment"].items()}


def stage(name: str) -> str:
    """The text of one stage of the Dockerfile."""
    text = (DOCKER / "Dockerfile").read_text()
    stages = {part.split(maxsplit=4)[3]: part for part in re.split(r"(?m)^(?=FROM )", text)[1:]}
    return stages[name]


def command_of(text: str) -> list[str]:
    """The CMD of a stage that is not a health check's."""
    commands_found = re.findall(r"(?ms)^CMD (\[.*?\])$", text)
    words: list[str] = yaml.safe_load(commands_found[-1].replace("\\\n", " "))
    return words


@pytest.mark.parametrize(
    ("service", "name"), [("web", "web"), ("worker", "worker"), ("worker-cpu", "worker"), ("clock", "clock")]
)
def test_a_service_runs_the_command_that_the_demo_runs(service: str, name: str) -> None:
    ours = list(commands("0.0.0.0", 8000)[name])  # noqa: S104 - inside a container that is the way in
    assert services()[service]["command"] == ["python", *ours[1:]]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_an_image_runs_the_same_command_by_itself(name: str) -> None:
    assert command_of(stage(name)) == services()[name]["command"]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_an_image_gives_up_root_after_everything_was_installed(name: str) -> None:
    lines = [line.split()[0] for line in stage(name).splitlines() if line[:1].isupper()]
    assert "USER house" in stage(name)
    assert not {"RUN", "COPY"} & set(lines[lines.index("USER") :])


def test_the_proxy_is_the_same_user_as_the_images_and_may_read_the_clips() -> None:
    user = re.search(r"useradd --uid (\d+)", stage("house"))
    assert user is not None
    assert services()["proxy"]["user"] == f"{user[1]}:{user[1]}"
    assert "clips:/data/clips:ro" in services()["proxy"]["volumes"]


def test_the_web_image_has_no_torch_and_both_install_pinned_packages_only() -> None:
    assert "generation.txt" not in stage("house") + stage("web")
    assert "pip install -r requirements/generation.txt" in stage("worker")
    for name in ("base.txt", "generation.txt"):
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        assert all("==" in line for line in lines if line and not line.lstrip().startswith("#"))


def test_the_images_hold_every_app_and_neither_keys_nor_data() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    assert all((ROOT / name).exists() for name in kept if "*" not in name)
    apps = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert apps | {"config", "manage.py", "gunicorn.conf.py", "examples", "requirements/*.txt"} == kept


@pytest.mark.parametrize("service", OURS)
def test_the_addresses_given_to_a_service_are_accepted_at_its_start(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in environment_of(service, SECRET_KEY="of-the-operators-own" * 3).items():
        monkeypatch.setenv(name, value)
    assert environment.database(tmp_path)["ENGINE"] == "django.db.backends.postgresql"
    assert environment.database(tmp_path)["HOST"] == "postgres"
    assert environment.broker(tmp_path)[0] == "redis://redis:6379/0"
    assert environment.storage(tmp_path)["OPTIONS"]["location"] == "/data/clips"
    assert "127.0.0.1" in environment.allowed_hosts(environment.public_url())


def test_the_bucket_of_the_example_is_accepted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = re.search(r"(?m)^# STORAGE_URL=(\S+)$", (DOCKER / "example.env").read_text())
    assert found is not None
    monkeypatch.setenv("STORAGE_URL", environment_of("web", STORAGE_URL=found[1])["STORAGE_URL"])
    assert environment.storage(tmp_path)["BACKEND"] == "storages.backends.s3.S3Storage"


def test_every_service_of_ours_gets_the_same_key_database_broker_and_store() -> None:
    names = ("SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL", "STORAGE_URL", "PUBLIC_URL")
    given = {tuple(environment_of(service)[name] for name in names) for service in OURS}
    assert len(given) == 1


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_a_secret_has_no_default(name: str) -> None:
    text = (DOCKER / "compose.yaml").read_text()
    uses = [match for match in VARIABLE.finditer(text) if match["name"] == name]
    assert uses
    assert {match["sign"] for match in uses} <= {"?", None}
    assert uses[0]["sign"] == "?"


def test_every_variable_of_the_example_is_read_and_every_variable_read_is_in_the_example() -> None:
    text = (DOCKER / "example.env").read_text()
    named = set(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", text)) - {"COMPOSE_PROFILES"}
    read = {match["name"] for match in VARIABLE.finditer((DOCKER / "compose.yaml").read_text())}
    with_good_defaults = {"ALLOWED_HOSTS", "LOG_LEVEL", "PORT"}
    assert named <= read
    assert read - named == with_good_defaults


def _mounted(service: str) -> Iterator[str]:
    for volume in services()[service]["volumes"]:
        yield filled_in(volume, example())


def test_workers_and_web_see_study_files_under_one_path() -> None:
    mounts = {tuple(_mounted(service)) for service in ("web", "worker", "worker-cpu")}
    assert mounts == {("clips:/data/clips", "../examples:/studies:ro")}


def test_only_the_worker_with_a_card_asks_for_one_and_says_so() -> None:
    devices = services()["worker"]["deploy"]["resources"]["reservations"]["devices"]
    assert devices[0]["capabilities"] == ["gpu"]
    assert environment_of("worker")["GENERATION_DEVICE"] == "cuda"
    assert services()["worker-cpu"]["deploy"] == {}
    assert environment_of("worker-cpu")["GENERATION_DEVICE"] == "cpu"


def test_a_worker_is_given_the_time_of_a_lease_to_stop() -> None:
    minutes = int(services()["worker"]["stop_grace_period"].removesuffix("m"))
    assert 60 * minutes >= settings.GENERATION_LEASE_SECONDS


def test_migrations_run_once_and_before_everything_of_ours() -> None:
    assert services()["migrate"]["restart"] == "no"
    for service in set(OURS) - {"migrate"}:
        waits = services()[service]["depends_on"]["migrate"]
        assert waits == {"condition": "service_completed_successfully"}


def test_the_web_is_reached_from_this_machine_only_and_the_stores_not_at_all() -> None:
    assert services()["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    published = {name for name, service in services().items() if "ports" in service}
    assert published == {"web", "proxy"}


def test_the_web_image_asks_itself_whether_it_is_alive() -> None:
    assert "HEALTHCHECK" in stage("web")
    assert "http://127.0.0.1:8000/healthz" in stage("web")


def test_the_proxy_takes_from_a_clip_what_would_tell_two_apart() -> None:
    text = (DOCKER / "nginx.conf").read_text()
    clips = text[text.index("location /clips/") :]
    for line in (
        "internal;",
        "alias /data/clips/;",
        "etag off;",
        "max_ranges 0;",
        'add_header Last-Modified "";',
    ):
        assert line in clips
    assert "$remote_addr" not in text.partition("log_format")[2].partition(";")[0]


def test_the_proxys_location_is_the_one_that_the_example_gives_to_django() -> None:
    assert "# ACCEL_REDIRECT=/clips/" in (DOCKER / "example.env").read_text()
    assert "server web:8000;" in (DOCKER / "nginx.conf").read_text()
