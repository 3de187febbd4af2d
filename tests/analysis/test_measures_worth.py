"""Automatic measures beside people: agreement, noise ceiling, correlations, prediction-powered win rates."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
from scipy.stats import kendalltau

from analysis.errors import TableRefused
from analysis.run import weigh_csv
from analysis.stats.cluster import Clusters
from analysis.stats.measure_agreement import agreement_with_raters, noise_ceiling, pairs_within_units
from analysis.stats.measure_correlation import correlation_by_system, tau_by_clip
from analysis.stats.prediction_powered import Measured, PoweredMean, Rated, powered_mean
from analysis.stats.votes import Votes
from analysis.table.measure_table import read_measures
from benchmarks.coverage_measures import WORLDS, draw, powered
from tests.analysis.tables import as_csv

ROOT = Path(__file__).resolve().parents[2]
HEADER = (
    "criterion", "prompt_id", "system_first", "system_second", "samples_first", "samples_second", "rater", "preference",
)  # fmt: skip


def votes_of(level: list[int], rater: list[int], unit: list[int]) -> Votes:
    """Ratings of one pair of systems; each unit is a prompt of its own."""
    size = len(level)
    return Votes(
        systems=("a", "b"),
        pairs=np.array([[0, 1]]),
        rater=np.array(rater),
        prompt=np.array(unit),
        pair=np.zeros(size, dtype=np.int64),
        level=np.array(level),
        second_played_first=np.zeros(size, dtype=np.bool_),
        unit=np.array(unit),
        n_raters=max(rater) + 1,
        n_prompts=max(unit) + 1,
        n_units=max(unit) + 1,
        reach=2,
    )


def test_agreement_counts_a_tie_on_either_side_as_half() -> None:
    votes = votes_of([2, -1, 0, 1, 1], [0, 1, 0, 1, 0], [0, 0, 1, 1, 2])
    share = agreement_with_raters(votes, np.array([0.3, 0.3, 0.3, 0.0, np.nan]), confidence=0.95)
    assert share is not None
    assert share.n == 4
    assert float(share.interval.value) == (1 + 0 + 0.5 + 0.5) / 4


def test_without_any_measured_pair_there_is_no_agreement() -> None:
    assert agreement_with_raters(votes_of([1], [0], [0]), np.array([np.nan]), confidence=0.95) is None


def test_the_ceiling_is_the_share_of_pairs_of_raters_that_say_the_same() -> None:
    votes = votes_of([1, 2, -1, 0, 1], [0, 1, 2, 0, 1], [0, 0, 0, 1, 1])
    share = noise_ceiling(votes, confidence=0.95)
    assert share is not None
    assert share.n == 4
    assert float(share.interval.value) == pytest.approx((1 + 0 + 0 + 0.5) / 4)


def test_a_rater_is_not_compared_with_their_own_second_rating() -> None:
    first, second = pairs_within_units(votes_of([1, 1, 1], [0, 0, 1], [0, 0, 0]))
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 2), (1, 2)]


def test_without_two_raters_of_one_comparison_there_is_no_ceiling() -> None:
    assert noise_ceiling(votes_of([1, 1], [0, 1], [0, 1]), confidence=0.95) is None


def test_the_variance_of_the_ceiling_is_the_sum_over_pairs_that_share_a_rater_or_a_prompt() -> None:
    """The second implementation: every two pairs of ratings, one by one."""
    rng = np.random.default_rng(5)
    unit = np.repeat(np.arange(9), 4)
    rater = np.concatenate([rng.permutation(7)[:4] for _ in range(9)])
    votes = votes_of(rng.integers(-1, 2, 36).tolist(), rater.tolist(), unit.tolist())
    first, second = pairs_within_units(votes)
    agreed = (1 + np.sign(votes.level[first]) * np.sign(votes.level[second])) / 2
    residual = agreed - agreed.mean()
    by_rater = by_prompt = by_both = 0.0
    for i in range(first.size):
        for j in range(first.size):
            people = {votes.rater[first[i]], votes.rater[second[i]]} & {
                votes.rater[first[j]],
                votes.rater[second[j]],
            }
            same_prompt = votes.prompt[first[i]] == votes.prompt[first[j]]
            product = residual[i] * residual[j] / first.size**2
            by_rater += product * bool(people)
            by_prompt += product * same_prompt
            by_both += product * (bool(people) and same_prompt)
    expected = max(by_rater * 7 / 6 + by_prompt * 9 / 8 - by_both, by_rater * 7 / 6, by_prompt * 9 / 8)
    share = noise_ceiling(votes, confidence=0.95)
    assert share is not None
    assert float(share.interval.se) ** 2 == pytest.approx(expected)


def test_tau_is_kendalls_tau_b() -> None:
    rng = np.random.default_rng(3)
    human, measure = rng.integers(0, 5, 60).astype(float), rng.normal(size=60)
    found = tau_by_clip(human, measure, np.repeat(np.arange(20), 3), confidence=0.95)
    assert found is not None
    assert found.value == pytest.approx(kendalltau(human, measure).statistic)
    assert found.low < found.value < found.high


def test_a_correlation_of_systems_has_fishers_interval() -> None:
    """r = .9 from 10 points: [.623, .976] (Fisher 1921, any textbook)."""
    axis = np.arange(10.0)
    other = np.array([1.0, -1, 1, -1, 1, -1, 1, -1, 1, -1])
    other -= other @ (axis - 4.5) / ((axis - 4.5) @ (axis - 4.5)) * (axis - 4.5)
    other /= np.linalg.norm(other)
    line = (axis - 4.5) / np.linalg.norm(axis - 4.5)
    found = correlation_by_system(line, 0.9 * line + np.sqrt(1 - 0.81) * other, confidence=0.95)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.9, 0.6235, 0.9761), abs=2e-3)


def test_three_systems_have_a_correlation_but_no_interval() -> None:
    found = correlation_by_system(np.array([0.0, 1, 2]), np.array([0.0, 2, 1]), confidence=0.95)
    assert found is not None
    assert np.isnan([found.low, found.high]).all()


def everybody_alone(size: int) -> Clusters:
    """Each rating by its own rater on its own prompt."""
    index = np.arange(size)
    return Clusters(index, index, index, size, size, size)


def test_independent_ratings_give_what_the_reference_package_gives() -> None:
    """ppi-python subtracts the mean over unrated pairs; ours is over all pairs, so lambda differs by their share."""
    rng = np.random.default_rng(7)
    measure = rng.normal(size=1200)
    outcome = (np.sign(measure[:300] + rng.normal(size=300)) + 1) / 2
    theirs = 0.2
    point = float(ppi_mean_pointestimate(outcome, measure[:300], measure[300:], lam=theirs)[0])
    bounds = ppi_mean_ci(outcome, measure[:300], measure[300:], alpha=0.05, lam=theirs)
    found = powered_mean(
        Rated(outcome, measure[:300], everybody_alone(300)),
        Measured(measure, np.arange(1200)),
        confidence=0.95,
        weight=theirs * 1200 / 900,
    )
    assert found is not None
    assert float(found.powered.value) == pytest.approx(point)
    width = float(bounds[1][0] - bounds[0][0])
    assert float(found.powered.high - found.powered.low) == pytest.approx(width, rel=0.02)


def test_the_tuned_weight_is_the_published_one_for_prompts_rated_equally_often() -> None:
    """Cov(y_p, m_p) / ((1 + P_rated / P_unrated) Var(m_p)), against the mean over unrated prompts (PPI++)."""
    rng = np.random.default_rng(11)
    measure = rng.normal(size=50_000)
    outcome = (np.sign(measure[:20_000] + rng.normal(size=20_000)) + 1) / 2
    found = powered_mean(
        Rated(outcome, measure[:20_000], everybody_alone(20_000)),
        Measured(measure, np.arange(50_000)),
        confidence=0.95,
    )
    assert found is not None
    published = np.cov(outcome, measure[:20_000])[0, 1] / ((1 + 2 / 3) * measure.var(ddof=1))
    assert found.weight * 3 / 5 == pytest.approx(published, rel=0.02)


def a_study(seed: int = 2) -> PoweredMean:
    return powered(draw(WORLDS[0], np.random.default_rng(seed)))


@settings(max_examples=20)
@given(shift=st.floats(-5, 5), scale=st.floats(0.1, 10))
def test_the_unit_of_the_measure_changes_nothing(shift: float, scale: float) -> None:
    study = draw(WORLDS[0], np.random.default_rng(2))
    moved = Measured(study.everything.measure * scale + shift, study.everything.prompt)
    other = powered(type(study)(study.votes, study.difference * scale + shift, moved))
    assert float(other.powered.low) == pytest.approx(float(a_study().powered.low))
    assert float(other.powered.high) == pytest.approx(float(a_study().powered.high))


def test_with_fewer_than_eight_rated_prompts_nothing_is_sharpened() -> None:
    rated = Rated(np.tile([0.0, 1.0], 7), np.arange(14.0), everybody_alone(14))
    seven = Clusters(rated.clusters.rater, np.repeat(np.arange(7), 2), rated.clusters.cell, 14, 7, 14)
    everything = Measured(np.arange(20.0), np.arange(20))
    assert powered_mean(Rated(rated.outcome, rated.measure, seven), everything, confidence=0.95) is None


def test_where_every_prompt_was_rated_there_is_nothing_to_sharpen_with() -> None:
    rated = Rated(np.tile([0.0, 1.0], 10), np.arange(20.0), everybody_alone(20))
    assert powered_mean(rated, Measured(np.arange(20.0), np.arange(20)), confidence=0.95) is None


def test_a_useless_measure_costs_next_to_nothing() -> None:
    useless = next(world for world in WORLDS if world.name == "a useless measure")
    rng = np.random.default_rng(1)
    gains = [powered(draw(useless, rng)).gain for _ in range(60)]
    assert 0.95 < float(np.median(gains)) < 1.05


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_the_sharpened_interval_holds_the_truth(world: object) -> None:
    """A tripwire: 100 studies. Coverage in figures is in docs/statistics.md, by benchmarks.coverage_measures."""
    chosen = next(one for one in WORLDS if one is world)
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(100):
        found = powered(draw(chosen, rng))
        held += bool(found.powered.low <= chosen.win_rate <= found.powered.high)
    assert held >= 87


def table(*rows: str) -> bytes:
    return as_csv(HEADER, [row.split() for row in rows])


def measures(*rows: str, header: str = "sample system prompt_id measure value") -> bytes:
    return as_csv(header.split(), [row.split() for row in rows])


RATINGS = table(
    *(f"musicality p{p} a b a{p} b{p} r{r} {1 if (p + r) % 3 else -1}" for p in range(6) for r in range(4))
)
CLIPS = measures(
    *(f"{s}{p} {s} p{p} loud {(p * 7 % 5) / 10 + (0.2 if s == 'b' else 0)}" for p in range(6) for s in "ab")
)


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_metrics_csv_has_a_row_per_measure_and_criterion() -> None:
    [row] = rows_of(weigh_csv(RATINGS, [CLIPS], confidence=0.95)["metrics.csv"])
    assert (row["measure"], row["criterion"], row["n"]) == ("loud", "musicality", "24")
    assert float(row["agreement_with_raters"]) == pytest.approx(16 / 24)


def test_a_measure_that_is_the_same_for_all_clips_is_said_to_say_nothing() -> None:
    same = measures(*(f"{s}{p} {s} p{p} loud 1" for p in range(6) for s in "ab"))
    [row] = rows_of(weigh_csv(RATINGS, [same], confidence=0.95)["metrics.csv"])
    assert "the same on both sides of every pair" in row["conclusion"]


def test_the_order_of_the_rows_changes_nothing() -> None:
    lines = RATINGS.decode().splitlines(keepends=True)
    turned = "".join([lines[0], *reversed(lines[1:])]).encode()
    assert weigh_csv(turned, [CLIPS], confidence=0.95) == weigh_csv(RATINGS, [CLIPS], confidence=0.95)


def test_a_measure_of_sets_stands_beside_a_criterion_of_sets() -> None:
    ratings = as_csv(
        (*HEADER, "kind"),
        [[*row, "diversity"] for row in csv.reader(io.StringIO(RATINGS.decode())) if row[0] != "criterion"],
    )
    sets = measures(
        *(f"{s} p{p} spread {p if s == 'a' else p + 1}" for p in range(6) for s in "ab"),
        header="system prompt_id measure value",
    )
    [row] = rows_of(weigh_csv(ratings, [CLIPS, sets], confidence=0.95)["metrics.csv"])
    assert row["measure"] == "spread"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["a1 a p1 loud loud"], "row 2, column 'value': got 'loud'; allowed: a finite number"),
        (["a1 a p1 loud nan"], "row 2, column 'value': got 'nan'; allowed: a finite number"),
        (["a1 a p1 loud 1", "a1 a p1 loud 1"], "row 3: 'loud' of 'a1' is there twice; allowed: one value"),
        (["a1 a p1 loud 1", "a1 b p1 soft 1"], "row 3, column 'sample': 'a1' was made by ('a', 'p1')"),
    ],
)
def test_a_wrong_table_of_measures_is_refused_with_its_row(rows: list[str], words: str) -> None:
    with pytest.raises(TableRefused) as refused:
        read_measures(measures(*rows))
    assert words in str(refused.value)


def test_a_table_without_the_samples_columns_cannot_be_held_against_measures() -> None:
    with pytest.raises(TableRefused, match="'samples_first', 'samples_second' is missing"):
        weigh_csv(as_csv(HEADER[:4] + HEADER[6:], []), [CLIPS], confidence=0.95)


def test_the_command_writes_the_metrics_beside_the_rest(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_bytes(RATINGS)
    (tmp_path / "measures.csv").write_bytes(CLIPS)
    names = ("ratings.csv", "--out", "out", "--measures", "measures.csv")
    words = [name if name.startswith("--") else str(tmp_path / name) for name in names]
    subprocess.run(
        [sys.executable, "-m", "analysis", *words],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "out" / "metrics.csv").read_bytes() == weigh_csv(RATINGS, [CLIPS], confidence=0.95)[
        "metrics.csv"
    ]
