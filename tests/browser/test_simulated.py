"""Simulated raters go through every station and every pass of a study that turns everything on, over HTTP."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from tests.browser.conftest import Server


def test_programs_walk_a_study_with_everything_turned_on(server: Server, tmp_path: Path) -> None:
    said = server.house.manage("simulate", "song-songs", "--raters", "2").stdout
    # Each: one for practice, two pairs and a set, one gold, one again.
    assert "2 simulated raters submitted 12 tasks" in said
    server.house.manage("study", "export", "song-songs", "--out", str(tmp_path))
    with (tmp_path / "ratings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    tasks = {(row["rater"], row["position"]): row["role"] for row in rows}
    assert Counter(tasks.values()) == {"main": 6, "gold": 2, "repeat": 2, "training": 2}
    assert {row["pass"] for row in rows if row["kind"] == "quality"} == {"1", "2"}
    assert {row["rater_group"] for row in rows} <= {"yes", "no"}
    with (tmp_path / "questionnaire.csv").open(newline="") as file:
        told = [(row["question"], row["answer"]) for row in csv.DictReader(file)]
    assert told.count(("hours", "0")) == told.count(("remarks", "simulated")) == 2
