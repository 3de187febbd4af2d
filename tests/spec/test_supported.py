from __future__ import annotations

from pathlib import Path

import pytest

from studies.spec.scales import SCALE_IDS
from studies.spec.supported import NOT_BUILT, NotBuilt
from tests.spec.files import parse, problems, study_text


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ("raters: {headphone_check: huggins}", "raters.headphone_check"),
    ],
)
def test_what_is_not_built_is_refused_and_not_ignored(section: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("prompt_id,path\n")
    text = study_text(**{section.partition(":")[0]: section})
    (problem,) = problems(text, folder=tmp_path, not_built=NOT_BUILT)
    assert (problem.path, "not available in this version" in problem.allowed) == (path, True)


@pytest.mark.parametrize("scale", SCALE_IDS)
def test_every_scale_is_available(scale: str) -> None:
    assert parse(study_text(scale=f"scale: {scale}")).spec.scale == scale


def test_what_is_not_built_is_listed_beside_what_is_wrong() -> None:
    text = study_text(raters="raters: {gold: 2}", audio="audio: {duration: 0}")
    missing = [NotBuilt("raters.gold", (0,))]
    assert [problem.path for problem in problems(text, not_built=missing)] == [
        "audio.duration",
        "raters.gold",
    ]
