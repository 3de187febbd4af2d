"""The columns about pairs of systems: `pairs.csv`, `preferences.csv`, `contrasts.csv`, `subgroups.csv`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.findings.subgroup_contrasts import Subgroup
from analysis.findings.verdicts import Verdicts
from analysis.output.column import SEARCHED_DIGITS, Column, Table, whole
from analysis.stats.cluster import Interval
from analysis.stats.notice import Notice
from analysis.stats.votes import Floats
from analysis.stats.winrates import PairTable

CRITERION = "Id of what was judged."
BOUND = "Bound of the two-way cluster interval over raters and prompts; empty where it cannot be computed."
SYSTEM_A, SYSTEM_B = "The pair's first system in the alphabet.", "The pair's second system in the alphabet."


@dataclass(frozen=True)
class PairRow:
    """One pair of one criterion; `pairs` may hold the excluded ratings put back, then there is no verdict."""

    result: CriterionResult
    pairs: PairTable
    index: int
    verdicts: Verdicts | None

    @property
    def verdict(self) -> str | None:
        """With the side that is preferred, as the contract of `results.json` has it."""
        if self.verdicts is None:
            return None
        return self.verdicts.oriented[self.index]

    @property
    def equivalence_p(self) -> float:
        """Adjusted within the pair's family; nan beside the primary analysis."""
        return np.nan if self.verdicts is None else float(self.verdicts.equivalence_p[self.index])

    def simultaneous(self, low_or_high: Literal["low", "high"]) -> float:
        """A bound that holds for the whole family at once; nan beside the primary analysis."""
        return np.nan if self.verdicts is None else float(getattr(self.verdicts, low_or_high)[self.index])


def _at(values: Callable[[PairRow], Floats]) -> Callable[[PairRow], float]:
    return lambda row: float(values(row)[row.index])


def _count(values: Callable[[PairRow], Floats]) -> Callable[[PairRow], int | None]:
    return lambda row: whole(values(row)[row.index])


