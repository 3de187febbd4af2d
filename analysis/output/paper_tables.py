"""Tables to read, rounded to what the data can bear: in report and console, and for a paper as LaTeX and Markdown.

The CSV files hold every digit. Every pair is told from its leader's side, as in the sentences and figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from analysis.findings.all_findings import Findings
from analysis.findings.answers import Answer
from analysis.findings.criterion import CriterionResult
from analysis.findings.names import Names
from analysis.findings.verdicts import Verdict
from analysis.output.column import Cell, Row, Table
from analysis.output.pair_tables import CONTRASTS, SUBGROUPS, SubgroupRow, contrast_rows, subgroup_rows
from analysis.output.rater_tables import AGREEMENT, DIAGNOSTICS, RATERS
from analysis.output.system_tables import DISAGREEMENT, SYSTEMS, system_rows
from analysis.stats.notice import Notice
from analysis.stats.winrates import PairTable

MOST_ROWS = 60
MOST_SUBGROUP_ROWS = 30
MOST_DISPUTED = 10
NONE = "\N{EN DASH}"
VERDICT_WORDS = {
    Verdict.PREFERRED: "preferred",
    Verdict.EQUIVALENT: "equivalent",
    Verdict.UNDECIDED: "not decided",
    Verdict.TOO_FEW: "too few",
}
BY = {"prompt_tags": "Prompts tagged", "rater_group": "Raters of group"}


@dataclass(frozen=True)
class ReadableTable:
    """A table of texts. The first column names the row; `rest` rows more are in `file` only."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    file: str
    rest: int = 0


@dataclass(frozen=True)
class Shown:
    """A column to read: a heading over one or two columns of a CSV table, put into words."""

    heading: str
    names: tuple[str, ...]
    words: Callable[..., str]


def fixed(value: Cell, digits: int = 2) -> str:
    """A rounded number, or a dash."""
    return NONE if not isinstance(value, int | float) or np.isnan(value) else f"{value:.{digits}f}"


def count(value: Cell) -> str:
    """A whole number, or a dash."""
    return NONE if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def bounds(low: Cell, high: Cell) -> str:
    """`[low, high]`, or a dash."""
    return NONE if fixed(low) == NONE else f"[{fixed(low)}, {fixed(high)}]"


def p_words(value: Cell) -> str:
    """A p-value as papers print it."""
    if not isinstance(value, int | float) or np.isnan(value):
        return NONE
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def rank_range(low: Cell, high: Cell) -> str:
    """`1`, `1 to 3`, or a dash."""
    return NONE if low is None else f"{low}" if low == high else f"{low} to {high}"


def readable(
    table: Table[Row], rows: Sequence[Row], shown: Sequence[Shown], caption: str, most: int = MOST_ROWS
) -> ReadableTable:
    """The first rows of a CSV table, its columns put into words."""
    columns = [[table.column(name) for name in part.names] for part in shown]
    return ReadableTable(
        caption,
        tuple(part.heading for part in shown),
        tuple(
            tuple(
                part.words(*(column.cell(row) for column in group))
                for part, group in zip(shown, columns, strict=True)
            )
            for row in rows[:most]
        ),
        table.file,
        max(len(rows) - most, 0),
    )


def win_rate_table(answers: Sequence[Answer], names: Names) -> ReadableTable:
    """The primary analysis: every pair, told from the side of the one that won more."""
    header = (
        "Pair", "n", "Wins", "Ties", "Losses", "Win rate", "Interval", "p (adjusted)", "Verdict",
        "Mean preference", "Interval",
    )  # fmt: skip
    rows = tuple(
        (
            f"{names.system(answer.leader)} vs {names.system(answer.other)}",
            f"{answer.n:,}",
            f"{answer.wins:,}",
            f"{answer.ties:,}",
            f"{answer.losses:,}",
            fixed(answer.win_rate),
            bounds(answer.low, answer.high),
            p_words(answer.p_value),
            VERDICT_WORDS[answer.verdict],
            fixed(answer.mean),
            bounds(answer.mean_low, answer.mean_high),
        )
        for answer in answers[:MOST_ROWS]
    )
    caption = "Pairs of systems: win rate and mean preference of the first-named, ties split"
    return ReadableTable(caption, header, rows, "pairs.csv", max(len(answers) - MOST_ROWS, 0))


def put_back_table(answers: Sequence[Answer], put_back: PairTable, names: Names) -> ReadableTable:
    """Win rates without exclusions, each pair the same way round as in the primary analysis."""
    sides = {frozenset((answer.leader, answer.other)): answer.leader for answer in answers}
    rows = []
    for index, (a, b) in enumerate(put_back.pairs[:MOST_ROWS]):
        rate = put_back.win_rate
        flipped = sides.get(frozenset((a, b)), b) == a
        value, low, high = (float(part[index]) for part in (rate.value, rate.low, rate.high))
        leader, other = (a, b) if flipped else (b, a)
        rows.append(
            (
                f"{names.system(leader)} vs {names.system(other)}",
                f"{int(put_back.n[index]):,}",
                fixed(1 - value if flipped else value),
                bounds(1 - high, 1 - low) if flipped else bounds(low, high),
            )
        )
    caption = "Win rates of the first-named with excluded ratings put back"
    rest = max(len(put_back.pairs) - MOST_ROWS, 0)
    return ReadableTable(caption, ("Pair", "n", "Win rate", "Interval"), tuple(rows), "results.json", rest)


