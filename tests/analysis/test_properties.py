"""What must hold for every table: names, sides and order are conventions, and more of the same changes no estimate."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.run import analyse_csv
from analysis.stats.multiple import holm
from tests.analysis.tables import REQUIRED, as_csv

Row = tuple[str, str, str, str, str, int]
SLOW = settings(max_examples=8, deadline=None)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Three systems, a few raters and prompts, every preference possible."""
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    raters, prompts = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    rows: list[Row] = []
    for rater in range(raters):
        for prompt in range(prompts):
            for a, b in (("a", "b"), ("a", "c"), ("b", "c")):
                if generator.random() < 0.8:
                    first, second = (a, b) if generator.random() < 0.5 else (b, a)
                    rows.append(
                        ("q", f"p{prompt}", first, second, f"r{rater}", int(generator.integers(-2, 3)))
                    )
    return rows or [("q", "p0", "a", "b", "r0", 1)]


def analyse(rows: list[Row]) -> dict[str, Any]:
    criteria: dict[str, Any] = analyse_csv(as_csv(REQUIRED, rows), seed=5, confidence=0.9).results[
        "criteria"
    ]["q"]
    return criteria


def close(one: object, two: object) -> None:
    """Equal structure, numbers equal up to rounding."""
    if isinstance(one, dict) and isinstance(two, dict):
        assert one.keys() == two.keys()
        for key in one:
            close(one[key], two[key])
    elif isinstance(one, list) and isinstance(two, list):
        assert len(one) == len(two)
        for x, y in zip(one, two, strict=True):
            close(x, y)
    elif isinstance(one, float) and isinstance(two, float):
        assert one == pytest.approx(two, rel=1e-4, abs=1e-5)
    else:
        assert one == two


@SLOW
@given(tables())
def test_swapping_the_sides_changes_only_the_position_term(rows: list[Row]) -> None:
    swapped: list[Row] = [(c, p, second, first, r, -x) for c, p, first, second, r, x in rows]
    one, two = analyse(rows), analyse(swapped)
    effects = [result["bradley_terry"].pop("position")["effect"] for result in (one, two)]
    close(one, two)
    assert effects[0] is None or effects[0] == pytest.approx(-effects[1], abs=1e-6)


def test_answers_that_part_the_systems_cleanly_have_no_ordinal_model_and_it_is_said() -> None:
    rows: list[Row] = [
        ("q", "p0", "b", "a", "r0", 2),
        ("q", "p1", "a", "c", "r0", 0),
        ("q", "p0", "c", "b", "r1", 0),
        ("q", "p1", "a", "b", "r1", -2),
        ("q", "p1", "c", "a", "r1", 2),
        ("q", "p1", "c", "b", "r1", -2),
    ]
    assert analyse(rows)["ordinal"] is None


@SLOW
@given(tables(), st.randoms())
def test_row_order_changes_nothing(rows: list[Row], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    close(analyse(rows), analyse(shuffled))


@SLOW
@given(tables())
def test_renaming_the_systems_backwards_mirrors_every_pair(rows: list[Row]) -> None:
    names = {"a": "z", "b": "y", "c": "x"}
    one, two = analyse(rows), analyse([(c, p, names[f], names[s], r, x) for c, p, f, s, r, x in rows])
    for pair in one["pairs"]:
        other = next(
            row
            for row in two["pairs"]
            if (row["system_b"], row["system_a"]) == (names[pair["system_a"]], names[pair["system_b"]])
        )
        assert pair["win_rate_b"] == pytest.approx(1 - other["win_rate_b"], abs=1e-8)
        close([pair["se"], pair["p_holm"], pair["wins_a"]], [other["se"], other["p_holm"], other["wins_b"]])
    for system, row in one["bradley_terry"]["systems"].items():
        close(
            [row["score"], row["se"]],
            [two["bradley_terry"]["systems"][names[system]][key] for key in ("score", "se")],
        )


@SLOW
@given(tables())
def test_the_same_raters_again_under_other_names_change_no_estimate_but_narrow_intervals(
    rows: list[Row],
) -> None:
    doubled = rows + [(c, p, f, s, r + "-twin", x) for c, p, f, s, r, x in rows]
    one, two = analyse(rows), analyse(doubled)
    for before, after in zip(one["pairs"], two["pairs"], strict=True):
        assert after["win_rate_b"] == pytest.approx(before["win_rate_b"])
        assert after["n"] == 2 * before["n"]
    if not one["bradley_terry"]["penalised"]:
        scores = [
            {k: v["score"] for k, v in result["bradley_terry"]["systems"].items()} for result in (one, two)
        ]
        close(scores[0], scores[1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p_values: list[float]) -> None:
    raw = np.array(p_values)
    adjusted = holm(raw)
    assert np.all(adjusted >= raw - 1e-15)
    assert np.all(np.diff(adjusted[np.argsort(raw, kind="stable")]) >= 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=30))
def test_any_preferences_of_one_pair_give_finite_or_null_results(levels: list[int]) -> None:
    rows: list[Row] = [("q", f"p{i % 4}", "a", "b", f"r{i // 4}", level) for i, level in enumerate(levels)]
    result = analyse(rows)  # json refuses nan: reaching here is the test
    assert result["n_ratings"] == len(levels)
