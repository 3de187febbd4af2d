"""`manage.py remake`: the same seed on the same device is the same clip, to the byte."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.management import call_command

from analysis.bridge.tables import samples_csv
from generation.making.workbench import Workbench
from generation.making.worker import make_batch
from generation.models import Sample
from studies.models import Study
from tests.cast import launched, study_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = launched(study_text(prompts=2))
    bench = Workbench(device="cpu")
    while make_batch(bench, study=study):
        pass
    return study


def remake(*more: str) -> int:
    try:
        call_command("remake", "night-songs", *more)
    except SystemExit as ended:
        return int(str(ended.code))
    return 0


def check_table(study: Study) -> None:
    """The exported table says of each clip what made it."""
    rows = list(csv.DictReader(io.StringIO(samples_csv(study).decode())))
    for row in rows:
        assert len(row["checkpoint_sha256"]) == 64
        assert row["device"] == "cpu"
        assert float(row["seconds"]) > 0
        assert int(row["peak_memory"]) > 2**20
        assert "torch" in row["versions"]


def test_clips_made_again_are_the_same_and_one_that_is_not_is_named(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    check_table(study)
    assert remake("--count", "3", "--seed", "1") == 0
    assert capsys.readouterr().out.count("the same bytes") == 3
    Sample.objects.filter(key="cfg.p1.0").update(raw_sha256="0" * 64)
    assert remake("--count", "4") == 1
    assert capsys.readouterr().err.strip() == "not the same bytes: cfg.p1.0"


@pytest.mark.parametrize(
    ("words", "said"), [(["--count", "0"], "--count: 0"), (["--count", "1"], "no clip has")]
)
def test_what_cannot_be_compared_is_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    launched(study_text())
    assert remake(*words) == 2
    assert said in capsys.readouterr().err