def system_table(result: CriterionResult, names: Names) -> ReadableTable:
    """Bradley-Terry and Davidson scores, best first."""
    score = result.ranking.score.value
    rows = sorted(system_rows(result), key=lambda row: -np.nan_to_num(score[row.index], nan=-np.inf))
    shown = [
        Shown("System", ("system",), names.system),
        Shown("Mean win rate", ("mean_win_rate",), fixed),
        Shown("Bradley-Terry score", ("bt_score",), fixed),
        Shown("Interval", ("bt_ci_low", "bt_ci_high"), bounds),
        Shown("Rank", ("rank_low", "rank_high"), rank_range),
        Shown("Rank, all at once", ("rank_low_all", "rank_high_all"), rank_range),
        Shown("Davidson score", ("davidson_score",), fixed),
    ]
    if result.means is not None:
        shown += [
            Shown("Mean score", ("mean_score",), fixed),
            Shown("Interval", ("mean_score_ci_low", "mean_score_ci_high"), bounds),
        ]
    caption = "Systems on one scale, natural log; a range of ranks holds for one system at a time, or for all at once"
    return readable(SYSTEMS, rows, shown, caption)


def contrast_table(result: CriterionResult, names: Names) -> ReadableTable:
    """Differences of scores in both models."""
    shown = [
        Shown(
            "Contrast", ("system_b", "system_a"), lambda b, a: f"{names.system(b)} minus {names.system(a)}"
        ),
        Shown("Bradley-Terry", ("bt_difference",), fixed),
        Shown("Interval", ("bt_ci_low", "bt_ci_high"), bounds),
        Shown("p (Holm)", ("bt_p_holm",), p_words),
        Shown("Ordinal", ("ordinal_difference",), fixed),
        Shown("Interval", ("ordinal_ci_low", "ordinal_ci_high"), bounds),
        Shown("p (Holm)", ("ordinal_p_holm",), p_words),
    ]
    model = result.ordinal
    tastes = (
        model.text
        if isinstance(model, Notice)
        else f"In the ordinal model tastes differ by {model.rater_sd:.2f} (standard deviation) among raters and by "
        f"{model.prompt_sd:.2f} among prompts."
    )
    caption = f"Differences of scores, log odds: secondary to the win rates above. {tastes}"
    return readable(CONTRASTS, contrast_rows(result), shown, caption)


def literature_table(result: CriterionResult, names: Names) -> ReadableTable:
    """Wilcoxon's test on rater means and on prompt means."""
    tests = zip(result.pairs.pairs, result.literature.by_rater, result.literature.by_prompt, strict=True)
    rows = tuple(
        (f"{names.system(b)} vs {names.system(a)}", p_words(by_rater.p_value), p_words(by_prompt.p_value))
        for (a, b), by_rater, by_prompt in list(tests)[:MOST_ROWS]
    )
    caption = (
        "Wilcoxon signed-rank tests, uncorrected. Each sees one source of chance only and rejects too often; use the "
        "win rates above."
    )
    rest = max(len(result.pairs.pairs) - MOST_ROWS, 0)
    return ReadableTable(caption, ("Pair", "p, rater means", "p, prompt means"), rows, "pairs.csv", rest)


def subgroup_table(result: CriterionResult, names: Names) -> ReadableTable:
    """Subgroups by tag and by group of raters, smallest p first."""

    def p_first(row: SubgroupRow) -> float:
        return float(np.nan_to_num(row.part.found.difference.p_value[row.index], nan=2.0))

    rows = [row for row in subgroup_rows(result) if row.part.found.inside.n[row.index]]
    shown = [
        Shown("Subgroup", ("by", "group"), lambda by, group: f"{BY[by]} {group}"),
        Shown("Pair", ("system_b", "system_a"), lambda b, a: f"{names.system(b)} vs {names.system(a)}"),
        Shown("n", ("n",), count),
        Shown("Win rate", ("win_rate_b",), fixed),
        Shown("Interval", ("ci_low", "ci_high"), bounds),
        Shown("Others", ("win_rate_b_others",), fixed),
        Shown("Difference", ("difference",), lambda gap: NONE if gap is None else f"{gap:+.2f}"),
        Shown("Interval", ("difference_ci_low", "difference_ci_high"), bounds),
        Shown("p", ("p_value",), p_words),
        Shown("p (Holm)", ("p_holm",), p_words),
    ]
    caption = "Win rate of the first-named inside the subgroup and in all other ratings; smallest p first"
    return readable(SUBGROUPS, sorted(rows, key=p_first), shown, caption, MOST_SUBGROUP_ROWS)