PAIRS: Table[PairRow] = Table(
    "pairs.csv",
    (
        Column("criterion", CRITERION, lambda row: row.result.criterion),
        Column("system_a", SYSTEM_A, lambda row: row.pairs.pairs[row.index][0], "system_a"),
        Column("system_b", SYSTEM_B, lambda row: row.pairs.pairs[row.index][1], "system_b"),
        Column("n", "Main ratings that no pre-declared rule excludes.", _count(lambda row: row.pairs.n), "n"),
        Column("n_raters", "Raters of the pair.", _count(lambda row: row.pairs.raters), "n_raters"),
        Column("n_prompts", "Prompts of the pair.", _count(lambda row: row.pairs.prompts), "n_prompts"),
        Column(
            "wins_a",
            "Ratings that prefer system_a, weakly or strongly.",
            _count(lambda row: row.pairs.wins_a),
            "wins_a",
        ),
        Column(
            "wins_b",
            "Ratings that prefer system_b, weakly or strongly.",
            _count(lambda row: row.pairs.wins_b),
            "wins_b",
        ),
        Column("ties", "Ratings without preference.", _count(lambda row: row.pairs.ties), "ties"),
        Column(
            "tie_rate", "ties / n.", lambda row: float(row.pairs.ties[row.index] / row.pairs.n[row.index])
        ),
        Column(
            "win_rate_b", "(wins_b + ties / 2) / n.", _at(lambda row: row.pairs.win_rate.value), "win_rate_b"
        ),
        Column(
            "se",
            "Standard error of win_rate_b, two-way clustered.",
            _at(lambda row: row.pairs.win_rate.se),
            "se",
        ),
        Column("ci_low", BOUND, _at(lambda row: row.pairs.win_rate.low), "ci_low"),
        Column("ci_high", BOUND, _at(lambda row: row.pairs.win_rate.high), "ci_high"),
        Column(
            "df",
            "Degrees of freedom of the test and the interval.",
            _at(lambda row: row.pairs.win_rate.df),
            "df",
        ),
        Column(
            "simultaneous_ci_low",
            "Bound that holds for all of the family at once: planned contrasts, or the pairs of the criterion.",
            lambda row: row.simultaneous("low"),
            "simultaneous_ci_low",
        ),
        Column(
            "simultaneous_ci_high",
            "Bound that holds for all of the family at once: planned contrasts, or the pairs of the criterion.",
            lambda row: row.simultaneous("high"),
            "simultaneous_ci_high",
        ),
        Column(
            "win_rate_b_equal_raters",
            "The win rate where every rater counts the same, however many ratings they gave.",
            _at(lambda row: row.pairs.equal_raters.value),
            "win_rate_b_equal_raters",
        ),
        Column(
            "equal_raters_ci_low", BOUND, _at(lambda row: row.pairs.equal_raters.low), "equal_raters_ci_low"
        ),
        Column(
            "equal_raters_ci_high",
            BOUND,
            _at(lambda row: row.pairs.equal_raters.high),
            "equal_raters_ci_high",
        ),
        Column(
            "effective_raters",
            "How many raters with equal numbers of ratings these are worth: (sum n)^2 / sum n^2.",
            _at(lambda row: row.pairs.effective_raters),
            "effective_raters",
        ),
        Column(
            "effective_prompts",
            "The same of prompts.",
            _at(lambda row: row.pairs.effective_prompts),
            "effective_prompts",
        ),
        Column(
            "largest_rater_share",
            "Largest share of the ratings by one rater.",
            _at(lambda row: row.pairs.largest_rater_share),
            "largest_rater_share",
        ),
        Column(
            "largest_prompt_share",
            "Largest share of the ratings on one prompt.",
            _at(lambda row: row.pairs.largest_prompt_share),
            "largest_prompt_share",
        ),
        Column(
            "p_value",
            "Two-sided test of win_rate_b against one half, which agrees with the interval.",
            _at(lambda row: row.pairs.win_rate.p_value),
            "p_value",
        ),
        Column(
            "p_holm",
            "p_value after Holm's correction over the criterion's pairs.",
            _at(lambda row: row.pairs.p_holm),
            "p_holm",
        ),
        Column(
            "equivalence_p",
            "Two one-sided tests that the win rate is within the smallest effect of one half, Holm-adjusted.",
            lambda row: row.equivalence_p,
            "equivalence_p",
        ),
        Column(
            "planned",
            "true where the contrast was declared before anybody rated.",
            lambda row: "true" if row.result.planned[row.index] else "false",
        ),
        Column(
            "verdict",
            "preferred_a, preferred_b, equivalent, undecided or too_few: the primary analysis in a word. A "
            "planned contrast is adjusted with the planned ones, any other pair with the pairs of its criterion.",
            lambda row: row.verdict,
            "verdict",
        ),
        Column(
            "mean_preference",
            "Mean preference; positive favours system_b.",
            _at(lambda row: row.pairs.preference.value),
            "mean_preference",
        ),
        Column(
            "mean_preference_ci_low",
            BOUND,
            _at(lambda row: row.pairs.preference.low),
            "mean_preference_ci_low",
        ),
        Column(
            "mean_preference_ci_high",
            BOUND,
            _at(lambda row: row.pairs.preference.high),
            "mean_preference_ci_high",
        ),
        Column(
            "wilcoxon_rater_means_p",
            "As in the literature, uncorrected: signed ranks of rater means, prompts as given.",
            lambda row: row.result.literature.by_rater[row.index].p_value,
        ),
        Column(
            "wilcoxon_prompt_means_p",
            "As in the literature, uncorrected: signed ranks of prompt means, raters as given.",
            lambda row: row.result.literature.by_prompt[row.index].p_value,
        ),
    ),
)


def pair_rows(result: CriterionResult, verdicts: Verdicts) -> list[PairRow]:
    """Every compared pair of the criterion."""
    return [PairRow(result, result.pairs, index, verdicts) for index in range(len(result.pairs.pairs))]


