"""The columns about people and about trust: `raters.csv`, `agreement.csv`, `diagnostics.csv`."""

from __future__ import annotations

from analysis.findings.criterion import CriterionResult
from analysis.findings.diagnostics import Diagnostic
from analysis.findings.rater_table import RaterRow
from analysis.output.column import Column, Table
from analysis.output.pair_tables import CRITERION

RATERS: Table[RaterRow] = Table(
    "raters.csv",
    (
        Column("rater", "Pseudonym.", lambda row: row.rater),
        Column("n_ratings", "Main ratings.", lambda row: row.n_ratings),
        Column("n_excluded", "Main ratings that a pre-declared rule excludes.", lambda row: row.n_excluded),
        Column("simulated", "true where a program rated.", lambda row: row.simulated),
        Column("tie_share", "Share of answers without preference.", lambda row: row.tie_share),
        Column("first_side_share", "Share of decided answers for side A.", lambda row: row.first_side_share),
        Column(
            "longest_run",
            "Share of the most frequent answer as presented: 1 = always the same button.",
            lambda row: row.longest_run,
        ),
        Column(
            "median_response_ms",
            "Median time from display to submission.",
            lambda row: row.median_response_ms,
        ),
        Column(
            "median_played_share",
            "Median of the shorter of the two listening times over the longest seen.",
            lambda row: row.median_played_share,
        ),
        Column(
            "repeat_agreement",
            "Share of repeated tasks answered for the same system as before.",
            lambda row: row.repeat_agreement,
        ),
        Column(
            "agreement_with_others",
            "Mean agreement of decided answers with the other raters of the same comparison.",
            lambda row: row.agreement_with_others,
        ),
        Column(
            "gold_passed",
            "Share of gold pairs answered for the side that is not broken; empty without any.",
            lambda row: row.gold_passed,
        ),
        Column(
            "failed_checks",
            "Codes of the quality checks that the rater failed, declared as rules or not.",
            lambda row: row.failed_checks,
        ),
        Column(
            "excluded_by",
            "Code of the pre-declared rule that excludes the rater, or empty.",
            lambda row: row.excluded_by,
        ),
    ),
)

_ALPHA_BOUND = "Bound of the jackknife interval over raters and prompts; empty where it cannot be computed."

AGREEMENT: Table[CriterionResult] = Table(
    "agreement.csv",
    (
        Column("criterion", CRITERION, lambda result: result.criterion),
        Column(
            "units",
            "Comparisons with two ratings or more.",
            lambda result: result.agreement.units,
            "agreement.units",
        ),
        Column(
            "krippendorff_alpha_ordinal",
            "Ordinal alpha of preferences oriented by system; 1 = full agreement, 0 = chance.",
            lambda result: result.agreement.alpha,
            "agreement.krippendorff_alpha_ordinal",
        ),
        Column("ci_low", _ALPHA_BOUND, lambda result: result.agreement.low, "agreement.ci_low"),
        Column("ci_high", _ALPHA_BOUND, lambda result: result.agreement.high, "agreement.ci_high"),
        Column(
            "gwet_ac2",
            "Gwet's AC2 with quadratic weights, which many ties do not pull down.",
            lambda result: result.agreement.ac2,
            "agreement.gwet_ac2",
        ),
    ),
)

_BOUND = "Bound of its interval, empty where it has none."

DIAGNOSTICS: Table[Diagnostic] = Table(
    "diagnostics.csv",
    (
        Column(
            "criterion",
            "Id of what was judged, empty where the measure is about the whole table.",
            lambda row: row.criterion,
        ),
        Column("measure", "What was measured.", lambda row: row.measure),
        Column("value", "Its value.", lambda row: row.value),
        Column("ci_low", _BOUND, lambda row: row.low),
        Column("ci_high", _BOUND, lambda row: row.high),
        Column(
            "p_value",
            "Against what chance alone would give, empty where there is no test.",
            lambda row: row.p_value,
        ),
        Column("n", "What it was measured on.", lambda row: row.n),
        Column("note", "How to read it.", lambda row: row.note),
    ),
)
