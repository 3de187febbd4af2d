"""Can systems be placed on one scale? Who was compared with whom, and who beat whom at least once."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from analysis.stats.votes import LOSS, TIE, WIN, Floats, Ints


def components(pairs: Ints, n_systems: int) -> Ints:
    """Which connected group each system is in, [S]; one group means that all can be compared."""
    return _components(pairs[:, 0], pairs[:, 1], n_systems, "weak")


def finite_scores_exist(pairs: Ints, outcomes: Floats, n_systems: int) -> bool:
    """Ford's (1957) condition: however the systems are split in two, each part beat (or tied) the other once."""
    tied = outcomes[:, TIE] > 0
    second_scored, first_scored = (outcomes[:, WIN] > 0) | tied, (outcomes[:, LOSS] > 0) | tied
    winners = np.concatenate([pairs[second_scored, 1], pairs[first_scored, 0]])
    losers = np.concatenate([pairs[second_scored, 0], pairs[first_scored, 1]])
    return int(_components(winners, losers, n_systems, "strong").max(initial=0)) == 0


def _components(tails: Ints, heads: Ints, n_systems: int, connection: str) -> Ints:
    edges = coo_matrix((np.ones(tails.size), (tails, heads)), shape=(n_systems, n_systems))
    labels = connected_components(edges, directed=True, connection=connection)[1]
    return np.asarray(labels, dtype=np.int64)
