from __future__ import annotations

import pytest

from generation.builtin.judging.evaluate import ALL, difference, estimate, held_out, main, shares, table


def test_shares_count_what_was_asked_only() -> None:
    verdicts = [{"lead": [True], "kit": [False, True]}, {"tempo": [True]}, {}]
    assert shares(verdicts, "kit") == [0.5, None, None]
    assert shares(verdicts, ALL) == [2 / 3, 1.0, None]


def test_what_is_only_recognised_is_not_counted_among_the_rules() -> None:
    verdicts = [{"lead": [True], "mood": [False]}]
    assert shares(verdicts, ALL) == [1.0]
    assert shares(verdicts, "mood") == [0.0]


def test_an_estimate_of_constants_is_exact() -> None:
    result = estimate([1.0, None, 1.0])
    assert result is not None
    assert (result.mean, result.low, result.high, result.prompts) == (1.0, 1.0, 1.0, 2)


def test_the_interval_has_the_width_of_the_normal_one() -> None:
    result = estimate([0.0, 1.0] * 200)
    assert result is not None
    assert result.high - result.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.1)


def test_nothing_asked_is_no_estimate() -> None:
    assert estimate([None, None]) is None


def test_the_difference_is_paired() -> None:
    result = difference([0.0, 1.0, None], [0.5, 1.0, 1.0])
    assert result is not None
    assert (result.mean, result.prompts) == (0.25, 2)


def test_the_table_compares_the_last_system_with_the_first() -> None:
    rows = table({"a": [{"lead": [False]}], "b": [{"lead": [True]}], "c": [{"lead": [True]}]})
    lead = rows["lead"]["difference"]
    assert lead is not None
    assert lead.mean == 1.0


def test_held_out_prompts_are_the_same_every_time() -> None:
    assert held_out(3, 4) == held_out(3, 4)
    assert held_out(3, 4) != held_out(4, 4)


def test_the_command_prints_a_line_per_attribute(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--prompts", "3", "--scales", "2", "--fitted-on", "80"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("all ")


def test_an_unknown_checkpoint_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--checkpoint", "nothing"]) == 2
    assert "base" in capsys.readouterr().err
