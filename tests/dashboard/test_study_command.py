"""What `manage.py study` and `simulate` say, and the codes they end with."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from dashboard.running.status import status, status_text
from tests.cast import draft, launched, open_study, study_text

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("prepare", [draft, launched])
def test_simulating_a_study_that_is_not_open_is_refused(
    prepare: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(prepare)
    prepare(study_text())
    with pytest.raises(SystemExit) as ended:
        call_command("simulate", "night-songs", raters=1)
    assert ended.value.code == 2
    assert "allowed when open" in capsys.readouterr().err


def test_applying_the_file_of_an_open_study_again_does_not_say_launch(tmp_path: Path) -> None:
    open_study()
    (tmp_path / "study.yaml").write_text(study_text())
    words = said("study", "apply", str(tmp_path / "study.yaml"))
    assert "Nothing changed" in words
    assert "study launch" not in words


def test_before_the_opening_no_count_of_ratings_is_shown() -> None:
    assert "0 of 0" not in status_text(status(launched(study_text())))
