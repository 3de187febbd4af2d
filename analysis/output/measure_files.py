"""`metrics.csv` and `prediction_powered.csv`: what automatic measures are worth beside people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.findings.measure_worth import MeasureWorth, PoweredPair
from analysis.output.column import Column, Table
from analysis.stats.cluster import Interval
from analysis.stats.measure_correlation import Correlation


def _share(part: str) -> Callable[[MeasureWorth], float]:
    return lambda worth: float(getattr(worth.agreement.interval, part))


def _ceiling(part: str) -> Callable[[MeasureWorth], float | None]:
    return lambda worth: None if worth.ceiling is None else float(getattr(worth.ceiling.interval, part))


def _part(
    correlation: Callable[[MeasureWorth], Correlation | None], part: str
) -> Callable[[MeasureWorth], float | None]:
    def value(worth: MeasureWorth) -> float | None:
        found = correlation(worth)
        return None if found is None else getattr(found, part)

    return value


def numbers_of(interval: Interval) -> tuple[float, float, float]:
    """Value and bounds as plain numbers."""
    return float(interval.value), float(interval.low), float(interval.high)


def conclusion(worth: MeasureWorth) -> str:
    """One sentence: what may be concluded from this measure about this criterion."""
    if not worth.differs:
        return "It is the same on both sides of every pair, so it says nothing about what raters prefer."
    value, low, high = numbers_of(worth.agreement.interval)
    shares = f"{value:.0%} of the ratings" + ("" if np.isnan(low) else f" [{low:.0%}, {high:.0%}]")
    if np.isnan(low):
        return f"It orders pairs as raters do in {shares}; there is too little data for an interval."
    if low <= 0.5 <= high:
        return (
            f"It orders pairs as raters do in {shares}: not shown to say anything about what raters prefer."
        )
    lower = value < 0.5
    said = f"{'Raters prefer its lower values: it contradicts them' if lower else 'It orders pairs as raters do'} in "
    said += f"{1 - value:.0%} of the ratings [{1 - high:.0%}, {1 - low:.0%}]" if lower else shares
    if worth.ceiling is None:
        return f"{said}. No pair was judged by two raters, so it is not known how well raters agree."
    ceiling = float(worth.ceiling.interval.value)
    reached = abs(value - 0.5) / (ceiling - 0.5) if ceiling > 0.5 else np.inf
    part = (
        "as often as raters agree with each other"
        if reached >= 1
        else f"{reached:.0%} of the way from chance to the agreement between raters"
    )
    return f"{said}, where two raters say the same in {ceiling:.0%}: {part}. It does not replace ratings."


METRICS: Table[MeasureWorth] = Table(
    "metrics.csv",
    (
        Column(
            "measure",
            "The automatic measure. Measures are made by programs; they are never ratings.",
            lambda worth: worth.measure,
        ),
        Column("criterion", "What raters judged.", lambda worth: worth.criterion),
        Column(
            "agreement_with_raters",
            "How often the measure orders a pair as the rater did, ties split; 0.5 = chance.",
            _share("value"),
        ),
        Column("ci_low", "Lower bound, clustered over raters and prompts.", _share("low")),
        Column("ci_high", "Upper bound.", _share("high")),
        Column(
            "ceiling",
            "How often two raters of one comparison say the same, ties split: what a measure can be expected to reach.",
            _ceiling("value"),
        ),
        Column("ceiling_ci_low", "Lower bound.", _ceiling("low")),
        Column("ceiling_ci_high", "Upper bound.", _ceiling("high")),
        Column(
            "tau",
            "Kendall's tau-b between clips' mean preference and their measure.",
            _part(lambda worth: worth.tau, "value"),
        ),
        Column("tau_ci_low", "Lower bound, by leaving prompts out.", _part(lambda worth: worth.tau, "low")),
        Column("tau_ci_high", "Upper bound.", _part(lambda worth: worth.tau, "high")),
        Column(
            "system_correlation",
            "Pearson's r between systems' mean win rate and mean advantage on the measure.",
            _part(lambda worth: worth.by_system, "value"),
        ),
        Column(
            "system_ci_low",
            "Lower bound (Fisher's z); empty below four systems.",
            _part(lambda worth: worth.by_system, "low"),
        ),
        Column("system_ci_high", "Upper bound.", _part(lambda worth: worth.by_system, "high")),
        Column(
            "systems",
            "How many systems that is: five systems are five points.",
            _part(lambda worth: worth.by_system, "n"),
        ),
        Column("n", "Ratings of pairs of which both sides were measured.", lambda worth: worth.agreement.n),
        Column("raters", "How many raters gave them.", lambda worth: worth.agreement.raters),
        Column("prompts", "How many prompts they are on.", lambda worth: worth.agreement.prompts),
        Column("conclusion", "What may be concluded, in a sentence.", conclusion),
    ),
)


@dataclass(frozen=True)
class PoweredRow:
    """One pair of one criterion beside one measure."""

    worth: MeasureWorth
    pair: PoweredPair


def _powered(part: str) -> Callable[[PoweredRow], float]:
    return lambda row: float(getattr(row.pair.mean.powered, part))


def _human(part: str) -> Callable[[PoweredRow], float]:
    return lambda row: float(getattr(row.pair.mean.human, part))


PREDICTION_POWERED: Table[PoweredRow] = Table(
    "prediction_powered.csv",
    (
        Column("criterion", "What raters judged.", lambda row: row.worth.criterion),
        Column("system_a", "The first system in the alphabet.", lambda row: row.pair.system_a),
        Column("system_b", "The second system.", lambda row: row.pair.system_b),
        Column("measure", "The automatic measure that helps.", lambda row: row.worth.measure),
        Column(
            "win_rate_b",
            "Win rate of system_b, ties split, moved by what the measure says of the rated prompts beside all measured "
            "prompts (prediction-powered inference). Offered beside the raters' own, never instead.",
            _powered("value"),
        ),
        Column("ci_low", "Lower bound, clustered over raters and prompts.", _powered("low")),
        Column("ci_high", "Upper bound.", _powered("high")),
        Column("se", "Standard error.", _powered("se")),
        Column("raters_win_rate_b", "The raters' own win rate, from the same ratings.", _human("value")),
        Column("raters_ci_low", "Lower bound.", _human("low")),
        Column("raters_ci_high", "Upper bound.", _human("high")),
        Column("raters_se", "Standard error.", _human("se")),
        Column("lambda", "The measure's weight, tuned by prompt.", lambda row: row.pair.mean.weight),
        Column("prompts_rated", "Prompts that people rated.", lambda row: row.pair.mean.rated_prompts),
        Column(
            "prompts_measured",
            "Prompts on which both systems were measured, rated or not.",
            lambda row: row.pair.mean.measured_prompts,
        ),
        Column(
            "rating_worth",
            "How many ratings alone one rating with the measure is worth: the ratio of the variances.",
            lambda row: row.pair.mean.gain,
        ),
    ),
)


def metric_files(worths: Sequence[MeasureWorth]) -> dict[str, bytes]:
    """Both files; only their header where nothing could be compared."""
    return {
        METRICS.file: METRICS.csv(worths),
        PREDICTION_POWERED.file: PREDICTION_POWERED.csv(
            PoweredRow(worth, pair) for worth in worths for pair in worth.powered
        ),
    }
