"""The report's tables, rounded to what the data can bear; the CSV files hold every digit."""

import numpy as np

from analysis.findings.bundle import Bundle
from analysis.findings.criterion import CriterionResult
from analysis.findings.subgroup_contrasts import Subgroup
from analysis.output.report.html import paragraph, table, tag
from analysis.stats.absolute import SystemMeans
from analysis.stats.notice import Notice
from analysis.stats.ordinal import OrdinalModel
from analysis.stats.winrates import PairTable

MOST_ROWS = 60
MOST_SUBGROUP_ROWS = 30
NONE = "\N{EN DASH}"


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
        tag(
            "details",
            tag("summary", "Contrasts of Bradley-Terry and of the ordinal model") + contrast_table(result),
        ),
        tag(
            "details",
            tag("summary", "Tests as in the literature, for comparison only") + literature_table(result),
        ),
    ]
    if result.subgroups.groups:
        parts.append(subgroup_tables(result))
    if result.means is not None:
        parts.insert(1, means_table(result.means))
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
    return table(
        header, rows, "Systems on one scale, natural log; ranges of ranks hold for one system at a time"
    ) + _rest(len(ranking.systems), "systems.csv")


def means_table(means: SystemMeans) -> str:
    """Mean scores on an absolute scale."""
    rows = [
        (
            system,
            f"{int(means.n[i])}",
            fixed(means.mean.value[i]),
            bounds(means.mean.low[i], means.mean.high[i]),
        )
        for i, system in enumerate(means.systems)
    ]
    return table(("System", "n", "Mean score", "Interval"), rows, "Mean scores")


def contrast_table(result: CriterionResult) -> str:
    """Differences of scores in both models."""
    contrasts, model = result.ranking.contrasts, result.ordinal
    rows = [
        (
            f"{b} minus {a}",
            fixed(contrasts.difference.value[i]),
            bounds(contrasts.difference.low[i], contrasts.difference.high[i]),
            p_text(contrasts.p_holm[i]),
            *(
                (NONE, NONE, NONE)
                if isinstance(model, Notice)
                else (
                    fixed(model.contrast.value[i]),
                    bounds(model.contrast.low[i], model.contrast.high[i]),
                    p_text(model.p_holm[i]),
                )
            ),
        )
        for i, (a, b) in enumerate(contrasts.pairs[:MOST_ROWS])
    ]
    header = ("Contrast", "Bradley-Terry", "Interval", "p (Holm)", "Ordinal", "Interval", "p (Holm)")
    return table(header, rows, _tastes(model)) + _rest(len(contrasts.pairs), "results.json")


def _tastes(model: OrdinalModel | Notice) -> str:
    if isinstance(model, Notice):
        return f"Log odds. {model.text}"
    return (
        f"Log odds. In the ordinal model tastes differ by {model.rater_sd:.2f} (standard deviation) among raters and "
        f"by {model.prompt_sd:.2f} among prompts."
    )


def literature_table(result: CriterionResult) -> str:
    """Wilcoxon's test on rater means and on prompt means."""
    tests = zip(result.pairs.pairs, result.literature.by_rater, result.literature.by_prompt, strict=True)
    rows = [
        (f"{a} vs {b}", p_text(by_rater.p_value), p_text(by_prompt.p_value))
        for (a, b), by_rater, by_prompt in list(tests)[:MOST_ROWS]
    ]
    caption = (
        "Wilcoxon signed-rank tests, uncorrected. Each sees one source of chance only and rejects too often; "
        "use the intervals above."
    )
    return table(("Pair", "p, rater means", "p, prompt means"), rows, caption)


BY = {"prompt_tags": "Prompts tagged", "rater_group": "Raters of group"}


def subgroup_tables(result: CriterionResult) -> str:
    """Subgroups by tag and by group of raters, folded, under a warning about looking at many."""
    parts = result.subgroups
    rows = [
        _subgroup_row(part, result.pairs.pairs[index], index)
        for part in parts.groups
        for index in range(len(result.pairs.pairs))
        if part.found.inside.n[index]
    ]
    order = sorted(range(len(rows)), key=lambda place: rows[place][0])[:MOST_SUBGROUP_ROWS]
    header = (
        "Subgroup",
        "Pair",
        "n",
        "Win rate",
        "Interval",
        "Others",
        "Difference",
        "Interval",
        "p",
        "p (Holm)",
    )
    caption = "Win rate of the second-named inside the subgroup and in all other ratings; smallest p first"
    content = table(header, [rows[place][1] for place in order], caption)
    rest = len(rows) - len(order)
    more = paragraph(f"{rest} more rows are in subgroups.csv.", "faint") if rest else ""
    summary = tag("summary", f"Subgroups by prompt tag and rater group: {parts.tests} unplanned tests")
    return tag("details", summary + paragraph(parts.caution) + content + more)


def _subgroup_row(part: Subgroup, pair: tuple[str, str], i: int) -> tuple[float, tuple[str, ...]]:
    """(where to sort it, the cells)."""
    inside, others, gap = part.found.inside, part.found.outside.win_rate, part.found.difference
    cells = (
        f"{BY[part.by]} {part.group}",
        f"{pair[0]} vs {pair[1]}",
        f"{int(inside.n[i])}",
        fixed(inside.win_rate.value[i]),
        bounds(inside.win_rate.low[i], inside.win_rate.high[i]),
        fixed(others.value[i]),
        f"{gap.value[i]:+.2f}" if np.isfinite(gap.value[i]) else NONE,
        bounds(gap.low[i], gap.high[i]),
        p_text(gap.p_value[i]),
        p_text(part.p_holm[i]),
    )
    return float(np.nan_to_num(gap.p_value[i], nan=2.0)), cells


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
            fixed(row.gold_passed),
            row.failed_checks,
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
        "Gold",
        "Failed checks",
    )
    content = table(header, rows, "Raters") + _rest(len(bundle.raters), "raters.csv") if rows else ""
    return (
        tag("details", tag("summary", f"{len(bundle.raters)} raters, one by one") + content) if rows else ""
    )
