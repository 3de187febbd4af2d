"""Win rates of pairs, told from the leader's side, and Bradley-Terry scores of systems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.findings.answers import Answer
from analysis.findings.names import Names
from analysis.findings.verdicts import Verdict
from analysis.output.figures.canvas import Drawing
from analysis.output.figures.palette import FIRST, INK
from analysis.output.figures.rows import MOST_ROWS, Axis, Mark, Row, padded, paint_rows
from analysis.stats.ranking import Ranking

MARKS: dict[Verdict, Mark] = {
    Verdict.PREFERRED: "filled",
    Verdict.EQUIVALENT: "diamond",
    Verdict.UNDECIDED: "hollow",
    Verdict.TOO_FEW: "cross",
}
LEGEND = {
    Verdict.PREFERRED: "filled: preferred",
    Verdict.EQUIVALENT: "diamond: equivalent",
    Verdict.UNDECIDED: "hollow: not decided",
    Verdict.TOO_FEW: "cross: too few ratings",
}


def win_rate_figure(answers: Sequence[Answer], names: Names, criterion: str, confidence: float) -> Drawing:
    """Win rate of the first-named system of every pair; the mark says the verdict."""
    shown = answers[:MOST_ROWS]
    rows = [
        Row(
            f"{names.system(answer.leader)} vs {names.system(answer.other)}",
            answer.share,
            answer.win_rate,
            answer.low,
            answer.high,
            MARKS[answer.verdict],
            FIRST if answer.verdict == Verdict.PREFERRED else INK,
        )
        for answer in shown
    ]
    low, high = padded([end for row in rows for end in (row.low, row.high, row.value)], include=(0.45, 0.55))
    axis = Axis(max(low, 0.0), min(high, 1.0), reference=0.5, percent=True)
    notes = [
        "; ".join(LEGEND[verdict] for verdict in Verdict if verdict in {answer.verdict for answer in shown})
    ]
    if len(shown) < len(answers):
        notes.append(f"The {len(shown)} pairs told apart best of {len(answers)}; the rest are in pairs.csv")
    title, subtitle = f"Win rate, {criterion}", "of the first-named system, ties split; dashed: 50%"
    return Drawing(
        f"Win rates for {criterion}",
        f"Share of ratings that the first-named system won, ties split, with {100 * confidence:g}% intervals "
        "over raters and prompts.",
        lambda width: paint_rows(width, rows, axis, title, subtitle, notes),
    )


def ranking_figure(ranking: Ranking, names: Names, criterion: str, confidence: float) -> Drawing | None:
    """Bradley-Terry scores, best first, with intervals and ranges of ranks; None where systems cannot be ranked."""
    score = ranking.score
    if np.isnan(score.value).any():
        return None
    order = np.argsort(-score.value, kind="stable")[:MOST_ROWS]
    rows = [
        Row(
            names.system(ranking.systems[index]),
            rank_words(ranking.rank_low[index], ranking.rank_high[index]),
            float(score.value[index]),
            float(score.low[index]),
            float(score.high[index]),
        )
        for index in order
    ]
    axis = Axis(
        *padded([end for row in rows for end in (row.low, row.high, row.value)], include=(0.0,)),
        reference=0.0,
    )
    title, subtitle = f"Ranking, {criterion}", "Bradley-Terry score (log odds), average system = 0"
    return Drawing(
        f"Ranking for {criterion}",
        f"Bradley-Terry scores with {100 * confidence:g}% intervals over raters and prompts.",
        lambda width: paint_rows(width, rows, axis, title, subtitle),
    )


def rank_words(low: float, high: float) -> str:
    """`rank 1`, `rank 1 to 3`, or nothing."""
    if np.isnan(low):
        return ""
    return f"rank {low:.0f}" if low == high else f"rank {low:.0f} to {high:.0f}"
