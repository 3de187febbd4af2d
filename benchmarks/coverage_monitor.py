"""How often does the console's monitor stop a study wrongly? The console's procedure, not complete data.

    python -m benchmarks.coverage_monitor [--studies 1000] [--seed 1]

Raters come at the same time, one after another, or in tens; a fifth gives up on the way and enters the path a lease
after the last answer. At 1, 5, 20 and 200 looks spread over the study the path holds whoever is over by then, in the
order in which they were. No system is better for a new rater on these prompts, so every stop is false. Nominal .05 over
all looks and contrasts; Monte Carlo error with 1,000 studies: .007 or less.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.stats.sequential import monitor
from analysis.stats.votes import Floats
from benchmarks.coverage_parts import CONFIDENCE, Tally

Arrivals = Literal["same time", "one after another", "in tens"]
ARRIVALS: tuple[Arrivals, ...] = ("same time", "one after another", "in tens")
LOOKS = (1, 5, 20, 200)
LEASE = 30.0  # in the time that one task takes
GIVE_UP = 0.2
TIES = 0.3  # thresholds of no preference, in logits


@dataclass(frozen=True)
class Crowd:
    """Raters x prompts; every rater is asked for `tasks` of every contrast."""

    raters: int
    prompts: int
    tasks: int
    contrasts: int = 1
    rater_taste: float = 0.35
    prompt_taste: float = 0.0
    speed_with_taste: float = 0.0  # correlation of a rater's speed with their taste


CROWDS: dict[str, Crowd] = {
    "20 x 30": Crowd(20, 30, 20),
    "40 x 100": Crowd(40, 100, 20),
    "50 x 50": Crowd(50, 50, 20),
    "40 x 100, 10 contrasts": Crowd(40, 100, 4, contrasts=10),
    "200 x 50, strong tastes of raters": Crowd(200, 50, 10, rater_taste=1.5),
    "50 x 50, tastes of prompts .35": Crowd(50, 50, 20, prompt_taste=0.35),
    "50 x 10, tastes of prompts .8": Crowd(50, 10, 8, prompt_taste=0.8),
    "50 x 50, speed goes with taste": Crowd(50, 50, 20, speed_with_taste=0.7),
}


def _started(arrivals: Arrivals, raters: int, length: float) -> Floats:
    if arrivals == "same time":
        return np.zeros(raters)
    together = 1 if arrivals == "one after another" else 10
    return np.asarray(np.arange(raters) // together * 1.5 * length)


def paths(
    crowd: Crowd, arrivals: Arrivals, generator: np.random.Generator
) -> Iterator[tuple[Floats, Floats]]:
    """Of every contrast: when each rater was over, in order, and their share for the later system, both [T]."""
    prompt_taste = generator.normal(0, crowd.prompt_taste, (crowd.contrasts, crowd.prompts))
    taste = generator.normal(0, 1, (crowd.contrasts, crowd.raters))
    along = crowd.speed_with_taste
    pace = along * taste[0] + np.sqrt(1 - along**2) * generator.standard_normal(crowd.raters)
    tasks = crowd.tasks * crowd.contrasts
    gives_up = generator.random(crowd.raters) < GIVE_UP
    done = np.where(gives_up, generator.integers(1, tasks + 1, crowd.raters), tasks)
    over = _started(arrivals, crowd.raters, tasks) + done * np.exp(0.5 * pace) + LEASE * gives_up
    order = np.argsort(over, kind="stable")
    place = np.argsort(
        generator.random((crowd.raters, tasks)), axis=1
    )  # the tasks of a rater in a random order
    for contrast in range(crowd.contrasts):
        prompt = np.argsort(generator.random((crowd.raters, crowd.prompts)), axis=1)[:, : crowd.tasks]
        latent = crowd.rater_taste * taste[contrast][:, None] + prompt_taste[contrast][prompt]
        latent = latent + generator.logistic(size=prompt.shape)
        score = np.where(np.abs(latent) < TIES, 0.5, latent > 0)
        own = place[:, contrast * crowd.tasks : (contrast + 1) * crowd.tasks] < done[:, None]
        answers = own.sum(axis=1)
        share = (score * own).sum(axis=1) / np.maximum(answers, 1)
        kept = order[answers[order] > 0]
        yield over[kept], share[kept]


def measure(crowd: Crowd, arrivals: Arrivals, studies: int, seed: int) -> Tally:
    """False stops at any look, by the number of looks; and with a z test in place of the monitor, at 20 looks."""
    tally, generator = Tally(), np.random.default_rng(seed)
    for _ in range(studies):
        found = list(paths(crowd, arrivals, generator))
        last = max(over[-1] for over, _ in found)
        for looks in LOOKS:
            times = last * np.arange(1, looks + 1) / looks
            tally.add(f"{looks} looks", np.array([_stops(found, times, crowd.contrasts)]))
        tally.add("z, 20 looks", np.array([_z_stops(found, last * np.arange(1, 21) / 20)]))
    return tally


def _stops(found: list[tuple[Floats, Floats]], times: Floats, contrasts: int) -> bool:
    """Whether any look stops: each follows the path as far as it was by then."""
    for over, share in found:
        path = monitor(share, confidence=CONFIDENCE, contrasts=contrasts).path
        seen = np.searchsorted(over, times, side="right")
        if path[: int(seen.max())].max(initial=1.0) >= contrasts / (1 - CONFIDENCE):
            return True
    return False


def _z_stops(found: list[tuple[Floats, Floats]], times: Floats) -> bool:
    """Raters as independent, no correction for looks or contrasts."""
    for over, share in found:
        for seen in np.searchsorted(over, times, side="right"):
            part = share[:seen]
            if seen > 1 and abs(part.mean() - 0.5) > 1.96 * part.std(ddof=1) / np.sqrt(seen) > 0:
                return True
    return False


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = [*(f"{looks} looks" for looks in LOOKS), "z, 20 looks"]
    print(f"{'':56}" + "".join(f"{name:>13}" for name in names))
    for label, crowd in CROWDS.items():
        for arrivals in ARRIVALS:
            tally = measure(crowd, arrivals, options.studies, options.seed)
            row = "".join(f"{tally.rate(name):13.3f}" for name in names)
            print(f"{label + ', ' + arrivals:56}{row}", flush=True)


if __name__ == "__main__":
    main()
