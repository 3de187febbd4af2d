"""Figures for a monitor, the status page, log lines, retention, erasure."""

from __future__ import annotations

import io
import json
import logging
import re
from datetime import timedelta

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from accounts.models import AuditEntry
from generation.models import Sample
from operations import selectors
from operations.logs import JsonFormatter
from operations.tasks import forget_identities
from operations.troubles import find_troubles
from raters.entering import recruitment
from raters.models import CrowdIdentity, Rater
from studies.models import Study
from studies.services import close
from tests.accounts.cast import an_account, browser_of
from tests.cast import a_session, launched, open_study, study_text
from tests.conftest import ROOT
from tests.raters.people import PID, TICKET, prolific_text, rate

pytestmark = pytest.mark.django_db
FINE = {"database": "ok", "broker": "ok", "storage": "ok"}


def figures() -> dict[str, float]:
    text = Client().get("/metrics").content.decode()
    families = list(text_string_to_metric_families(text))
    return {
        sample.name + "".join(sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_rows() -> None:
    study = open_study()
    rate(a_session(study))
    found = figures()
    assert found["earwitness_samplesready"] == study.samples.count()
    assert found["earwitness_tasks_submitted_last_minute"] == 1
    assert found["earwitness_studiesopen"] == 1
    assert found["earwitness_part_updatabase"] == 1


def test_metrics_are_for_those_who_run_the_site() -> None:
    assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics").status_code == 404


def test_every_figure_that_an_alert_asks_for_is_there() -> None:
    rules = yaml.safe_load((ROOT / "docker" / "alerts.yaml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"earwitness_\w+", rule["expr"])}
    assert asked
    assert not {name for name in asked if not any(figure.startswith(name) for figure in figures())}


def test_nothing_wrong_is_said_so() -> None:
    assert find_troubles(FINE) == []
    page = browser_of(an_account(administrator=True)).get("/account/status/").content.decode()
    assert "Nothing is wrong" in page


def test_a_part_that_is_away_is_named_with_what_to_do() -> None:
    (trouble,) = find_troubles(FINE | {"broker": "unavailable (OperationalError)"})
    assert "broker" in trouble.title
    assert "Raters are not affected" in trouble.advice


def test_samples_that_no_worker_takes_are_a_trouble() -> None:
    launched(study_text())
    assert [trouble.title for trouble in find_troubles(FINE)] == ["No worker takes samples"]


def test_a_claim_without_a_sign_of_life_is_a_trouble() -> None:
    study = launched(study_text())
    study.samples.update(
        state=Sample.State.CLAIMED, lease_token="gone", leased_until=timezone.now() - timedelta(seconds=1)
    )
    assert "held by nobody" in find_troubles(FINE)[0].title


def test_a_disk_that_fills_is_a_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "free_disk", lambda: (5 * 2**30, 100 * 2**30))
    (trouble,) = find_troubles(FINE)
    assert "5120 MiB of 102400" in trouble.found


def test_without_a_database_nothing_else_is_asked() -> None:
    assert len(find_troubles(FINE | {"database": "unavailable (OperationalError)"})) == 1


def test_a_log_line_is_one_object_with_the_requests_id() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        response = Client().get("/no/such/page", headers={"X-Request-ID": "abcdef0123456789"})
    finally:
        logger.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert response["X-Request-ID"] == line["request"] == "abcdef0123456789"
    assert line["level"] == "WARNING"


@pytest.mark.parametrize("given", ["", "short", "with\nline", "x" * 200])
def test_an_id_that_is_none_is_replaced(given: str) -> None:
    assert re.fullmatch(
        r"[0-9a-f]{32}", Client().get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    )


@pytest.fixture
def crowd_study() -> Study:
    study = open_study(prolific_text())
    rate(recruitment.enter(study=study, kind="prolific", ticket=TICKET, consent_version="v1"))
    return study


@pytest.mark.parametrize(("days", "left"), [(0, 1), (30, 0), (90, 1)])
def test_identities_are_forgotten_when_their_time_is_over(
    crowd_study: Study, settings: Settings, days: int, left: int
) -> None:
    settings.RETENTION_DAYS = days
    close(study=crowd_study)
    Study.objects.update(closed_at=timezone.now() - timedelta(days=60))
    forget_identities()
    assert CrowdIdentity.objects.count() == left
    assert Rater.objects.count() == 1


@pytest.mark.parametrize("by", ["pseudonym", "platform id"])
def test_a_rater_is_erased_by_name_or_by_id(crowd_study: Study, by: str) -> None:
    rater = Rater.objects.get()
    said = io.StringIO()
    call_command(
        "raters", "erase", crowd_study.slug, rater.pseudonym if by == "pseudonym" else PID, stdout=said
    )
    assert f"{rater.pseudonym} is removed" in said.getvalue()
    assert not Rater.objects.exists()
    assert crowd_study.events.filter(kind="withdrawn", detail={"tasks": 1}).exists()
    assert PID not in str(list(AuditEntry.objects.values()))


def test_whom_nobody_knows_is_refused(crowd_study: Study) -> None:
    said = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("raters", "erase", crowd_study.slug, "R-00000000", stderr=said)
    assert ended.value.code == 2
    assert "has no rater of this name or id" in said.getvalue()
    assert Rater.objects.count() == 1
