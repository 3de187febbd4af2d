"""Every address times every part somebody can have: complete by construction, and tried through the pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.policy.roles import MEANINGS, POWERS, Power, Role
from accounts.web.access import Rule
from studies.models import Study
from studies.services import close
from tests.accounts.cast import PARTS, browser_as
from tests.cast import draft, open_study, study_text
from tests.conftest import ROOT
from tests.dashboard.people import rate
from tests.security.addresses import Address, addresses

pytestmark = pytest.mark.django_db
# Not ours to decorate, each with its reason.
ELSEWHERE = {
    "healthz": "says only that the process answers",
    "readyz": "asks for the operators' token",
    "metrics": "the same",
    "": "leads to the console",
    "s/<slug:slug>/results/": "public, for a closed study that shares them",
}
# Enough for every form to be understood.
FIELDS = {"verb": "pause", "name": "nobody at all", "role": "viewer", "note": "Ben"}
GUARDED = [address for address in addresses() if isinstance(getattr(address.view, "rule", None), Rule)]
OF_A_STUDY = [address for address in GUARDED if address.view.rule.whom == "study"]


def unguarded() -> list[str]:
    return sorted(
        address.route
        for address in addresses()
        if address not in GUARDED
        and address.route not in ELSEWHERE
        and not address.route.startswith(("admin/", "s/<slug:slug>/"))
    )


def test_every_address_of_the_console_says_who_may_open_it() -> None:
    assert unguarded() == []


def test_what_is_left_out_of_the_table_is_there() -> None:
    assert {address.route for address in addresses()} >= set(ELSEWHERE)


def path_of(address: Address, study: Study) -> str:
    return "/" + re.sub(r"<slug:slug>", study.slug, address.route)


def may(part: str, power: Power) -> bool:
    if part == "administrator":
        return True
    return part in set(Role) and power in POWERS[Role(part)]


def expected(part: str, rule: Rule) -> set[int]:
    """Statuses that are right. 405 says nothing of the study: the address is never asked with this method."""
    assert rule.power is not None
    if part == "stranger":
        return {302, 405}
    if part == "nobody":
        return {404, 405}
    # 404: the power was there, and what the made-up address names was not.
    return {200, 302, 404, 405, 422} if may(part, rule.power) else {403, 405}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("address", OF_A_STUDY, ids=lambda address: address.route)
def test_an_address_of_a_study_opens_for_the_parts_that_the_table_names(address: Address, part: str) -> None:
    study = draft(study_text())
    client, path = browser_as(part, study), path_of(address, study)
    answers = [client.get(path), client.post(path, FIELDS)]
    assert {answer.status_code for answer in answers} <= expected(part, address.view.rule)
    assert {answer.status_code for answer in answers} != {405}
    if part == "stranger":
        assert {answer.get("Location", "/console/login/").partition("?")[0] for answer in answers} == {
            "/console/login/"
        }


@pytest.mark.parametrize("part", ["nobody", "viewer", "analyst"])
def test_whoever_may_not_run_a_study_changes_nothing(part: str) -> None:
    study = open_study()
    browser_as(part, study).post(f"/console/{study.slug}/act/", {"verb": "close"})
    study.refresh_from_db()
    assert study.state == "open"


def test_the_list_shows_only_the_studies_one_has_a_role_in() -> None:
    study = open_study()
    assert study.title not in browser_as("nobody", study).get("/console/").content.decode()
    assert study.title in browser_as("viewer", study).get("/console/").content.decode()


def test_a_viewer_sees_results_only_after_the_close() -> None:
    study = open_study()
    rate(study, raters=1, simulated=True)
    viewer = browser_as("viewer", study)
    assert b"dashboard/monitor" in _template(viewer, study)
    close(study=study)
    assert b"dashboard/results" in _template(viewer, study)


def _template(client: Client, study: Study) -> bytes:
    response = client.get(f"/console/{study.slug}/results/")
    return " ".join(str(template.name) for template in response.templates).encode()


def test_the_documents_table_is_the_codes_table() -> None:
    text = (ROOT / "docs" / "accounts.md").read_text()
    rows = re.findall(
        r"(?m)^\| (.+?) \| (yes|no|after the close) \| (yes|no) \| (yes|no) \| (yes|no) \|$", text
    )
    roles = (Role.VIEWER, Role.ANALYST, Role.EDITOR, Role.OWNER)
    assert [meaning for meaning, *_ in rows] == [MEANINGS[power] for power in Power]
    for power, (_, *cells) in zip(Power, rows, strict=True):
        for role, cell in zip(roles, cells, strict=True):
            assert (cell == "yes") == (power in POWERS[role]), (power, role)
