from __future__ import annotations

import pytest

from studies.spec.scales import SCALE_IDS
from studies.spec.supported import NotBuilt
from tests.spec.files import parse, problems, study_text


@pytest.mark.parametrize("value", ["huggins", "antiphase"])
def test_what_is_not_built_is_refused_and_not_ignored(value: str) -> None:
    text = study_text(raters=f"raters: {{headphone_check: {value}}}")
    missing = [NotBuilt("raters.headphone_check", (None,))]
    (problem,) = problems(text, not_built=missing)
    assert problem.path == "raters.headphone_check"
    assert "not available in this version" in problem.allowed


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
