"""What docs/architecture.md says of the code is true of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text()
STEP = re.compile(r"(?m)^\| `(?P<file>[\w/]+\.py)`: `(?P<name>\w+)` \|")
ROADS = {
    title: [(step["file"], step["name"]) for step in STEP.finditer(text)]
    for title, text in (part.split("\n", 1) for part in TEXT.split("\n### ")[1:])
}
STEPS = [step for steps in ROADS.values() for step in steps]
MOST_FILES_OF_A_RATING = 6


@pytest.mark.parametrize(("file", "name"), STEPS)
def test_every_step_of_a_road_exists(file: str, name: str) -> None:
    body = ast.parse((ROOT / file).read_text()).body
    assert name in {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("road", ROADS)
def test_no_file_is_visited_twice_on_a_road(road: str) -> None:
    files = [file for file, _ in ROADS[road]]
    assert len(files) == len(set(files)) > 3


def test_a_rating_crosses_six_files_at_most() -> None:
    [rating] = [steps for title, steps in ROADS.items() if title.startswith("A rating")]
    assert len(rating) <= MOST_FILES_OF_A_RATING


def test_every_room_that_is_listed_has_a_docstring_that_says_what_belongs_there() -> None:
    table = TEXT.partition("## Rooms")[2].partition("## The three roads")[0]
    rooms = re.findall(r"`((?:\w+/)+\w+)`", "\n".join(line.split(" | ")[0] for line in table.splitlines()))
    assert len(rooms) > 20
    for room in rooms:
        module = ast.parse((ROOT / room / "__init__.py").read_text())
        assert ast.get_docstring(module), room


def test_every_app_is_listed() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"config"}
    layout = TEXT.partition("## Apps")[2].partition("## Pure packages")[0]
    assert apps == set(re.findall(r"(?m)^(\w+)/ ", layout))
