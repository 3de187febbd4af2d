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
    path = np.exp(_log_wealth(scores, bets, NULL))
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


def _rising(scores: Floats, bets: Floats, mean: float) -> Floats:
    """Log wealth of who bets that the mean is above `mean`, [T]; it falls as `mean` rises."""
    bounded = np.minimum(bets, BOLDEST / max(mean, 1e-12))
    return np.cumsum(np.log1p(bounded * (scores - mean)))


def _log_wealth(scores: Floats, bets: Floats, mean: float) -> Floats:
    """Log of the hedged wealth against one mean, [T]: half bets up, half bets down."""
    both = np.logaddexp(_rising(scores, bets, mean), _rising(1 - scores, bets, 1 - mean))
    return np.asarray(both - np.log(2))


def _confidence_sequence(scores: Floats, bets: Floats, threshold: float) -> tuple[float, float]:
    """Means that neither half of the bets has refuted at any block so far: at least those that both together have not.

    Each half alone falls, or rises, with the mean, so that each end is found by halving. Ends are rounded outwards.
    """
    if scores.size == 0:
        return 0.0, 1.0
    low = _lowest(scores, bets, np.log(2 * threshold))
    high = 1 - _lowest(1 - scores, bets, np.log(2 * threshold))
    middle = float(scores.mean())
    return min(low, middle), max(high, middle)


def _lowest(scores: Floats, bets: Floats, threshold: float) -> float:
    """The lowest mean on the grid that bets on a higher one have not refuted, one step down so that it is inside."""
    refuted, alive = -1, GRID - 1
    while alive - refuted > 1:
        middle = (refuted + alive) // 2
        if _rising(scores, bets, middle / (GRID - 1)).max() >= threshold:
            refuted = middle
        else:
            alive = middle
    return max(0, alive - 1) / (GRID - 1)
