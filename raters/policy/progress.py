"""How far a rater is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` tasks; ``percent`` is rounded down, so that 100 means finished."""

    done: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.total:
            raise ValueError(f"progress is 0 <= done <= total, not {self.done} of {self.total}")

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100
