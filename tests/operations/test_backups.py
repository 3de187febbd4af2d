"""A backup taken in the middle of a study and put back elsewhere: nobody notices. The release before this one, too."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.house import House
from tests.services import own_database

KEY = "the-key-of-the-release-before-this-one"
RELEASE = ROOT / "tests" / "operations" / "release_949db18.zip"


@pytest.fixture(params=["embedded", "postgresql"])
def houses(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """Where the study is, and an empty installation elsewhere, with the same key."""
    with ExitStack() as stack:
        found = []
        for name in ("here", "elsewhere"):
            (tmp_path / name).mkdir()
            settings = {"SECRET_KEY": KEY}
            if request.param == "postgresql":
                settings["DATABASE_URL"] = stack.enter_context(own_database())
            found.append(House(tmp_path / name, settings))
        yield found[0], found[1]


def ask(house: House, *steps: str) -> Any:  # noqa: ANN401 - what the program prints
    """What each step answers; one process, because a process of ours takes seconds to begin."""
    return json.loads(house.run("-m", "tests.operations.under_way", *steps).stdout.splitlines()[-1])


def test_a_study_under_way_goes_on_elsewhere_as_if_nothing_had_happened(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    here, elsewhere = houses
    folder = tmp_path / "backup"
    *_, before, written = ask(here, "migrate,--verbosity,0", "begin", "held", f"backup,{folder}")
    assert "SECRET_KEY is not in it" in written["said"]
    restored, after, went_on, again = ask(
        elsewhere, f"restore,{folder}", "held", "go-on", f"restore,{folder}"
    )
    assert restored["code"] == 0
    assert after == before | {"audited": 1}
    assert went_on == {"status": 200, "clips": True, "more": 1}
    assert again["code"] == 2
    assert "allowed: an empty one" in again["said"]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A backup of the release before this one, made while two people were rating (commit 949db18)."""
    with zipfile.ZipFile(RELEASE) as archive:
        archive.extractall(tmp_path / "release")
    return tmp_path / "release"


def test_a_study_of_the_last_release_migrates_while_people_are_rating(release: Path, tmp_path: Path) -> None:
    with own_database() as url:
        house = House(tmp_path, {"SECRET_KEY": KEY, "DATABASE_URL": url})
        steps = (f"restore,{release}", "held", "go-on", "makemigrations,--check,--dry-run")
        _, found, went_on, checked = ask(house, *steps)
        assert found["ratings"].count("\r\n") == 1 + 3 * 2
        assert [row[0] for row in found["payments"]] == [
            "5f0c1d2e3b4a59687786a5b4",
            "5f0c1d2e3b4a59687786a5b5",
        ]
        # Who had an account goes on as before: administrators everywhere, the others as owners.
        assert found["owners"] == [["ada", "owner"]]
        assert went_on == {"status": 200, "clips": True, "more": 1}
        assert "No changes detected" in checked["said"]


def harmed(release: Path, harm: str) -> Path:
    """A copy of the backup with something missing or damaged."""
    folder = release.parent / harm
    shutil.copytree(release, folder)
    if harm == "sound":
        next(path for path in (folder / "files").rglob("*.wav")).write_bytes(b"half a file")
    else:
        (folder / "manifest.json").unlink()
    return folder


def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_written(release: Path, tmp_path: Path) -> None:
    folders = [harmed(release, harm) for harm in ("sound", "manifest")]
    with own_database() as url:
        house = House(tmp_path, {"SECRET_KEY": KEY, "DATABASE_URL": url})
        answers = ask(house, *(f"restore,{folder}" for folder in folders))
    assert [answer["code"] for answer in answers] == [2, 2]
    assert "missing or damaged" in answers[0]["said"]
    assert "no readable manifest.json" in answers[1]["said"]
    assert not (tmp_path / "clips").exists()


def test_a_folder_of_something_else_and_another_kind_of_database_are_refused(
    release: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    answers = ask(House(tmp_path / "var"), f"restore,{release}", f"backup,{tmp_path / 'mine'}")
    assert [answer["code"] for answer in answers] == [2, 2]
    assert "a backup of postgresql, and DATABASE_URL names sqlite" in answers[0]["said"]
    assert "is not empty" in answers[1]["said"]
