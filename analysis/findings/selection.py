"""From the table to one criterion's votes: which rows count, and how they are oriented."""

import numpy as np

from analysis.stats.votes import Votes, compact
from analysis.table.coded import Bools, Coded, Table
from analysis.table.columns import SCALES


def main_rows(table: Table) -> Bools:
    """Rows of role `main`, excluded or not, [rows]."""
    return table.text("role", "main").rows_with("main")


def kept_rows(table: Table) -> Bools:
    """Rows that no pre-declared rule excludes, [rows]."""
    return table.text("excluded", "").rows_with("")


def criteria_of(table: Table) -> tuple[str, ...]:
    """The criteria in the alphabet."""
    return table.texts["criterion"].labels


def kind_of(table: Table, criterion: str) -> str:
    """`quality` or `diversity`: one kind per criterion was checked when the table was read."""
    return _first(table.text("kind", "quality"), table.texts["criterion"].rows_with(criterion))


def levels_of(table: Table, criterion: str) -> tuple[int, ...]:
    """The preferences that raters could give: the scale's, or what occurs where the file names no scale."""
    rows = table.texts["criterion"].rows_with(criterion)
    scale = _first(table.text("scale", ""), rows)
    if scale:
        return SCALES[scale]
    reach = max(1, int(np.abs(table.preference[rows]).max(initial=1)))
    return tuple(range(-reach, reach + 1))


def scale_of(table: Table, criterion: str) -> str:
    """The scale's name, empty where the file names none."""
    return _first(table.text("scale", ""), table.texts["criterion"].rows_with(criterion))


def _first(column: Coded, rows: Bools) -> str:
    return column.labels[int(column.codes[np.argmax(rows)])]


def labels_among(column: Coded, rows: Bools) -> tuple[str, ...]:
    """The labels that occur in these rows, as `votes_of` numbers them."""
    return tuple(column.labels[code] for code in np.unique(column.codes[rows]))


def votes_of(table: Table, rows: Bools, *, reach: int) -> Votes:
    """The votes in `rows` (one criterion, at least one row), oriented so that positive favours the later system."""
    index = np.flatnonzero(rows)
    first, second, systems = _systems(table, index)
    low, high = np.minimum(first, second), np.maximum(first, second)
    pair, pair_codes = compact(low * len(systems) + high, len(systems) ** 2)
    rater, raters = _renumbered(table.texts["rater"], index)
    prompt, prompts = _renumbered(table.texts["prompt_id"], index)
    preference = table.preference[index].astype(np.int64)
    if "comparison" in table.texts:
        unit, units = _renumbered(table.texts["comparison"], index)
    else:
        replicate = table.replicate[index].astype(np.int64)
        replicates = int(replicate.max(initial=0)) + 1
        asked = (prompt * pair_codes.size + pair) * replicates + replicate
        unit, units = compact(asked, prompts.size * pair_codes.size * replicates)
    return Votes(
        systems=systems,
        pairs=np.stack(np.divmod(pair_codes, len(systems)), axis=1),
        rater=rater,
        prompt=prompt,
        pair=pair,
        level=np.where(second == high, preference, -preference),
        second_played_first=first == high,
        unit=unit,
        n_raters=raters.size,
        n_prompts=prompts.size,
        n_units=units.size,
        reach=reach,
    )


Indices = np.ndarray[tuple[int], np.dtype[np.int64]]


def _systems(table: Table, index: Indices) -> tuple[Indices, Indices, tuple[str, ...]]:
    sides = [table.texts[name] for name in ("system_first", "system_second")]
    present = [np.unique(side.codes[index]) for side in sides]
    names = sorted({side.labels[code] for side, codes in zip(sides, present, strict=True) for code in codes})
    place = {name: number for number, name in enumerate(names)}
    first, second = (
        np.array([place.get(label, -1) for label in side.labels], dtype=np.int64)[side.codes[index]]
        for side in sides
    )
    return first, second, tuple(names)


def _renumbered(column: Coded, index: Indices) -> tuple[Indices, Indices]:
    return compact(column.codes[index].astype(np.int64), len(column.labels))
