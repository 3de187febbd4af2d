"""`make demo ARGS="--exit"`: worker, server, raters and analysis, with a study that is quick to make."""

from __future__ import annotations

import json
from pathlib import Path

from tests.browser.conftest import free_port
from tests.house import House

STUDY = """
study: {slug: quick, title: "Which clip is better?", seed: 7}
prompts: [{id: pop, text: "a happy pop song with piano"}, {id: rock, text: "a fast rock song with guitar"},
  {id: jazz, text: "calm jazz with saxophone"}]
systems:
  base: {backend: builtin, checkpoint: base}
  cfg: {backend: builtin, checkpoint: base, guidance_scale: 3.0}
audio: {duration: 1.0}
criteria: [text_adherence, acoustic_quality]
design: {ratings_per_comparison: 12}
raters: {tasks: 3, sound_check: true, training: 1, gold: 2, repeats: 1}
analysis: {exclude: [failed_gold]}
"""


def test_the_unattended_demo_holds_all_it_checks(tmp_path: Path) -> None:
    (tmp_path / "quick.yaml").write_text(STUDY)
    house = House(tmp_path, {"PUBLIC_URL": f"http://127.0.0.1:{free_port()}"})
    demo = ("demo", "--exit", "--study", str(tmp_path / "quick.yaml"))
    said = house.manage(*demo).stdout
    assert "All of it worked." in said
    assert "FAIL" not in said
    export = tmp_path / "demo" / "export"
    results = json.loads((export / "results.json").read_text())
    assert (
        24 < results["criteria"]["text_adherence"]["n_ratings"] <= 36
    )  # whoever failed the gold is left out
    assert {"ratings.csv", "samples.csv", "report.html", "study.yaml"} <= {p.name for p in export.iterdir()}
