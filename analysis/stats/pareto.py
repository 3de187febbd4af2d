"""Quality against diversity: which systems are not beaten in both at once, and how sure is that?"""

from dataclasses import dataclass

import numpy as np

from analysis.stats.cluster import Interval
from analysis.stats.votes import Floats


@dataclass(frozen=True)
class Plane:
    """Systems that were judged on both axes. Arrays [S]; `probability` of being on the Pareto front."""

    systems: tuple[str, ...]
    quality: Interval
    diversity: Interval
    probability: Floats


def on_front(quality: Floats, diversity: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Not dominated: no system is at least as good in both and better in one. [..., S] -> [..., S]."""
    q, d = quality[..., :, None], diversity[..., :, None]
    other_q, other_d = quality[..., None, :], diversity[..., None, :]
    dominated = (other_q >= q) & (other_d >= d) & ((other_q > q) | (other_d > d))
    return np.asarray(~dominated.any(axis=-1))


def front_probability(
    quality: Floats,
    quality_covariance: Floats,
    diversity: Floats,
    diversity_covariance: Floats,
    *,
    draws: int,
    generator: np.random.Generator,
) -> Floats:
    """Share of normal draws of both axes in which each system is on the front, [S]; the axes are drawn
    independently.
    """
    one = normal_draws(quality, quality_covariance, draws, generator)
    two = normal_draws(diversity, diversity_covariance, draws, generator)
    return np.asarray(on_front(one, two).mean(axis=0))


def normal_draws(mean: Floats, covariance: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """[draws, S]. A two-way covariance may have slightly negative directions; they count as none."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(mean + generator.standard_normal((draws, mean.size)) @ root.T)
