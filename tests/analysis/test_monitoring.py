"""The monitor reads the table of the analysis, answers in words, and its picture is drawn from the same numbers."""

from xml.etree import ElementTree as ET

import pytest

from analysis.errors import SettingRefused
from analysis.findings.monitoring import ContrastMonitor, monitor_csv
from analysis.output.figures.canvas import Drawing
from analysis.output.figures.curves import monitor_curve, planning_curve
from analysis.stats.sample_size import Components, Layout, plan_for_prompts
from tests.analysis.tables import REQUIRED, as_csv


def rows(raters: int, level: int) -> list[tuple[str, str, str, str, str, int]]:
    return [
        ("c", f"p{prompt}", "a", "b", f"r{rater}", level) for rater in range(raters) for prompt in range(3)
    ]


def follow(data: bytes) -> ContrastMonitor:
    return monitor_csv(data, [("b", "a", "c")], confidence=0.95)[0]


def test_before_the_first_rating_it_says_so() -> None:
    found = follow(as_csv(REQUIRED, []))
    assert found.monitor.blocks == 0
    assert found.sentence == "No rating of a and b for c counts yet."


def test_every_rater_is_one_block_however_many_ratings_they_gave() -> None:
    assert follow(as_csv(REQUIRED, rows(5, 1))).monitor.blocks == 5


def test_a_clear_preference_lets_one_stop() -> None:
    found = follow(as_csv(REQUIRED, rows(30, 2)))
    assert found.monitor.decided
    assert found.sentence.startswith("You may stop: raters prefer b to a for c")


def test_ties_decide_nothing() -> None:
    found = follow(as_csv(REQUIRED, rows(30, 0)))
    assert not found.monitor.decided
    assert "Not decided after 30 raters" in found.sentence


def test_a_contrast_that_was_never_shown_has_no_blocks() -> None:
    data = as_csv(REQUIRED, rows(3, 1))
    assert monitor_csv(data, [("a", "x", "c"), ("a", "b", "other")], confidence=0.95)[0].monitor.blocks == 0


def test_a_system_against_itself_is_refused() -> None:
    with pytest.raises(SettingRefused, match="two different systems"):
        monitor_csv(as_csv(REQUIRED, rows(3, 1)), [("a", "a", "c")], confidence=0.95)


def test_excluded_ratings_do_not_count() -> None:
    table = [(*row, "failed_gold" if row[4] == "r0" else "") for row in rows(4, 1)]
    assert follow(as_csv((*REQUIRED, "excluded"), table)).monitor.blocks == 3


def test_the_curves_are_drawn() -> None:
    layout = Layout(pairs=10, ratings_per_comparison=3, tasks_per_rater=20)
    plans = [
        plan_for_prompts(count, layout, Components(), confidence=0.95, power=0.8) for count in (20, 60, 100)
    ]
    evidence = monitor_curve(follow(as_csv(REQUIRED, rows(30, 2))).monitor, 20.0, "c")
    assert evidence is not None
    for drawing in (planning_curve(plans, plans[1]), evidence):
        assert isinstance(drawing, Drawing)
        ET.fromstring(drawing.file(3.5, "svg"))  # noqa: S314  # our own bytes


def test_no_curve_before_the_first_block() -> None:
    assert monitor_curve(follow(as_csv(REQUIRED, [])).monitor, 20.0, "c") is None
