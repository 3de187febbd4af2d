"""Ratings that a rater gave again to the same two systems on the same prompt, in a table without comparison ids.

Classical designs show every pair in both orders, or several times. Each such rating counts; intervals are clustered by
rater and prompt, so they know that it comes from the same person and prompt.
"""

from dataclasses import replace

import numpy as np

from analysis.stats.notice import Notice
from analysis.table.coded import Table
from analysis.table.pair_codes import question_codes


def with_replicates(table: Table) -> Table:
    """The table with its replicates numbered, and a warning that counts them.

    Within rater, criterion, prompt and pair they are numbered by who was side A, then by the answer: the order of the
    rows changes nothing.
    """
    if "comparison" in table.texts:  # two ids are two comparisons, and a second rating of one was refused
        return table
    main = np.flatnonzero(table.text("role", "main").rows_with("main"))
    key = question_codes(table)[main]
    for name in ("rater", "criterion"):
        key = key * len(table.texts[name].labels) + table.texts[name].codes[main]
    order = np.lexsort((table.preference[main], table.texts["system_first"].codes[main], key))
    again = key[order[1:]] == key[order[:-1]]
    if not again.any():
        return table
    start = np.flatnonzero(np.concatenate([[True], ~again]))
    length = np.diff(np.append(start, order.size))
    number = np.arange(order.size) - np.repeat(start, length)
    replicate = np.zeros(table.rows, dtype=np.int32)
    replicate[main[order]] = number
    text = (
        f"{int(again.sum())} ratings answer a question again that the same rater had answered: the same two systems "
        "on the same prompt. They were read as replicates, and each counts. If rows were copied by mistake, remove "
        "them; if they are repeated tasks that measure consistency, give them the role repeat."
    )
    return replace(table, replicate=replicate, notices=(*table.notices, Notice("replicates", text)))
