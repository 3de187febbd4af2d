"""What was asked, who rated, what was excluded: counted from the table."""

import numpy as np

from analysis.findings.bundle import Facts
from analysis.findings.selection import kept_rows, main_rows
from analysis.findings.similar_names import name_notices
from analysis.stats.notice import Notice
from analysis.table.coded import Bools, Coded, Table


def facts_of(table: Table) -> Facts:
    """Counts of main rows; systems, raters and prompts are those of rows that no rule excludes."""
    main, kept = main_rows(table), main_rows(table) & kept_rows(table)
    studies = [label for label in table.text("study", "").labels if label]
    systems = {*_used(table.texts["system_first"], kept), *_used(table.texts["system_second"], kept)}
    return Facts(
        study=", ".join(studies),
        rows=table.rows,
        main_ratings=int(main.sum()),
        kept_ratings=int(kept.sum()),
        raters=len(_used(table.texts["rater"], kept)),
        prompts=len(_used(table.texts["prompt_id"], kept)),
        systems=tuple(sorted(systems)),
        simulated=int((main & table.text("simulated", "false").rows_with("true")).sum()),
        exclusions=_exclusions(table, main & ~kept_rows(table)),
        emptied=_emptied(table, main),
    )


def _used(column: Coded, rows: Bools) -> list[str]:
    return [column.labels[code] for code in np.unique(column.codes[rows])]


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
