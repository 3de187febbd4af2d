"""What a row asked: which two systems on which prompt, whichever side they were on."""

import numpy as np

from analysis.table.coded import Table

Codes = np.ndarray[tuple[int], np.dtype[np.int64]]


def system_codes(table: Table) -> tuple[Codes, Codes, int]:
    """(first system, second system, how many systems), numbered in the alphabet over both columns, [rows]."""
    first, second = table.texts["system_first"], table.texts["system_second"]
    names = sorted({*first.labels, *second.labels})
    place = {name: index for index, name in enumerate(names)}
    one = np.array([place[label] for label in first.labels], dtype=np.int64)[first.codes]
    two = np.array([place[label] for label in second.labels], dtype=np.int64)[second.codes]
    return one, two, len(names)


def pair_codes(table: Table) -> Codes:
    """The unordered pair of systems, as one number a row."""
    one, two, systems = system_codes(table)
    return np.minimum(one, two) * systems + np.maximum(one, two)


def question_codes(table: Table) -> Codes:
    """What was asked, as one number a row: the comparison's id, or prompt, pair and replicate without such a column."""
    if "comparison" in table.texts:
        return table.texts["comparison"].codes.astype(np.int64)
    prompt = table.texts["prompt_id"]
    asked = np.unique(pair_codes(table), return_inverse=True)[1] * len(prompt.labels) + prompt.codes
    replicates = int(table.replicate.max(initial=0)) + 1
    return np.asarray(asked * replicates + table.replicate)


def oriented_preferences(table: Table) -> Codes:
    """Preferences with positive = the system later in the alphabet, [rows]."""
    one, two, _ = system_codes(table)
    return np.where(two > one, 1, -1) * table.preference.astype(np.int64)
