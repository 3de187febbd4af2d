"""Is the table to be trusted? Measures that a reader of the study checks first."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from itertools import combinations

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.findings.selection import kept_rows, main_rows
from analysis.settings import Settings
from analysis.stats.consistency import (
    agreement_with_others,
    criterion_collapse,
    repeat_agreement,
    repeat_chance,
)
from analysis.stats.position_bias import Share, clustered_share, first_side_share
from analysis.table.coded import Bools, Floats, Table
from analysis.table.pair_codes import oriented_preferences, question_codes

Indices = np.ndarray[tuple[int], np.dtype[np.int64]]

_SIDE = "Share of decided ratings for side A; 0.5 without position bias. Interval clustered by rater."
_COLLAPSE = (
    "Share of tasks in which one rater gave both criteria the same answer; chance alone would give {:.2f}."
)
_REPEAT = (
    "Share of repeated tasks in which a rater favoured the same system (or neither) again; "
    "chance alone would give {:.2f}."
)
_OTHERS = (
    "Mean share of the other raters of a comparison who agree with a decided rating; 0.5 = chance. "
    "Interval clustered by prompt."
)
_RESPONSE = "Median seconds from display to submission."
_FAST = "Share of tasks submitted in less time than both sides were played for."


@dataclass(frozen=True)
class Diagnostic:
    """One row of `diagnostics.csv`; nan where there is no number."""

    criterion: str
    measure: str
    value: float
    low: float
    high: float
    p_value: float
    n: int
    note: str

    @property
    def cells(self) -> tuple[str | float | int, ...]:
        """In the order of the file's columns."""
        return astuple(self)


@dataclass(frozen=True)
class Care:
    """All diagnostics, and what `raters.csv` needs of them: by rater label, nan = unknown."""

    rows: tuple[Diagnostic, ...]
    repeat_agreement: Floats
    agreement_with_others: Floats


def diagnose(table: Table, criteria: Mapping[str, CriterionResult], settings: Settings) -> Care:
    """Everything about the care that raters took, and about the pull of the sides."""
    repeats, repeat_by_rater = _repeats(table, settings)
    others, others_by_rater = _others(table, criteria, settings)
    sides = [
        _of_share(
            name, "first_side_share", first_side_share(result.votes, confidence=settings.confidence), _SIDE
        )
        for name, result in criteria.items()
    ]
    rows = (*sides, *_collapses(table, criteria, settings), *others, *repeats, *_times(table))
    return Care(rows, repeat_by_rater, others_by_rater)


def _of_share(criterion: str, measure: str, share: Share, note: str) -> Diagnostic:
    return Diagnostic(criterion, measure, share.value, share.low, share.high, share.p_value, share.n, note)


def _by_rater(table: Table, rows: Indices, values: Floats) -> Floats:
    """Mean of the values that are not nan, per rater label."""
    known = ~np.isnan(values)
    rater, count = table.texts["rater"].codes[rows][known], len(table.texts["rater"].labels)
    n = np.bincount(rater, minlength=count)
    sums = np.bincount(rater, values[known], count)
    return np.where(n > 0, sums / np.where(n > 0, n, 1), np.nan)


def _answers(table: Table, rows: Bools, criterion: str) -> tuple[Indices, Indices]:
    """(who answered what, as one number; row) of one criterion's rows."""
    index = np.flatnonzero(rows & table.texts["criterion"].rows_with(criterion))
    raters = len(table.texts["rater"].labels)
    return question_codes(table)[index] * raters + table.texts["rater"].codes[index], index


