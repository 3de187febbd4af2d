"""The columns about systems and models: `systems.csv`, `models.csv`, `prompts.csv`, `disagreement.csv`, "
"`planes.csv`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.findings.planes import NamedPlane
from analysis.findings.prompt_results import PromptDisagreement, PromptSystem
from analysis.output.column import SEARCHED_DIGITS, Column, Table, whole
from analysis.output.pair_tables import BOUND, CRITERION
from analysis.stats.notice import Notice
from analysis.stats.votes import Floats


@dataclass(frozen=True)
class SystemRow:
    """One system of one criterion. `n`, `won`: its ratings and its wins with ties split."""

    result: CriterionResult
    index: int
    n: float
    won: float

    def ranking(self, values: Floats) -> float:
        """This system's entry."""
        return float(values[self.index])

    def ordinal(self, part: str) -> float:
        """Of its score in the ordinal model, nan where that was not fitted."""
        model = self.result.ordinal
        return np.nan if isinstance(model, Notice) else float(getattr(model.score, part)[self.index])

    @cached_property
    def scored(self) -> int | None:
        """Its place among the systems with mean scores, None without any."""
        means = self.result.means
        name = self.result.ranking.systems[self.index]
        return means.systems.index(name) if means is not None and name in means.systems else None

    def mean(self, part: str) -> float:
        """Of its mean score on an absolute scale, nan elsewhere."""
        if self.result.means is None or self.scored is None:
            return np.nan
        return float(getattr(self.result.means.mean, part)[self.scored])


SYSTEMS: Table[SystemRow] = Table(
    "systems.csv",
    (
        Column("criterion", CRITERION, lambda row: row.result.criterion),
        Column("system", "The system.", lambda row: row.result.ranking.systems[row.index]),
        Column("n", "Ratings of pairs with the system.", lambda row: int(row.n)),
        Column(
            "mean_win_rate", "Its wins with ties split, over all its ratings.", lambda row: row.won / row.n
        ),
        Column(
            "bt_score",
            "Bradley-Terry score, natural-log scale, sum zero over systems.",
            lambda row: row.ranking(row.result.ranking.score.value),
            "bradley_terry.score",
        ),
        Column(
            "bt_se",
            "Standard error of bt_score, two-way clustered.",
            lambda row: row.ranking(row.result.ranking.score.se),
            "bradley_terry.se",
        ),
        Column(
            "bt_ci_low", BOUND, lambda row: row.ranking(row.result.ranking.score.low), "bradley_terry.ci_low"
        ),
        Column(
            "bt_ci_high",
            BOUND,
            lambda row: row.ranking(row.result.ranking.score.high),
            "bradley_terry.ci_high",
        ),
        Column(
            "rank_low",
            "Best rank in the interval, over raters and prompts; 1 is best.",
            lambda row: whole(row.result.ranking.rank_low[row.index]),
            "bradley_terry.rank_low",
        ),
        Column(
            "rank_high",
            "Worst rank in that interval.",
            lambda row: whole(row.result.ranking.rank_high[row.index]),
            "bradley_terry.rank_high",
        ),
        Column(
            "rank_low_all",
            "Best rank in the range that holds for all systems at once.",
            lambda row: whole(row.result.ranking.rank_low_all[row.index]),
            "bradley_terry.rank_low_all",
        ),
        Column(
            "rank_high_all",
            "Worst rank in that range.",
            lambda row: whole(row.result.ranking.rank_high_all[row.index]),
            "bradley_terry.rank_high_all",
        ),
        Column(
            "davidson_score",
            "Score in Davidson's model of ties, natural-log scale, sum zero.",
            lambda row: row.ranking(row.result.ranking.davidson),
            "davidson.score",
        ),
        Column(
            "ordinal_score",
            "Score in the ordinal model with tastes of raters and prompts, log odds, sum zero.",
            lambda row: row.ordinal("value"),
            "ordinal.score",
            SEARCHED_DIGITS,
        ),
        Column(
            "ordinal_se", "Its standard error.", lambda row: row.ordinal("se"), "ordinal.se", SEARCHED_DIGITS
        ),
        Column(
            "ordinal_ci_low",
            "Bound of its t interval.",
            lambda row: row.ordinal("low"),
            "ordinal.ci_low",
            SEARCHED_DIGITS,
        ),
        Column(
            "ordinal_ci_high",
            "Bound of its t interval.",
            lambda row: row.ordinal("high"),
            "ordinal.ci_high",
            SEARCHED_DIGITS,
        ),
        Column(
            "n_scores",
            "Scores given to the system, on absolute scales only.",
            lambda row: (
                None
                if row.result.means is None or row.scored is None
                else whole(row.result.means.n[row.scored])
            ),
            "mean_scores.n",
        ),
        Column(
            "mean_score",
            "Mean score, on absolute scales only.",
            lambda row: row.mean("value"),
            "mean_scores.mean",
        ),
        Column("mean_score_se", "Its standard error.", lambda row: row.mean("se"), "mean_scores.se"),
        Column("mean_score_ci_low", BOUND, lambda row: row.mean("low"), "mean_scores.ci_low"),
        Column("mean_score_ci_high", BOUND, lambda row: row.mean("high"), "mean_scores.ci_high"),
    ),
)


