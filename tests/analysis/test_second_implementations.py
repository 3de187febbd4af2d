"""The same numbers from programs written by others."""

from dataclasses import replace

import choix
import evalica
import krippendorff
import numpy as np
import pytest
from scipy.stats import wilcoxon
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests

from analysis.stats.agreement import krippendorff_alpha
from analysis.stats.bradley_terry import fit, half_ties
from analysis.stats.cluster import clustered_means, clusters_of, score_meat
from analysis.stats.davidson import fit_davidson
from analysis.stats.literature import signed_rank
from analysis.stats.multiple import holm
from analysis.stats.simulation import Design, simulate
from analysis.stats.votes import Votes

BY_VOTE = ("rater", "prompt", "pair", "level", "second_played_first", "unit")


@pytest.fixture(scope="module")
def votes() -> Votes:
    return simulate(Design((-0.6, -0.2, 0.0, 0.3, 0.5), 20, 30, 40), np.random.default_rng(11))


def test_choix_gives_the_same_bradley_terry_scores(votes: Votes) -> None:
    won, lost = np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    first, second = votes.pairs[votes.pair].T
    for outcome, copies in ((0, 2), (1, 1), (2, 2)):  # a tie is one win each way where a win is two
        rows = np.flatnonzero(votes.outcome == outcome)
        for winner, loser in ((second, first), (first, second)):
            if outcome == 1 or (outcome == 2) == (winner is second):
                won, lost = (
                    np.append(won, np.repeat(winner[rows], copies)),
                    np.append(lost, np.repeat(loser[rows], copies)),
                )
    scores = choix.ilsr_pairwise(5, list(zip(won.tolist(), lost.tolist(), strict=True)), alpha=0.0, tol=1e-12)
    ours = fit(*half_ties(votes.outcomes), votes.pairs, 5).scores
    assert ours == pytest.approx(scores - scores.mean(), abs=1e-6)


def test_evalica_gives_the_same_davidson_model(votes: Votes) -> None:
    names = np.array(votes.systems)
    first, second = votes.pairs[votes.pair].T
    winners = [
        (evalica.Winner.X, evalica.Winner.Draw, evalica.Winner.Y)[outcome] for outcome in votes.outcome
    ]
    result = evalica.newman(
        names[first].tolist(), names[second].tolist(), winners, tolerance=1e-12, limit=10_000
    )
    theirs = np.log([result.scores[name] for name in votes.systems])
    ours = fit_davidson(votes.outcomes, votes.pairs, 5)
    assert ours.scores == pytest.approx(theirs - theirs.mean(), abs=1e-5)
    assert ours.tie_parameter == pytest.approx(2 * result.v, rel=1e-5)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_the_krippendorff_package_gives_the_same_alpha(votes: Votes, metric: str) -> None:
    counts = votes.unit_levels
    theirs = krippendorff.alpha(value_counts=counts, value_domain=range(5), level_of_measurement=metric)  # type: ignore[arg-type]  # the values are metrics
    ours = krippendorff_alpha(counts, np.arange(5.0), metric)  # type: ignore[arg-type]  # the values are metrics
    assert ours == pytest.approx(theirs, abs=1e-10)


def test_statsmodels_gives_the_same_two_way_clustered_mean(votes: Votes) -> None:
    ours = clustered_means(votes.outcome / 2, np.zeros(votes.n, dtype=np.int64), 1, clusters_of(votes))
    groups = np.stack([votes.rater, votes.prompt], axis=1)
    options = {"groups": groups, "use_correction": True, "df_correction": False}
    theirs = OLS(votes.outcome / 2, np.ones(votes.n)).fit(cov_type="cluster", cov_kwds=options)
    one_way = [
        OLS(votes.outcome / 2, np.ones(votes.n)).fit(cov_type="cluster", cov_kwds={"groups": group}).bse[0]
        ** 2
        for group in (votes.rater, votes.prompt)
    ]
    assert ours.variance[0] == pytest.approx(max(theirs.bse[0] ** 2, *one_way), rel=1e-6)


def test_statsmodels_gives_the_same_clustered_bradley_terry_sandwich(votes: Votes) -> None:
    decided = np.flatnonzero(votes.outcome != 1)
    part = replace(votes, **{name: getattr(votes, name)[decided] for name in BY_VOTE})
    point = fit(*half_ties(part.outcomes), part.pairs, 5)
    residual = part.outcome / 2 - 1 / (
        1 + np.exp(-(point.scores[part.pairs[part.pair]] @ np.array([-1.0, 1.0])))
    )
    ours = point.inverse @ score_meat(part, residual).rater @ point.inverse
    design = np.zeros((part.n, 5))
    design[np.arange(part.n), part.pairs[part.pair, 0]] = -1
    design[np.arange(part.n), part.pairs[part.pair, 1]] = 1
    theirs = Logit(part.outcome / 2, design[:, 1:]).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": part.rater}
    )
    contrast = np.array([0.0, -1.0, 1.0, 0.0, 0.0])
    small_sample = (part.n - 1) / (part.n - 4)
    variance = contrast[1:] @ theirs.cov_params() @ contrast[1:]
    assert contrast @ ours @ contrast == pytest.approx(variance / small_sample, rel=1e-4)


def test_statsmodels_gives_the_same_holm_adjustment() -> None:
    p_values = np.array([0.01, 0.04, 0.03, 0.5, 0.04])
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


@pytest.mark.parametrize("n", [8, 40, 200])
def test_scipy_gives_the_same_signed_rank_test(n: int) -> None:
    values = np.random.default_rng(n).normal(0.3, 1, n)
    method = "exact" if n <= 50 else "asymptotic"
    assert signed_rank(values).p_value == pytest.approx(wilcoxon(values, method=method).pvalue, rel=1e-9)


def test_brute_force_gives_the_same_signed_rank_test_with_ties() -> None:
    values = np.array([1.0, 1, -1, 2, 2, 3, -2, 0])
    ranks = np.array([2.0, 2, 2, 5, 5, 7, 5])
    sums = [ranks @ [(code >> bit) & 1 for bit in range(7)] for code in range(128)]
    found = signed_rank(values)
    tail = min(np.mean([s <= found.statistic for s in sums]), np.mean([s >= found.statistic for s in sums]))
    assert found.n == 7
    assert found.p_value == pytest.approx(2 * tail)
