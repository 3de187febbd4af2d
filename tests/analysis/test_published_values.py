"""Known answers first: published data, published estimates."""

import csv
import re
from typing import Any

import numpy as np
import pytest

from analysis.run import analyse_csv
from analysis.stats.agreement import gwet_ac, krippendorff_alpha, quadratic_weights
from analysis.stats.bradley_terry import fit
from analysis.stats.davidson import fit_davidson
from analysis.stats.position import fit_with_position
from analysis.stats.votes import Floats, Ints
from tests.analysis.published import (
    BASEBALL,
    BASEBALL_TEAMS,
    CITATIONS,
    FLUTES_FIRST,
    FLUTES_SECOND,
    FLUTES_TIES,
    FOUR_CODERS,
    JOURNALS,
    THREE_CODERS,
    counts_of,
    shared_data,
)
from tests.analysis.tables import REQUIRED, as_csv


def all_pairs(count: int) -> Ints:
    return np.array([(a, b) for a in range(count) for b in range(a + 1, count)])


def baseball() -> tuple[Floats, Floats]:
    """Wins of the second team and games, [21, 2]; last axis 1 = the second team was at home."""
    pairs = all_pairs(7).tolist()
    wins, games = np.zeros((21, 2)), np.zeros((21, 2))
    for home, away, home_wins, away_wins in re.findall(
        r"([A-Z][A-Za-z ]*?),([A-Z][A-Za-z ]*),(\d),(\d)", BASEBALL
    ):
        h, a = BASEBALL_TEAMS.index(home), BASEBALL_TEAMS.index(away)
        row, side = pairs.index(sorted((h, a))), int(h > a)
        wins[row, side] += int(home_wins) if h > a else int(away_wins)
        games[row, side] += int(home_wins) + int(away_wins)
    return wins, games


def test_bradley_terry_gives_agrestis_baseball_scores() -> None:
    wins, games = baseball()
    scores = fit(wins.sum(axis=1), games.sum(axis=1), all_pairs(7), 7).scores
    found = dict(zip(BASEBALL_TEAMS, scores - scores[0], strict=True))
    published = {
        "Milwaukee": 1.5814, "Detroit": 1.4364, "Toronto": 1.2945, "New York": 1.2476, "Boston": 1.1077,
        "Cleveland": 0.6839, "Baltimore": 0.0,
    }  # fmt: skip
    assert found == pytest.approx(published, abs=1e-4)


def test_the_position_term_gives_agrestis_home_advantage() -> None:
    fitted = fit_with_position(*baseball(), all_pairs(7), 7)
    assert fitted.effect == pytest.approx(0.3023, abs=1e-4)
    assert np.sqrt(fitted.inverse[-1, -1]) == pytest.approx(0.1309, abs=1e-4)
    assert fitted.deviance == pytest.approx(38.643, abs=1e-3)


def test_bradley_terry_gives_the_statistics_journals_with_their_standard_errors() -> None:
    pairs = all_pairs(4)
    wins = np.array([CITATIONS[b, a] for a, b in pairs], dtype=float)
    total = wins + np.array([CITATIONS[a, b] for a, b in pairs])
    fitted = fit(wins, total, pairs, len(JOURNALS))
    contrast = np.eye(4) - np.eye(4)[0]
    assert contrast @ fitted.scores == pytest.approx([0, -2.94907, -0.47957, 0.26895], abs=1e-5)
    errors = np.sqrt(np.diag(contrast @ fitted.inverse @ contrast.T))
    assert errors == pytest.approx([0, 0.10255, 0.06059, 0.07083], abs=1e-5)


def test_davidson_gives_kousgaards_flutes() -> None:
    pairs = np.array([(b, a) for a in range(7, 0, -1) for b in range(a - 1, -1, -1)])
    outcomes = np.array([FLUTES_SECOND, FLUTES_TIES, FLUTES_FIRST], dtype=float).T
    fitted = fit_davidson(outcomes, pairs, 8)
    published = [-0.581, -1.039, 0.347, 0.205, 0.276, 0.347, 0.311, 0.135]
    assert fitted.scores / 2 == pytest.approx(published, abs=6e-4)
    assert fitted.tie_parameter == pytest.approx(0.45529, abs=1e-5)


@pytest.mark.parametrize(
    ("coders", "values", "published"),
    [
        (FOUR_CODERS, 5, {"nominal": 0.7434, "ordinal": 0.8154, "interval": 0.8491, "ratio": 0.7974}),
        (THREE_CODERS, 4, {"nominal": 0.6914, "ordinal": 0.8067, "interval": 0.8108, "ratio": 0.8089}),
    ],
)
def test_alpha_gives_krippendorffs_examples(coders: Floats, values: int, published: dict[str, float]) -> None:
    scale = np.arange(1.0, values + 1)
    counts = counts_of(coders, scale)
    found = {metric: krippendorff_alpha(counts, scale, metric) for metric in published}  # type: ignore[arg-type]  # the keys are metrics
    assert found == pytest.approx(published, abs=1e-4)


def test_gwets_coefficients_on_four_coders() -> None:
    counts = counts_of(FOUR_CODERS, np.arange(1.0, 6.0))
    assert gwet_ac(counts, np.eye(5)) == pytest.approx(0.77544, abs=1e-5)
    assert gwet_ac(counts, quadratic_weights(5)) == pytest.approx(0.91400, abs=1e-5)


@pytest.fixture(scope="module")
def real_votes() -> bytes:
    """8,931 votes of 124 people as a table of ratings."""
    with (shared_data() / "llmfao.csv").open(encoding="utf-8", newline="") as file:
        code = {"left": -1, "tie": 0, "right": 1}
        rows = [
            ("overall", row["prompt"], row["left"], row["right"], row["worker"], code[row["winner"]])
            for row in csv.DictReader(file)
        ]
    return as_csv(REQUIRED, rows)


def golden(algorithm: str) -> dict[str, float]:
    with (shared_data() / "llmfao-golden.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["algorithm"] == algorithm]
    logs = {row["item"]: float(np.log(float(row["score"]))) for row in rows}
    middle = float(np.mean(list(logs.values())))
    return {item: value - middle for item, value in logs.items()}


def test_real_votes_give_the_scores_of_a_second_program(real_votes: bytes) -> None:
    results = analyse(real_votes)
    systems = results["bradley_terry"]["systems"]
    assert {name: row["score"] for name, row in systems.items()} == pytest.approx(
        golden("bradley_terry"), abs=1e-8
    )
    davidson = results["davidson"]
    assert {name: row["score"] for name, row in davidson["systems"].items()} == pytest.approx(
        golden("newman"), abs=1e-8
    )
    assert davidson["tie_parameter"] == pytest.approx(1.4797, abs=1e-4)


def test_real_votes_give_the_known_agreement_and_pull_of_the_left_side(real_votes: bytes) -> None:
    bundle = analyse_csv(real_votes, seed=0, confidence=0.95)
    assert bundle.results["criteria"]["overall"]["agreement"]["krippendorff_alpha_ordinal"] == pytest.approx(
        0.2884, abs=1e-4
    )
    side = next(row for row in bundle.findings.diagnostics if row.measure == "first_side_share")
    assert side.value == pytest.approx(0.5332, abs=1e-4)
    assert (side.value - 0.5) / ((side.high - side.low) / 2 / 1.979) == pytest.approx(2.5, abs=0.1)


def analyse(data: bytes) -> dict[str, Any]:
    overall: dict[str, Any] = analyse_csv(data, seed=0, confidence=0.95).results["criteria"]["overall"]
    return overall
