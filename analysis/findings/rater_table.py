"""One row per rater: how much they did, and whether they took care."""

from dataclasses import astuple, dataclass

import numpy as np

from analysis.findings.selection import kept_rows, main_rows
from analysis.table.coded import Bools, Floats, Table

Indices = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class RaterRow:
    """One row of `raters.csv`; nan where there is no number."""

    rater: str
    n_ratings: int
    n_excluded: int
    simulated: str
    tie_share: float
    first_side_share: float
    longest_run: float
    median_response_ms: float
    median_played_share: float
    repeat_agreement: float
    agreement_with_others: float
    gold_passed: float
    failed_checks: str
    excluded_by: str

    @property
    def cells(self) -> tuple[str | float | int, ...]:
        """In the order of the file's columns."""
        return astuple(self)


def rater_rows(table: Table, repeat_agreement: Floats, others: Floats) -> tuple[RaterRow, ...]:
    """Every rater with a main rating, in the alphabet. `repeat_agreement`, `others`: per rater label, nan = unknown."""
    main = np.flatnonzero(main_rows(table))
    raters = table.texts["rater"]
    code, count = raters.codes[main].astype(np.int64), len(raters.labels)
    n = np.bincount(code, minlength=count).astype(np.float64)
    preference = table.preference[main].astype(np.int64)
    decided = np.bincount(code, preference != 0, count)
    ties = _ratio(np.bincount(code, preference == 0, count), n)
    first_side = _ratio(np.bincount(code, preference < 0, count), decided)
    run = _ratio(_most_frequent(code, preference, count), n)
    response = _medians(code, table.number("response_ms")[main], count)
    played, gold = _medians(code, _played_share(table, main), count), _gold_passed(table, count)
    excluded = np.bincount(code, ~kept_rows(table)[main], count)
    simulated = _simulated(table, table.text("simulated", "false").rows_with("true"), count)
    failed, rule = _said_of_raters(table, "failed_checks", count), _said_of_raters(table, "excluded", count)
    return tuple(
        RaterRow(
            rater=raters.labels[r],
            n_ratings=int(n[r]),
            n_excluded=int(excluded[r]),
            simulated=simulated[r],
            tie_share=float(ties[r]),
            first_side_share=float(first_side[r]),
            longest_run=float(run[r]),
            median_response_ms=float(response[r]),
            median_played_share=float(played[r]),
            repeat_agreement=float(repeat_agreement[r]),
            agreement_with_others=float(others[r]),
            gold_passed=float(gold[r]),
            failed_checks=failed[r],
            excluded_by=rule[r],
        )
        for r in np.flatnonzero(n)
    )


def _gold_passed(table: Table, count: int) -> Floats:
    """Per rater the share of known answers given in gold pairs, [count]; nan without any."""
    known = table.text("known_answer", "")
    first, second = known.rows_with("first"), known.rows_with("second")
    gold = table.text("role", "main").rows_with("gold") & (first | second)
    right = (first & (table.preference < 0)) | (second & (table.preference > 0))
    code = table.texts["rater"].codes
    return _ratio(np.bincount(code[gold & right], minlength=count), np.bincount(code[gold], minlength=count))


def _said_of_raters(table: Table, name: str, count: int) -> list[str]:
    """What a column says of each rater in some row of theirs, the last in the alphabet; empty where it is silent."""
    column = table.text(name, "")
    code = np.zeros(count, dtype=np.int64)
    np.maximum.at(code, table.texts["rater"].codes, column.codes.astype(np.int64))
    return [column.labels[place] if column.labels else "" for place in code]


def _ratio(part: Floats | Indices, whole: Floats | Indices) -> Floats:
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan))


def _simulated(table: Table, flags: Bools, count: int) -> list[str]:
    if "simulated" not in table.texts:
        return [""] * count
    some = np.bincount(table.texts["rater"].codes, flags, count) > 0
    return ["true" if flag else "false" for flag in some]


def _most_frequent(code: Indices, preference: Indices, count: int) -> Floats:
    width = 9
    answers = np.bincount(code * width + preference + width // 2, minlength=count * width)
    return np.asarray(answers.reshape(count, width).max(axis=1), dtype=np.float64)


def _played_share(table: Table, main: Indices) -> Floats:
    """The shorter of a task's two listening times over the longest typical one, so that 1 = heard whole."""
    shorter = np.minimum(table.number("played_first_ms")[main], table.number("played_second_ms")[main])
    known = shorter[~np.isnan(shorter)]
    usual = float(np.quantile(known, 0.9)) if known.size else 0.0
    return np.asarray(shorter / usual) if usual > 0 else np.full(main.size, np.nan)


def _medians(code: Indices, values: Floats, count: int) -> Floats:
    """Median per group of the values that are not nan, [count]; nan for groups without one."""
    known = ~np.isnan(values)
    code, values = code[known], values[known]
    ordered = values[np.lexsort((values, code))]
    size = np.bincount(code, minlength=count)
    start = np.cumsum(size) - size
    medians = np.full(count, np.nan)
    some = size > 0
    low, high = (start + (size - 1) // 2)[some], (start + size // 2)[some]
    medians[some] = (ordered[low] + ordered[high]) / 2
    return medians
