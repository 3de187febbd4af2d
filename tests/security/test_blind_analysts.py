"""Who must not know what is compared sees letters, in whatever they open or download, until the close."""

from __future__ import annotations

import csv
import io
import zipfile

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from analysis.bridge.tables import ratings_csv
from analysis.run import analyse_csv
from dashboard.results.blinding import Letters, letters_of
from studies.models import Study
from studies.services import close
from tests.accounts.cast import browser_as
from tests.cast import open_study, study_text, with_checks
from tests.dashboard.people import rate
from tests.security.addresses import addresses

pytestmark = pytest.mark.django_db
# Systems whose names occur nowhere else in a page.
NAMES = ("zebrafinch", "quokka")


@pytest.fixture
def study() -> Study:
    text = study_text().replace("  base:", f"  {NAMES[0]}:").replace("  cfg:", f"  {NAMES[1]}:")
    found = open_study(with_checks(text, gold=1, repeats=1))
    rate(found, raters=3)
    return found


def everything_in(response: object) -> str:
    """The text of an answer, of the files in an archive, and of their names."""
    content: bytes = response.content  # type: ignore[attr-defined]  # a response of the test client
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(name + archive.read(name).decode("latin-1") for name in archive.namelist())


def looks(study: Study) -> list[str]:
    """Every address of a study that can be looked at."""
    routes = [a.route for a in addresses() if getattr(getattr(a.view, "rule", None), "whom", "") == "study"]
    return ["/" + route.replace("<slug:slug>", study.slug) for route in routes]


@pytest.mark.parametrize("part", ["analyst", "viewer"])
def test_no_page_and_no_file_names_a_system_before_the_close(study: Study, part: str) -> None:
    client = browser_as(part, study)
    if part == "analyst":
        client.post(f"/console/{study.slug}/peek/")
    seen = 0
    for path in [*looks(study), "/console/", "/console/new/"]:
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(path, headers=headers)
            if response.status_code == 200:
                seen += 1
                text = everything_in(response)
                assert not [name for name in NAMES if name in text], path
    assert seen > 6


def test_an_analyst_works_with_letters(study: Study) -> None:
    client = browser_as("analyst", study)
    client.post(f"/console/{study.slug}/peek/")
    assert "A" in {row["system_first"] for row in ratings_in(client, study)}
    assert client.get(f"/console/{study.slug}/results/").status_code == 200


def ratings_in(client: Client, study: Study) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(client.get(f"/console/{study.slug}/export.zip").content)) as archive:
        text = archive.read(f"{study.slug}/ratings.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_after_the_close_the_names_are_there(study: Study) -> None:
    close(study=study)
    found = {row["system_first"] for row in ratings_in(browser_as("analyst", study), study)}
    assert found <= set(NAMES)


def test_an_editor_is_not_blind(study: Study) -> None:
    assert NAMES[0] in browser_as("editor", study).get(f"/console/{study.slug}/").content.decode()


def test_letters_change_no_number(study: Study) -> None:
    letters, table = letters_of(study), ratings_csv(study)
    named = analyse_csv(table, seed=1).results["criteria"]["musicality"]
    blind = analyse_csv(letters.ratings(table), seed=1).results["criteria"]["musicality"]
    assert named["n_ratings"] == blind["n_ratings"]
    (one,), (other,) = named["pairs"], blind["pairs"]
    turned = letters.by_system[one["system_a"]] != other["system_a"]
    assert other["win_rate_b"] == pytest.approx(1 - one["win_rate_b"] if turned else one["win_rate_b"])


@given(st.lists(st.floats(0, 1), min_size=1), st.permutations("ABC"))
def test_a_pair_that_the_letters_turn_round_keeps_its_shares(shares: list[float], order: list[str]) -> None:
    letters = Letters(1, dict(zip(("x", "y", "z"), order, strict=True)))
    (((one, two, _), found),) = letters.blocks({("x", "z", "musicality"): np.array(shares)}).items()
    later = {letter: name for name, letter in letters.by_system.items()}[two]
    assert one < two
    assert found == pytest.approx(np.array(shares) if later == "z" else 1 - np.array(shares))


def test_more_than_twenty_six_systems_have_letters_too() -> None:
    study = Study(pk=1, spec={"systems": {f"s{number}": {} for number in range(60)}})
    found = set(letters_of(study).by_system.values())
    assert len(found) == 60
    assert {"A", "Z", "AA", "BH"} <= found