def disputed_table(findings: Findings, criterion: str) -> ReadableTable:
    """The prompts on which raters of one comparison preferred different systems most often."""
    rows = [row for row in findings.prompts[criterion].disagreement if row.couples]
    shown = [
        Shown("Prompt", ("prompt_id",), str),
        Shown("Ratings", ("n",), count),
        Shown("Couples of raters", ("couples",), count),
        Shown("Preferred different systems", ("opposite_share",), fixed),
    ]
    return readable(DISAGREEMENT, rows, shown, "Prompts on which raters disagreed most", MOST_DISPUTED)


def agreement_table(findings: Findings) -> ReadableTable:
    """Alpha and AC2 of every criterion."""
    shown = [
        Shown("Criterion", ("criterion",), findings.names.criterion),
        Shown("Comparisons", ("units",), count),
        Shown("Krippendorff's alpha", ("krippendorff_alpha_ordinal",), fixed),
        Shown("Interval", ("ci_low", "ci_high"), bounds),
        Shown("Gwet's AC2", ("gwet_ac2",), fixed),
    ]
    results = [findings.criteria[name] for name in findings.names.in_order(findings.criteria)]
    return readable(AGREEMENT, results, shown, "Agreement among raters of the same comparison")


def diagnostics_table(findings: Findings) -> ReadableTable:
    """Every diagnostic with how to read it."""

    def named(criterion: str, measure: str) -> str:
        names = " + ".join(map(findings.names.criterion, criterion.split(" + ")))
        return f"{names} {measure.replace('_', ' ')}".strip()

    shown = [
        Shown("Measure", ("criterion", "measure"), named),
        Shown("Value", ("value",), fixed),
        Shown("Interval", ("ci_low", "ci_high"), bounds),
        Shown("p", ("p_value",), p_words),
        Shown("n", ("n",), count),
        Shown("How to read it", ("note",), str),
    ]
    return readable(DIAGNOSTICS, findings.diagnostics, shown, "Diagnostics")


def raters_table(findings: Findings) -> ReadableTable:
    """Each rater's figures."""
    shown = [
        Shown("Rater", ("rater",), str),
        Shown("Ratings", ("n_ratings",), count),
        Shown("Excluded", ("n_excluded",), count),
        Shown("Ties", ("tie_share",), fixed),
        Shown("Side A", ("first_side_share",), fixed),
        Shown("Same button", ("longest_run",), fixed),
        Shown("Median s", ("median_response_ms",), lambda ms: NONE if ms is None else f"{ms / 1000:.1f}"),
        Shown("Repeats", ("repeat_agreement",), fixed),
        Shown("With others", ("agreement_with_others",), fixed),
        Shown("Gold", ("gold_passed",), fixed),
        Shown("Failed checks", ("failed_checks",), str),
    ]
    return readable(RATERS, findings.raters, shown, "Raters")


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$", NONE: "--", "\n": " ",
    }
)  # fmt: skip


def latex(table: ReadableTable, label: str) -> bytes:
    r"""The table for LaTeX with the package booktabs, to take in by `\input`."""
    lines = [
        r"% needs \usepackage{booktabs}",
        r"\begin{table}",
        rf"\caption{{{table.caption.translate(_LATEX)}.}}",
        rf"\label{{tab:{label}}}",
        r"\centering",
        rf"\begin{{tabular}}{{l{'r' * (len(table.header) - 1)}}}",
        r"\toprule",
        _latex_row(table.header),
        r"\midrule",
        *map(_latex_row, table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _latex_row(cells: Iterable[str]) -> str:
    return " & ".join(cell.translate(_LATEX) for cell in cells) + r" \\"


def markdown(table: ReadableTable) -> bytes:
    """The table as Markdown (GitHub's)."""
    rule = ["---", *["---:"] * (len(table.header) - 1)]
    rows = [_markdown_row(row) for row in (table.header, rule, *table.rows)]
    return ("\n".join([f"{table.caption}.", "", *rows]) + "\n").encode()


def _markdown_row(cells: Iterable[str]) -> str:
    return (
        "| "
        + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells)
        + " |"
    )


def paper_files(findings: Findings, stems: Mapping[str, str]) -> dict[str, Callable[[], bytes]]:
    """The tables that a paper prints: name of the file -> what makes it."""
    tables: dict[str, Callable[[], ReadableTable]] = {}
    for criterion, stem in stems.items():
        answers, result = findings.answers_for(criterion), findings.criteria[criterion]
        tables[f"win-rates-{stem}"] = partial(win_rate_table, answers, findings.names)
        tables[f"systems-{stem}"] = partial(system_table, result, findings.names)
    if tables:
        tables["agreement"] = partial(agreement_table, findings)
    return {
        **{
            f"tables/{name}.tex": partial(lambda make, name: latex(make(), name), make, name)
            for name, make in tables.items()
        },
        **{
            f"tables/{name}.md": partial(lambda make: markdown(make()), make) for name, make in tables.items()
        },
    }
