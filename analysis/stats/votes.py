"""The ratings of one criterion, coded and oriented by system, and their counts.

Every rating is coded once as (rater, prompt, pair, level). Positive levels favour the pair's second system, whichever
side it was played on. All later statistics come from the counts; only the rater-by-prompt term passes over rows.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LOSS, TIE, WIN = 0, 1, 2  # of the pair's second system


@dataclass(frozen=True)
class Votes:
    """N ratings of one criterion. Indices run over the raters, prompts, pairs and units that occur."""

    systems: tuple[str, ...]  # in the alphabet
    pairs: Ints  # [P, 2] indices of systems, first < second
    rater: Ints  # [N]
    prompt: Ints  # [N]
    pair: Ints  # [N]
    level: Ints  # [N] -reach .. reach, positive favours the pair's second system
    second_played_first: Bools  # [N] the pair's second system was side A
    unit: Ints  # [N] what was compared: one pair on one prompt (one comparison)
    n_raters: int
    n_prompts: int
    n_units: int
    reach: int  # the scale's largest preference

    @property
    def n(self) -> int:
        """How many ratings."""
        return int(self.rater.size)

    @property
    def n_pairs(self) -> int:
        """How many pairs of systems were compared."""
        return int(self.pairs.shape[0])

    @cached_property
    def outcome(self) -> Ints:
        """0 = the pair's second system lost, 1 = tie, 2 = it won, [N]."""
        return np.sign(self.level) + 1

    @cached_property
    def by_rater(self) -> Floats:
        """Outcomes by rater and pair, [R, P, 3]."""
        return self._outcomes(self.rater, self.n_raters)

    @cached_property
    def by_prompt(self) -> Floats:
        """Outcomes by prompt and pair, [Q, P, 3]."""
        return self._outcomes(self.prompt, self.n_prompts)

    def _outcomes(self, group: Ints, groups: int) -> Floats:
        codes = (group * self.n_pairs + self.pair) * 3 + self.outcome
        counts = np.bincount(codes, minlength=groups * self.n_pairs * 3)
        return counts.reshape(groups, self.n_pairs, 3).astype(np.float64)

    @cached_property
    def outcomes(self) -> Floats:
        """Outcomes by pair, [P, 3]."""
        return (
            np.bincount(self.pair * 3 + self.outcome, minlength=self.n_pairs * 3).reshape(-1, 3).astype(float)
        )

    @cached_property
    def levels(self) -> Floats:
        """Ratings by pair, level and side: [P, 2 reach + 1, 2]; last axis 1 = the second system was side A."""
        width = 2 * self.reach + 1
        codes = ((self.pair * width) + self.level + self.reach) * 2 + self.second_played_first
        return np.bincount(codes, minlength=self.n_pairs * width * 2).reshape(-1, width, 2).astype(float)

    @cached_property
    def unit_levels(self) -> Floats:
        """Ratings by unit and level, [U, 2 reach + 1]."""
        width = 2 * self.reach + 1
        codes = self.unit * width + self.level + self.reach
        return np.bincount(codes, minlength=self.n_units * width).reshape(-1, width).astype(float)

    @cached_property
    def effective_raters(self) -> float:
        """(sum n)^2 / sum n^2 over raters: how many equally busy raters these are worth."""
        return effective_number(self.rater)

    @cached_property
    def effective_prompts(self) -> float:
        """The same over prompts."""
        return effective_number(self.prompt)

    @property
    def df(self) -> float:
        """Degrees of freedom of what is estimated from all votes; 0 for one rater or one prompt."""
        if min(self.n_raters, self.n_prompts) < 2:
            return 0.0
        return max(min(self.effective_raters, self.effective_prompts) - 1, 1.0)

    @cached_property
    def cell(self) -> Ints:
        """Which rater-by-prompt cell each rating is in, [N], numbered without gaps."""
        return cells_of(self.rater, self.prompt, self.n_raters, self.n_prompts)

    @cached_property
    def n_cells(self) -> int:
        """How many rater-by-prompt cells hold a rating."""
        return int(self.cell.max(initial=-1)) + 1


def effective_number(cluster: Ints) -> float:
    """(sum n)^2 / sum n^2 of the sizes n of clusters, given as the cluster of every value [N] (Kish 1965)."""
    sizes = np.bincount(cluster).astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def cells_of(rater: Ints, prompt: Ints, n_raters: int, n_prompts: int) -> Ints:
    """Which rater-by-prompt cell each value is in, [N], numbered without gaps."""
    return compact(rater * n_prompts + prompt, n_raters * n_prompts)[0]


def compact(codes: Ints, limit: int) -> tuple[Ints, Ints]:
    """Renumber codes below `limit` without gaps: (new codes [N], the old code of each new one)."""
    if limit > 20_000_000:  # a table of flags that long would cost more memory than sorting
        kept, renumbered = np.unique(codes, return_inverse=True)
        return renumbered.astype(np.int64), kept
    present = np.zeros(limit, dtype=np.bool_)
    present[codes] = True
    return (np.cumsum(present) - 1)[codes], np.flatnonzero(present)
