"""How many assignments a rater has, by role, state and orientation: all that decides which kind of pair comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from raters.models import Assignment, Rater
from raters.policy import wanted_orientation
from raters.sql import reads
from raters.sql.fetching import fetch

Role = Assignment.Role
State = Assignment.State


@dataclass(frozen=True, slots=True)
class AssignmentCounts:
    """Rows of one rater by (role, state, swapped)."""

    by_kind: Mapping[tuple[str, str, bool], int]

    def count(self, *, role: str | None = None, state: str | None = None, swapped: bool | None = None) -> int:
        wanted = (role, state, swapped)
        return sum(
            count
            for kind, count in self.by_kind.items()
            if all(want is None or want == have for want, have in zip(wanted, kind, strict=True))
        )

    @property
    def holds_one(self) -> bool:
        return self.count(state=State.ASSIGNED) > 0

    @property
    def done(self) -> int:
        """Tasks submitted, gold and repeats among them and training not: what the rater's bar shows."""
        return self.count(state=State.SUBMITTED) - self.count(state=State.SUBMITTED, role=Role.TRAINING)

    def given(self, role: str) -> int:
        """How many of this role were assigned to the rater and not taken away again."""
        return self.count(role=role) - self.count(role=role, state=State.EXPIRED)

    @property
    def wanted_orientation(self) -> bool | None:
        """Whether the rater's next comparison should be swapped; None when either will do."""
        return wanted_orientation(
            swapped=self.count(role=Role.MAIN, swapped=True),
            straight=self.count(role=Role.MAIN, swapped=False),
        )


def count_assignments(rater: Rater) -> AssignmentCounts:
    """One statement."""
    rows = fetch(reads.ASSIGNMENT_COUNTS, (rater.pk,))
    return AssignmentCounts({(role, state, bool(swapped)): count for role, state, swapped, count in rows})