def _collapses(table: Table, criteria: Mapping[str, CriterionResult], settings: Settings) -> list[Diagnostic]:
    rows = main_rows(table) & kept_rows(table)
    found = []
    for one, two in combinations(criteria, 2):
        (key_one, index_one), (key_two, index_two) = _answers(table, rows, one), _answers(table, rows, two)
        _, place_one, place_two = np.intersect1d(key_one, key_two, return_indices=True)
        if place_one.size == 0:
            continue
        collapse = criterion_collapse(
            table.preference[index_one[place_one]].astype(np.int64),
            table.preference[index_two[place_two]].astype(np.int64),
            table.texts["rater"].codes[index_one[place_one]].astype(np.int64),
            confidence=settings.confidence,
        )
        note = _COLLAPSE.format(collapse.by_chance)
        found.append(_of_share(f"{one} + {two}", "identical_answers", collapse.identical, note))
    return found


def _repeats(table: Table, settings: Settings) -> tuple[list[Diagnostic], Floats]:
    repeat = table.text("role", "main").rows_with("repeat") & kept_rows(table)
    preference, firsts, seconds, rows = oriented_preferences(table), [], [], []
    for criterion in table.texts["criterion"].labels if repeat.any() else ():
        key_main, index_main = _answers(table, main_rows(table), criterion)
        key_again, index_again = _answers(table, repeat, criterion)
        _, place_main, place_again = np.intersect1d(key_main, key_again, return_indices=True)
        rows.append(index_again[place_again])
        firsts.append(preference[index_main[place_main]])
        seconds.append(preference[rows[-1]])
    first, again, index = (
        np.concatenate([np.zeros(0, dtype=np.int64), *parts]) for parts in (firsts, seconds, rows)
    )
    if index.size == 0:
        return [], np.full(len(table.texts["rater"].labels), np.nan)
    rater = table.texts["rater"].codes[index].astype(np.int64)
    agreed, chance = repeat_agreement(first, again), repeat_chance(first, again)
    share = clustered_share(agreed, rater, null=chance, confidence=settings.confidence)
    return [_of_share("", "repeat_agreement", share, _REPEAT.format(chance))], _by_rater(table, index, agreed)


def _others(
    table: Table, criteria: Mapping[str, CriterionResult], settings: Settings
) -> tuple[list[Diagnostic], Floats]:
    rows, values, found = [np.zeros(0, dtype=np.int64)], [np.zeros(0)], []
    kept = main_rows(table) & kept_rows(table)
    for name, result in criteria.items():
        agreed = agreement_with_others(result.votes)
        known = ~np.isnan(agreed)
        rows.append(np.flatnonzero(kept & table.texts["criterion"].rows_with(name)))
        values.append(agreed)
        if known.any():
            # By prompt: two raters who agree are in both their shares, so that clusters of raters are not apart.
            share = clustered_share(
                agreed[known], result.votes.prompt[known], null=0.5, confidence=settings.confidence
            )
            found.append(_of_share(name, "agreement_with_others", share, _OTHERS))
    return found, _by_rater(table, np.concatenate(rows), np.concatenate(values))


def _times(table: Table) -> list[Diagnostic]:
    """Of tasks that count. All criteria of a task share its times, unless each was asked in a pass of its own."""
    rows = np.flatnonzero(main_rows(table) & kept_rows(table))
    played = np.nan_to_num(table.number("played_first_ms") + table.number("played_second_ms"), nan=-1)
    who = question_codes(table) * len(table.texts["rater"].labels) + table.texts["rater"].codes
    tasks = np.stack([who[rows], table.number("response_ms")[rows], played[rows]], axis=1)
    _, response, played = np.unique(tasks[~np.isnan(tasks[:, 1])], axis=0).T
    heard = played >= 0
    found = []
    if response.size:
        found.append(_plain("median_response_s", float(np.median(response)) / 1000, response.size, _RESPONSE))
    if heard.any():
        share = float((response < played)[heard].mean())
        found.append(_plain("faster_than_played", share, int(heard.sum()), _FAST))
    return found


def _plain(measure: str, value: float, n: int, note: str) -> Diagnostic:
    return Diagnostic("", measure, value, np.nan, np.nan, np.nan, n, note)
