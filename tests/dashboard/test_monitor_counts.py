"""The monitor reads counts by rater; the same numbers come out of the exported table."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.bridge.monitor_blocks import blocks_of
from analysis.bridge.rater_records import excluded_of
from analysis.bridge.tables import ratings_csv
from analysis.findings.monitoring import follow, monitor_csv
from raters.entering import privacy
from raters.entering.sessions import finish_session
from raters.models import Session
from studies.models import Study
from tests.cast import open_study, study_text
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db
CONTRASTS = [("cfg", "base", "musicality"), ("base", "cfg", "acoustic_quality")]


def agrees_with_the_table(study: Study) -> None:
    found = follow(CONTRASTS, blocks_of(study, excluded_of(study)), prompts=12, confidence=0.9)
    again = monitor_csv(ratings_csv(study), CONTRASTS, confidence=0.9)
    for one, two in zip(found, again, strict=True):
        assert one.sentence == two.sentence
        np.testing.assert_allclose(one.monitor.path, two.monitor.path)


def finish_everybody(study: Study) -> None:
    for session in Session.objects.filter(rater__study=study, finished_at=None).order_by("pk"):
        finish_session(session=session)


@pytest.mark.parametrize("more", ["", "analysis: {exclude: [straight_lining]}\n"])
def test_the_monitor_from_counts_is_that_of_the_exported_table(more: str) -> None:
    study = open_study(study_text(prompts=12, ratings=4) + more)
    agrees_with_the_table(study)
    rate(study, raters=2, most=5)
    finish_everybody(study)
    agrees_with_the_table(study)
    rate(study, raters=1)
    finish_everybody(study)
    agrees_with_the_table(study)


def test_a_rater_enters_the_path_when_they_are_over_and_is_never_changed_after() -> None:
    study = open_study(study_text(prompts=12, ratings=4))
    rate(study, raters=2, most=3)
    assert not blocks_of(study, ())
    finish_everybody(study)
    before = blocks_of(study, ())
    rate(study, raters=1, most=3)
    after = blocks_of(study, ())
    assert before
    assert all(np.array_equal(after[name], part) for name, part in before.items())


def test_a_rater_who_withdrew_is_no_block_any_more() -> None:
    study = open_study(study_text(prompts=12, ratings=4))
    rate(study, raters=3, most=4)
    finish_everybody(study)
    blocks_of(study, ())
    privacy.withdraw(session=Session.objects.order_by("pk")[0])
    agrees_with_the_table(study)
    assert all(part.size == 2 for part in blocks_of(study, ()).values())
