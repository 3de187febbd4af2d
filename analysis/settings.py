"""What an analysis is run with; every value goes into `results.json`."""

from dataclasses import dataclass
from typing import get_args

from analysis.errors import SettingRefused
from analysis.stats.verdicts import SMALLEST_EFFECT
from analysis.stats.winrates import Weights

BOOTSTRAPS = 1000
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Settings:
    """Seed of every random draw, confidence of every interval, smallest effect of interest (distance of a win rate from
    one half), what counts the same in the estimate that is judged, resamples of every bootstrap.
    """

    seed: int
    confidence: float
    smallest_effect: float = SMALLEST_EFFECT
    weights: Weights = "ratings"
    bootstraps: int = BOOTSTRAPS

    def __post_init__(self) -> None:
        if not 0.5 <= self.confidence < 1:
            raise SettingRefused(f"confidence: got {self.confidence}; allowed: at least 0.5 and below 1")
        if not 0 < self.smallest_effect <= 0.5:
            raise SettingRefused(
                f"smallest effect: got {self.smallest_effect}; allowed: above 0, at most 0.5"
            )
        if self.weights not in get_args(Weights):
            raise SettingRefused(f"weights: got {self.weights!r}; allowed: ratings, raters")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise SettingRefused(f"seed: got {self.seed}; allowed: a whole number from 0 to {LARGEST_SEED}")
