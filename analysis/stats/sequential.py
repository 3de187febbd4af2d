"""May I stop? An always-valid monitor of one contrast: a betting e-process on blocks of raters.

Each finished rater is one block with a score in [0, 1]: the mean of their ratings of the pair, ties split.
If raters are drawn alike, the wealth of a gambler who bets against "the mean is m" has expectation at most 1
whenever one looks, so 1 / alpha is exceeded with probability at most alpha under that mean, however often
one looks (Ville). Bets follow Waudby-Smith and Ramdas (2024), section 4: predictable plug-in bets, hedged to
both sides. Prompts are taken as given: the monitor speaks of new raters on these prompts, and is the wider
interval's companion, not its replacement.
"""

from dataclasses import dataclass

import numpy as np

from analysis.stats.votes import Floats, Votes

NULL = 0.5
GRID = 401  # candidate means between 0 and 1
BOLDEST = 0.75  # share of the largest bet that cannot bankrupt
PRIOR_BLOCKS = 1.0


@dataclass(frozen=True)
class Monitor:
    """What the blocks so far say. `path` [T]: the e-value against even preference after each block."""

    blocks: int
    estimate: float  # mean score of the blocks, nan without one
    e_value: float  # evidence now
    p_value: float  # valid whenever one looks: 1 / the largest e-value so far
    low: float  # confidence sequence, valid at every block at once
    high: float
    decided: bool  # some e-value reached contrasts / alpha
    path: Floats


def rater_blocks(votes: Votes, pair: int, order: Floats) -> Floats:
    """Scores [T] of one pair by rater, raters sorted by `order` [R] (when each finished); those without are
    left out.
    """
    counts = votes.by_rater[np.argsort(order, kind="stable"), pair]
    n = counts.sum(axis=1)
    rated = n > 0
    return np.asarray((counts[rated, 2] + counts[rated, 1] / 2) / n[rated])


def monitor(scores: Floats, *, confidence: float, contrasts: int = 1) -> Monitor:
    """Follow blocks [T] in the order they finished. `contrasts`: how many planned contrasts share the error
    (Bonferroni).
    """
    threshold = contrasts / (1 - confidence)
    if scores.size and (scores.min() < 0 or scores.max() > 1):
        raise ValueError("scores of blocks must be between 0 and 1")
    bets = _bets(scores, threshold)
    path = np.exp(_log_wealth(scores, bets, np.array([NULL]))[:, 0])
    low, high = _confidence_sequence(scores, bets, threshold)
    largest = float(path.max(initial=1.0))
    return Monitor(
        blocks=scores.size,
        estimate=float(scores.mean()) if scores.size else np.nan,
        e_value=float(path[-1]) if scores.size else 1.0,
        p_value=min(1.0, contrasts / largest),
        low=low,
        high=high,
        decided=largest >= threshold,
        path=path,
    )


def _bets(scores: Floats, threshold: float) -> Floats:
    """Sizes of the bets [T], each from the blocks before it only: sqrt(2 log(threshold) / (variance t log(t + 1)))."""
    time = np.arange(1, scores.size + 1)
    before = np.concatenate([[0.0], np.cumsum(scores)[:-1]])
    mean = (PRIOR_BLOCKS * NULL + before) / (PRIOR_BLOCKS + time - 1)
    squares = np.concatenate([[0.0], np.cumsum((scores - mean) ** 2)[:-1]])
    variance = (PRIOR_BLOCKS * 0.25 + squares) / (PRIOR_BLOCKS + time - 1)
    return np.asarray(np.sqrt(2 * np.log(2 * threshold) / (variance * time * np.log(time + 1))))


def _log_wealth(scores: Floats, bets: Floats, means: Floats) -> Floats:
    """Log of the hedged wealth against each candidate mean, [T, M]: half bets up, half bets down."""
    gain = scores[:, None] - means[None, :]
    up = np.minimum(bets[:, None], BOLDEST / np.maximum(means, 1e-12)[None, :])
    down = np.minimum(bets[:, None], BOLDEST / np.maximum(1 - means, 1e-12)[None, :])
    rising = np.cumsum(np.log1p(up * gain), axis=0)
    falling = np.cumsum(np.log1p(-down * gain), axis=0)
    return np.asarray(np.logaddexp(rising, falling) - np.log(2))


def _confidence_sequence(scores: Floats, bets: Floats, threshold: float) -> tuple[float, float]:
    """Means that no block so far has refuted; widened by one step of the grid so that the ends are inside."""
    if scores.size == 0:
        return 0.0, 1.0
    grid = np.linspace(0, 1, GRID)
    alive = np.flatnonzero(_log_wealth(scores, bets, grid).max(axis=0) < np.log(threshold))
    if alive.size == 0:
        middle = float(scores.mean())
        return middle, middle
    step = 1 / (GRID - 1)
    return max(0.0, float(grid[alive[0]]) - step), min(1.0, float(grid[alive[-1]]) + step)
