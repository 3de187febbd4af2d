"""Every quality criterion against every diversity criterion."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.settings import Settings
from analysis.stats.cluster import Interval
from analysis.stats.pareto import Plane, front_probability
from analysis.stats.ranking import Ranking

DRAWS = 10_000
Indices = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class NamedPlane:
    """A plane and the criteria on its axes."""

    quality: str
    diversity: str
    plane: Plane


def planes_of(criteria: Mapping[str, CriterionResult], settings: Settings) -> tuple[NamedPlane, ...]:
    """Planes of criteria whose rankings have intervals and share two systems or more."""
    across = [name for name, result in criteria.items() if result.kind == "quality"]
    up = [name for name, result in criteria.items() if result.kind == "diversity"]
    found = [_plane(criteria[one], criteria[two], settings) for one in across for two in up]
    return tuple(plane for plane in found if plane)


def _plane(quality: CriterionResult, diversity: CriterionResult, settings: Settings) -> NamedPlane | None:
    one, two = quality.ranking, diversity.ranking
    shared = sorted({*one.systems} & {*two.systems})
    if len(shared) < 2 or np.isnan(one.covariance).any() or np.isnan(two.covariance).any():
        return None
    i, j = (np.array([r.systems.index(name) for name in shared]) for r in (one, two))
    key = zlib.crc32(f"{quality.criterion}\n{diversity.criterion}".encode())
    probability = front_probability(
        one.score.value[i],
        one.covariance[np.ix_(i, i)],
        two.score.value[j],
        two.covariance[np.ix_(j, j)],
        draws=DRAWS,
        generator=np.random.default_rng([settings.seed, key]),
    )
    plane = Plane(tuple(shared), _taken(one, i), _taken(two, j), probability)
    return NamedPlane(quality.criterion, diversity.criterion, plane)


def _taken(ranking: Ranking, index: Indices) -> Interval:
    score = ranking.score
    parts = (score.value, score.se, score.df, score.low, score.high, score.p_value)
    return Interval(*(part[index] for part in parts))