@dataclass(frozen=True)
class PreferenceRow:
    """How often one answer was given to one pair."""

    result: CriterionResult
    index: int
    level: int

    def count(self, *, second_first: bool) -> int:
        """By which of the two was side A."""
        votes = self.result.votes
        return int(votes.levels[self.index, self.level + votes.reach, int(second_first)])


PREFERENCES: Table[PreferenceRow] = Table(
    "preferences.csv",
    (
        Column("criterion", CRITERION, lambda row: row.result.criterion),
        Column("system_a", SYSTEM_A, lambda row: row.result.pairs.pairs[row.index][0]),
        Column("system_b", SYSTEM_B, lambda row: row.result.pairs.pairs[row.index][1]),
        Column(
            "preference",
            "The answer, oriented by system: negative favours system_a, positive system_b.",
            lambda row: row.level,
        ),
        Column(
            "system_b_first",
            "Ratings with that answer where system_b was side A.",
            lambda row: row.count(second_first=True),
        ),
        Column(
            "system_b_second",
            "Ratings with that answer where system_b was side B.",
            lambda row: row.count(second_first=False),
        ),
    ),
)


def preference_rows(result: CriterionResult) -> list[PreferenceRow]:
    """Every answer of the scale for every pair."""
    return [
        PreferenceRow(result, index, level)
        for index in range(len(result.pairs.pairs))
        for level in result.levels
    ]


@dataclass(frozen=True)
class ContrastRow:
    """The difference of two systems' scores in both models."""

    result: CriterionResult
    index: int

    @property
    def pair(self) -> tuple[str, str]:
        """In the alphabet; every two systems, compared directly or not."""
        return self.result.ranking.contrasts.pairs[self.index]

    def ordinal(self, part: str) -> float:
        """A part of the ordinal model's contrast, nan where the model was not fitted."""
        model = self.result.ordinal
        if isinstance(model, Notice):
            return np.nan
        values = model.p_holm if part == "p_holm" else getattr(model.contrast, part)
        return float(values[self.index])


def _bradley_terry(part: Callable[[Interval], Floats]) -> Callable[[ContrastRow], float]:
    return lambda row: float(part(row.result.ranking.contrasts.difference)[row.index])


CONTRASTS: Table[ContrastRow] = Table(
    "contrasts.csv",
    (
        Column("criterion", CRITERION, lambda row: row.result.criterion),
        Column("system_a", SYSTEM_A, lambda row: row.pair[0], "system_a"),
        Column("system_b", SYSTEM_B, lambda row: row.pair[1], "system_b"),
        Column(
            "bt_difference",
            "Bradley-Terry score of system_b minus that of system_a, log odds.",
            _bradley_terry(lambda difference: difference.value),
            "bradley_terry.difference",
        ),
        Column(
            "bt_se",
            "Its standard error.",
            _bradley_terry(lambda difference: difference.se),
            "bradley_terry.se",
        ),
        Column("bt_ci_low", BOUND, _bradley_terry(lambda difference: difference.low), "bradley_terry.ci_low"),
        Column(
            "bt_ci_high", BOUND, _bradley_terry(lambda difference: difference.high), "bradley_terry.ci_high"
        ),
        Column(
            "bt_p_value",
            "Two-sided t test of no difference.",
            _bradley_terry(lambda difference: difference.p_value),
            "bradley_terry.p_value",
        ),
        Column(
            "bt_p_holm",
            "bt_p_value after Holm's correction over the criterion's contrasts.",
            lambda row: float(row.result.ranking.contrasts.p_holm[row.index]),
            "bradley_terry.p_holm",
        ),
        Column(
            "ordinal_difference",
            "Score of system_b minus that of system_a in the ordinal model, log odds.",
            lambda row: row.ordinal("value"),
            "ordinal.difference",
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
            "ordinal_p_value",
            "Two-sided t test of no difference.",
            lambda row: row.ordinal("p_value"),
            "ordinal.p_value",
            SEARCHED_DIGITS,
        ),
        Column(
            "ordinal_p_holm",
            "ordinal_p_value after Holm's correction over the criterion's contrasts.",
            lambda row: row.ordinal("p_holm"),
            "ordinal.p_holm",
            SEARCHED_DIGITS,
        ),
    ),
)


