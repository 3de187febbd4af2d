"""What was asked, who rated, what was excluded: counted from the table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.findings.selection import kept_rows, labels_among, main_rows
from analysis.findings.similar_names import name_notices
from analysis.stats.notice import Notice
from analysis.table.coded import Bools, Table


@dataclass(frozen=True)
class Facts:
    """What was asked and who rated."""

    study: str
    rows: int
    sha256: str  # of the table's bytes
    main_ratings: int
    kept_ratings: int
    raters: int
    prompts: int
    systems: tuple[str, ...]
    simulated: int
    exclusions: Mapping[str, int]  # rule -> ratings
    excluded_raters: int
    emptied: Mapping[str, int]  # criterion -> ratings, where the rules exclude all of them


def facts_of(table: Table) -> Facts:
    """Counts of main rows; systems, raters and prompts are those of rows that no rule excludes."""
    main = main_rows(table)
    kept = main & kept_rows(table)
    studies = [label for label in table.text("study", "").labels if label]
    systems = {
        *labels_among(table.texts["system_first"], kept),
        *labels_among(table.texts["system_second"], kept),
    }
    return Facts(
        study=", ".join(studies),
        rows=table.rows,
        sha256=table.sha256,
        main_ratings=int(main.sum()),
        kept_ratings=int(kept.sum()),
        raters=len(labels_among(table.texts["rater"], kept)),
        prompts=len(labels_among(table.texts["prompt_id"], kept)),
        systems=tuple(sorted(systems)),
        simulated=int((main & table.text("simulated", "false").rows_with("true")).sum()),
        exclusions=_exclusions(table, main & ~kept),
        excluded_raters=len(labels_among(table.texts["rater"], main & ~kept)),
        emptied=_emptied(table, main),
    )


def _exclusions(table: Table, rows: Bools) -> dict[str, int]:
    column = table.text("excluded", "")
    counts = np.bincount(column.codes[rows], minlength=len(column.labels))
    return {label: int(count) for label, count in zip(column.labels, counts, strict=True) if count}


def _emptied(table: Table, main: Bools) -> dict[str, int]:
    column = table.texts["criterion"]
    given = np.bincount(column.codes[main], minlength=len(column.labels))
    kept = np.bincount(column.codes[main & kept_rows(table)], minlength=len(column.labels))
    return {
        label: int(n) for label, n, left in zip(column.labels, given, kept, strict=True) if n and not left
    }


def table_notices(table: Table, facts: Facts) -> tuple[Notice, ...]:
    """Warnings about the table as a whole."""
    notices = [*table.notices, *name_notices(table)]
    if facts.simulated:
        share = (
            "All" if facts.simulated == facts.main_ratings else f"{facts.simulated} of {facts.main_ratings}"
        )
        text = f"{share} main ratings were made by a program, not by people. These results say nothing about listeners."
        notices.append(Notice("simulated_ratings", text))
    if facts.main_ratings == 0:
        notices.append(Notice("no_ratings", "There is no main rating to analyse yet."))
    if facts.exclusions and facts.kept_ratings:
        parts = ", ".join(f"{code}: {count}" for code, count in facts.exclusions.items())
        text = f"Ratings excluded under pre-declared rules ({parts}); win rates with them put back are reported beside."
        notices.append(Notice("exclusions", text))
    for criterion, count in facts.emptied.items():
        text = (
            f"{criterion}: all {count} ratings are excluded under pre-declared rules, so nothing is reported."
        )
        notices.append(Notice("all_excluded", text))
    return tuple(notices)
