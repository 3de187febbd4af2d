"""Who should get which row next, written a second time: plainly, row by row, with no thought of speed."""

from __future__ import annotations

from raters.models import Assignment, Session


def expected_next(session: Session) -> int | None:
    """The waiting row that decisions 6 of docs/design/decisions.md gives to this rater; None where there is none."""
    mine = list(Assignment.objects.filter(rater=session.rater, role="main"))
    met = {row.comparison_id for row in mine}
    swapped = sum(row.swapped for row in mine)
    lean = swapped - (len(mine) - swapped)
    # Two more of one side than of the other: the other one is wanted.
    unwanted = (lean > 0) if abs(lean) >= 2 else None
    waiting = [
        row
        for row in Assignment.objects.filter(study=session.rater.study, state="waiting")
        if row.comparison_id not in met
    ]
    first = min(waiting, key=lambda row: (row.round, row.swapped == unwanted, row.order), default=None)
    return first.pk if first else None
