"""The report's tables, rounded to what the data can bear; the CSV files hold every digit."""

import numpy as np

from analysis.bundle import Bundle
from analysis.criterion import CriterionResult
from analysis.report.html import paragraph, table, tag
from analysis.stats.winrates import PairTable

MOST_ROWS = 60
NONE = "–"


def fixed(value: float | None, digits: int = 2) -> str:
    """A rounded number, or a dash."""
    return NONE if value is None or np.isnan(value) else f"{value:.{digits}f}"


def bounds(low: float | None, high: float | None, digits: int = 2) -> str:
    """`[low, high]`, or a dash."""
    if low is None or high is None or np.isnan(low):
        return NONE
    return f"[{low:.{digits}f}, {high:.{digits}f}]"


def p_text(value: float) -> str:
    """A p-value as papers print it."""
    return NONE if np.isnan(value) else "< 0.001" if value < 0.001 else f"{value:.3f}"


def criterion_tables(result: CriterionResult) -> str:
    """Pairs and systems, and the pairs with exclusions put back where there were any."""
    parts = [
        pair_table(result.pairs, "Pairs of systems: win rate of the second-named, ties split"),
        system_table(result),
    ]
    if result.lifted is not None:
        lifted = pair_table(result.lifted, "The same with excluded ratings put back")
        parts.append(tag("details", tag("summary", "With excluded ratings put back") + lifted))
    return "".join(parts)


def pair_table(pairs: PairTable, caption: str) -> str:
    """Win rates and mean preferences."""
    header = (
        "Pair",
        "n",
        "Wins",
        "Ties",
        "Losses",
        "Win rate",
        "Interval",
        "p (Holm)",
        "Mean preference",
        "Interval",
    )
    rate, mean = pairs.win_rate, pairs.preference
    rows = [
        (
            f"{a} vs {b}",
            f"{int(pairs.n[i])}",
            f"{int(pairs.wins_b[i])}",
            f"{int(pairs.ties[i])}",
            f"{int(pairs.wins_a[i])}",
            fixed(rate.value[i]),
            bounds(rate.low[i], rate.high[i]),
            p_text(pairs.p_holm[i]),
            fixed(mean.value[i]),
            bounds(mean.low[i], mean.high[i]),
        )
        for i, (a, b) in enumerate(pairs.pairs[:MOST_ROWS])
    ]
    return table(header, rows, caption) + _rest(len(pairs.pairs), "pairs.csv")


def _rest(total: int, file: str) -> str:
    return paragraph(f"{total - MOST_ROWS} more rows are in {file}.", "faint") if total > MOST_ROWS else ""


def system_table(result: CriterionResult) -> str:
    """Bradley-Terry and Davidson scores, best first."""
    ranking = result.ranking
    order = np.argsort(-ranking.score.value, kind="stable")[:MOST_ROWS]
    rows = [
        (
            ranking.systems[i],
            fixed(ranking.score.value[i]),
            bounds(ranking.score.low[i], ranking.score.high[i]),
            _ranks(ranking.rank_low[i], ranking.rank_high[i]),
            fixed(ranking.davidson[i]),
        )
        for i in order
    ]
    header = ("System", "Bradley-Terry score", "Interval", "Rank", "Davidson score")
    return table(header, rows, "Systems on one scale, natural log") + _rest(
        len(ranking.systems), "systems.csv"
    )


def _ranks(low: float, high: float) -> str:
    return NONE if np.isnan(low) else f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"


def agreement_table(bundle: Bundle) -> str:
    """Alpha and AC2 of every criterion."""
    rows = [
        (
            name.replace("_", " "),
            f"{result.agreement.units}",
            fixed(result.agreement.alpha),
            bounds(result.agreement.low, result.agreement.high),
            fixed(result.agreement.ac2),
        )
        for name, result in bundle.criteria.items()
    ]
    header = ("Criterion", "Comparisons", "Krippendorff's alpha", "Interval", "Gwet's AC2")
    return table(header, rows, "Agreement among raters of the same comparison") if rows else ""


def diagnostics_table(bundle: Bundle) -> str:
    """Every diagnostic with how to read it."""
    rows = [
        (
            " ".join((row.criterion.replace("_", " "), row.measure.replace("_", " "))).strip(),
            fixed(row.value),
            bounds(row.low, row.high),
            p_text(row.p_value),
            f"{row.n}",
            row.note,
        )
        for row in bundle.diagnostics
    ]
    header = ("Measure", "Value", "Interval", "p", "n", "How to read it")
    return table(header, rows, "Diagnostics") if rows else ""


def raters_table(bundle: Bundle) -> str:
    """Each rater's figures, folded away."""
    rows = [
        (
            row.rater,
            f"{row.n_ratings}",
            f"{row.n_excluded}",
            fixed(row.tie_share),
            fixed(row.first_side_share),
            fixed(row.longest_run),
            fixed(row.median_response_ms / 1000, 1),
            fixed(row.repeat_agreement),
            fixed(row.agreement_with_others),
        )
        for row in bundle.raters[:MOST_ROWS]
    ]
    header = (
        "Rater",
        "Ratings",
        "Excluded",
        "Ties",
        "Side A",
        "Same button",
        "Median s",
        "Repeats",
        "With others",
    )
    content = table(header, rows, "Raters") + _rest(len(bundle.raters), "raters.csv") if rows else ""
    return (
        tag("details", tag("summary", f"{len(bundle.raters)} raters, one by one") + content) if rows else ""
    )