def contrast_rows(result: CriterionResult) -> list[ContrastRow]:
    """Every two systems of the criterion, where they can be put on one scale."""
    return [ContrastRow(result, index) for index in range(len(result.ranking.contrasts.pairs))]


@dataclass(frozen=True)
class SubgroupRow:
    """One pair inside one subgroup, beside all other ratings of the pair."""

    criterion: str
    part: Subgroup
    pair: tuple[str, str]
    index: int


def _inside(values: Callable[[Subgroup], Floats]) -> Callable[[SubgroupRow], float]:
    return lambda row: float(values(row.part)[row.index])


def _counted(values: Callable[[Subgroup], Floats]) -> Callable[[SubgroupRow], int | None]:
    return lambda row: whole(values(row.part)[row.index])


SUBGROUPS: Table[SubgroupRow] = Table(
    "subgroups.csv",
    (
        Column("criterion", CRITERION, lambda row: row.criterion),
        Column("by", "prompt_tags or rater_group.", lambda row: row.part.by),
        Column("group", "The tag, or the group of raters.", lambda row: row.part.group),
        Column("system_a", SYSTEM_A, lambda row: row.pair[0], "system_a"),
        Column("system_b", SYSTEM_B, lambda row: row.pair[1], "system_b"),
        Column("n", "Ratings inside the subgroup.", _counted(lambda part: part.found.inside.n), "n"),
        Column("n_raters", "Raters inside.", _counted(lambda part: part.found.inside.raters), "n_raters"),
        Column("n_prompts", "Prompts inside.", _counted(lambda part: part.found.inside.prompts), "n_prompts"),
        Column(
            "win_rate_b",
            "(wins_b + ties / 2) / n inside.",
            _inside(lambda part: part.found.inside.win_rate.value),
            "win_rate_b",
        ),
        Column(
            "se", "Standard error of win_rate_b.", _inside(lambda part: part.found.inside.win_rate.se), "se"
        ),
        Column("ci_low", BOUND, _inside(lambda part: part.found.inside.win_rate.low), "ci_low"),
        Column("ci_high", BOUND, _inside(lambda part: part.found.inside.win_rate.high), "ci_high"),
        Column(
            "n_others",
            "Ratings of the pair outside the subgroup.",
            _counted(lambda part: part.found.outside.n),
            "n_others",
        ),
        Column(
            "win_rate_b_others",
            "The same win rate outside.",
            _inside(lambda part: part.found.outside.win_rate.value),
            "win_rate_b_others",
        ),
        Column(
            "difference",
            "Interaction contrast: win_rate_b minus win_rate_b_others.",
            _inside(lambda part: part.found.difference.value),
            "difference.value",
        ),
        Column(
            "difference_se",
            "Its standard error, two-way clustered.",
            _inside(lambda part: part.found.difference.se),
            "difference.se",
        ),
        Column(
            "difference_ci_low", BOUND, _inside(lambda part: part.found.difference.low), "difference.ci_low"
        ),
        Column(
            "difference_ci_high",
            BOUND,
            _inside(lambda part: part.found.difference.high),
            "difference.ci_high",
        ),
        Column(
            "df",
            "Degrees of freedom of that test.",
            _inside(lambda part: part.found.difference.df),
            "difference.df",
        ),
        Column(
            "p_value",
            "Two-sided t test of no difference.",
            _inside(lambda part: part.found.difference.p_value),
            "difference.p_value",
        ),
        Column(
            "p_holm",
            "p_value after Holm's correction over all subgroup tests of the criterion; two groups that divide "
            "the ratings between them are one test.",
            _inside(lambda part: part.p_holm),
            "difference.p_holm",
        ),
    ),
)


def subgroup_rows(result: CriterionResult) -> list[SubgroupRow]:
    """Every pair of the criterion in every subgroup."""
    return [
        SubgroupRow(result.criterion, part, pair, index)
        for part in result.subgroups.groups
        for index, pair in enumerate(result.pairs.pairs)
    ]
