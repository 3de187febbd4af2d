"""Whole-table rules. Each refuses with the first offending row (the header is row 1), its column and what is
allowed.
"""

import numpy as np

from analysis.errors import TableRefused
from analysis.table.coded import Bools, Coded, Table
from analysis.table.columns import ALLOWED, REQUIRED_NAMES, SCALES, SCORES
from analysis.table.pair_codes import pair_codes, question_codes

HEADER_AND_ONE = 2


def check(table: Table) -> None:
    """Refuse what would make a statistic wrong. Raises TableRefused."""
    _no_empty_cell(table)
    _one_study(table)
    _only_allowed_words(table)
    _one_per_criterion(table, "scale")
    _one_per_criterion(table, "kind")
    _preferences_on_scale(table)
    _scores_give_the_preference(table)
    _one_each(table, "prompt_tags", "prompt_id", "prompt")
    _one_each(table, "rater_group", "rater", "rater")
    _no_system_against_itself(table)
    _one_question_per_comparison(table)
    _no_rating_twice(table)


def _refuse(wrong: Bools, column: str, given: str, allowed: str, table: Table) -> None:
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    values = {name: coded.labels[coded.codes[row]][:60] for name, coded in table.texts.items()}
    values["value"] = str(table.preference[row])
    raise TableRefused(
        f"row {row + HEADER_AND_ONE}, column {column!r}: {given.format(**values)}; allowed: {allowed}"
    )


def _one_study(table: Table) -> None:
    """Raters of two studies may share pseudonyms, so that pooling them would take two people for one."""
    if "study" in table.texts and table.rows:
        column = table.texts["study"]
        _refuse(
            column.codes != column.codes[0],
            "study",
            "{study!r} is a second study",
            "one study a file; to pool studies, make raters and prompts distinct and leave the column out",
            table,
        )


def _no_empty_cell(table: Table) -> None:
    for name in (*REQUIRED_NAMES, "comparison"):
        if name in table.texts:
            _refuse(table.texts[name].rows_with(""), name, "the cell is empty", "some text", table)


def _only_allowed_words(table: Table) -> None:
    for name, allowed in ALLOWED.items():
        if name in table.texts:
            column = table.texts[name]
            wrong = np.array([label not in allowed for label in column.labels], dtype=np.bool_)
            if wrong.any():
                _refuse(wrong[column.codes], name, f"got {{{name}!r}}", ", ".join(allowed), table)


def _one_per_criterion(table: Table, name: str) -> None:
    """One scale and one kind per criterion: answers on two scales cannot be pooled into one statistic."""
    criterion, column = table.texts["criterion"], table.text(name, "")
    if table.rows == 0:
        return
    first = _first_row_of(criterion)
    mixed = column.codes != column.codes[first[criterion.codes]]
    _refuse(
        mixed,
        name,
        f"{{{name}!r}} is a second {name} for criterion {{criterion!r}}",
        f"one {name} a criterion",
        table,
    )


def _one_each(table: Table, name: str, owner: str, noun: str) -> None:
    """A prompt's tags and a rater's group are theirs, the same in every row."""
    if name not in table.texts or table.rows == 0:
        return
    column, owners = table.texts[name], table.texts[owner]
    differs = column.codes != column.codes[_first_row_of(owners)[owners.codes]]
    given = f"{{{name}!r}} differs from an earlier row of {noun} {{{owner}!r}}"
    _refuse(differs, name, given, f"one {name} a {noun}", table)


def _first_row_of(column: Coded) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    first = np.zeros(len(column.labels), dtype=np.int64)
    first[column.codes[::-1]] = np.arange(column.codes.size - 1, -1, -1)
    return first


def _preferences_on_scale(table: Table) -> None:
    if "scale" not in table.texts:
        return
    column = table.texts["scale"]
    for scale in column.labels:
        off = column.rows_with(scale) & ~np.isin(table.preference, SCALES[scale])
        allowed = ", ".join(map(str, SCALES[scale])) + f" on scale {scale}"
        _refuse(off, "preference", "got {value}", allowed, table)


def _scores_give_the_preference(table: Table) -> None:
    """On absolute scales two scores from 1 to 5, whose difference is the preference."""
    if "scale" not in table.texts:
        return
    absolute = table.texts["scale"].rows_with("absolute-5")
    for name in ("score_first", "score_second"):
        score = table.number(name)
        off = absolute & ~np.isnan(score) & ~np.isin(score, SCORES)
        _refuse(off, name, "the score is not on the scale", f"{SCORES[0]} to {SCORES[-1]}, whole", table)
    difference = table.number("score_second") - table.number("score_first")
    wrong = absolute & ~np.isnan(difference) & (difference != table.preference)
    _refuse(wrong, "preference", "got {value}", "score_second minus score_first", table)


def _judged(table: Table) -> Bools:
    """Rows whose two systems are compared in earnest: gold and training tasks may show one system twice."""
    role = table.text("role", "main")
    return role.rows_with("main") | role.rows_with("repeat")


def _no_system_against_itself(table: Table) -> None:
    first, second = table.texts["system_first"], table.texts["system_second"]
    place = {label: index for index, label in enumerate(second.labels)}
    same = np.array([place.get(label, -1) for label in first.labels], dtype=np.int32)
    if table.rows:
        wrong = (same[first.codes] == second.codes) & _judged(table)
        _refuse(
            wrong,
            "system_second",
            "{system_second!r} is compared with itself",
            "two different systems",
            table,
        )


def _one_question_per_comparison(table: Table) -> None:
    if "comparison" not in table.texts or table.rows == 0:
        return
    comparison, judged = table.texts["comparison"], _judged(table)
    first = _first_row_of(Coded(comparison.codes[judged], comparison.labels))
    rows = np.flatnonzero(judged)
    if rows.size == 0:
        return
    origin = rows[first[comparison.codes]]
    prompt, pair = table.texts["prompt_id"].codes, pair_codes(table)
    wrong = judged & ((prompt != prompt[origin]) | (pair != pair[origin]))
    _refuse(
        wrong,
        "comparison",
        "{comparison!r} has other systems or another prompt in an earlier row",
        "one prompt and two systems a comparison",
        table,
    )


def _no_rating_twice(table: Table) -> None:
    if "comparison" not in table.texts:
        return  # read as replicates: see `analysis.table.replicates`
    main = np.flatnonzero(table.text("role", "main").rows_with("main"))
    key = question_codes(table)[main]
    for name in ("rater", "criterion"):
        key = key * len(table.texts[name].labels) + table.texts[name].codes[main]
    order = np.argsort(key, kind="stable")
    wrong = np.zeros(table.rows, dtype=np.bool_)
    wrong[main[order[1:][key[order[1:]] == key[order[:-1]]]]] = True
    _refuse(
        wrong,
        "rater",
        "{rater!r} rated comparison {comparison!r} on {criterion!r} in an earlier row",
        "one main rating per rater, comparison and criterion; give replicates different ids in `comparison`, and "
        "repeated tasks the role repeat",
        table,
    )