def system_rows(result: CriterionResult) -> list[SystemRow]:
    """Every system of the criterion."""
    table, count = result.pairs, len(result.ranking.systems)
    first, second = result.votes.pairs.T
    n = np.bincount(first, table.n, count) + np.bincount(second, table.n, count)
    won = np.bincount(first, table.wins_a + table.ties / 2, count)
    won += np.bincount(second, table.wins_b + table.ties / 2, count)
    return [SystemRow(result, index, float(n[index]), float(won[index])) for index in range(count)]


def _ordinal_sd(part: str) -> Callable[[CriterionResult], float]:
    return lambda result: (
        np.nan if isinstance(result.ordinal, Notice) else float(getattr(result.ordinal, part))
    )


MODELS: Table[CriterionResult] = Table(
    "models.csv",
    (
        Column("criterion", CRITERION, lambda result: result.criterion),
        Column(
            "position_effect",
            "Advantage of side A in the Bradley-Terry model, log odds; 0 = none.",
            lambda result: result.ranking.position.effect,
            "bradley_terry.position.effect",
        ),
        Column(
            "position_se",
            "Its standard error, two-way clustered.",
            lambda result: result.ranking.position.se,
            "bradley_terry.position.se",
        ),
        Column(
            "position_p_value",
            "Two-sided t test of no advantage.",
            lambda result: result.ranking.position.p_value,
            "bradley_terry.position.p_value",
        ),
        Column(
            "tie_parameter",
            "Davidson's nu: how readily raters give no preference.",
            lambda result: result.ranking.tie_parameter,
            "davidson.tie_parameter",
        ),
        Column(
            "rater_taste_sd",
            "Standard deviation of raters' tastes in the ordinal model, log odds.",
            _ordinal_sd("rater_sd"),
            "ordinal.rater_taste_sd",
            SEARCHED_DIGITS,
        ),
        Column(
            "prompt_taste_sd",
            "The same of prompts.",
            _ordinal_sd("prompt_sd"),
            "ordinal.prompt_taste_sd",
            SEARCHED_DIGITS,
        ),
    ),
)

PROMPTS: Table[PromptSystem] = Table(
    "prompts.csv",
    (
        Column("criterion", CRITERION, lambda row: row.criterion),
        Column("prompt_id", "Id of the prompt.", lambda row: row.prompt),
        Column("system", "The system.", lambda row: row.system),
        Column("n", "Ratings of pairs with the system on this prompt.", lambda row: row.n),
        Column(
            "win_rate",
            "Its wins with ties split, over those ratings. Few ratings a prompt: no interval is given.",
            lambda row: row.win_rate,
        ),
    ),
)

DISAGREEMENT: Table[PromptDisagreement] = Table(
    "disagreement.csv",
    (
        Column("criterion", CRITERION, lambda row: row.criterion),
        Column("prompt_id", "Id of the prompt; the most disputed come first.", lambda row: row.prompt),
        Column("n", "Ratings on this prompt.", lambda row: row.n),
        Column("couples", "Couples of ratings of one comparison.", lambda row: row.couples),
        Column(
            "opposite_share",
            "Share of these couples that prefer different systems; empty without a couple.",
            lambda row: row.opposite,
        ),
    ),
)


@dataclass(frozen=True)
class PlaneRow:
    """One system on one plane."""

    named: NamedPlane
    index: int


def _on_plane(values: Callable[[NamedPlane], Floats]) -> Callable[[PlaneRow], float]:
    return lambda row: float(values(row.named)[row.index])


PLANES: Table[PlaneRow] = Table(
    "planes.csv",
    (
        Column("quality", "Criterion across.", lambda row: row.named.quality),
        Column("diversity", "Criterion upwards.", lambda row: row.named.diversity),
        Column("system", "The system.", lambda row: row.named.plane.systems[row.index]),
        Column(
            "quality_score",
            "Bradley-Terry score on the quality criterion.",
            _on_plane(lambda named: named.plane.quality.value),
        ),
        Column("quality_ci_low", BOUND, _on_plane(lambda named: named.plane.quality.low)),
        Column("quality_ci_high", BOUND, _on_plane(lambda named: named.plane.quality.high)),
        Column(
            "diversity_score",
            "Bradley-Terry score on the diversity criterion.",
            _on_plane(lambda named: named.plane.diversity.value),
        ),
        Column("diversity_ci_low", BOUND, _on_plane(lambda named: named.plane.diversity.low)),
        Column("diversity_ci_high", BOUND, _on_plane(lambda named: named.plane.diversity.high)),
        Column(
            "pareto_probability",
            "Probability that no other system is at least as good in both and better in one.",
            _on_plane(lambda named: named.plane.probability),
            "pareto_probability",
        ),
    ),
)


def plane_rows(named: NamedPlane) -> list[PlaneRow]:
    """Every system of the plane."""
    return [PlaneRow(named, index) for index in range(len(named.plane.systems))]
