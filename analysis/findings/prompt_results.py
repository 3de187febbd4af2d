"""Prompt by prompt: how often each system won there, and how much raters disagreed."""

from dataclasses import dataclass

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.stats.votes import Floats, Ints


@dataclass(frozen=True)
class PromptSystem:
    """One system on one prompt; `win_rate` is its share of the ratings there, ties split."""

    criterion: str
    prompt: str
    system: str
    n: int
    win_rate: float


@dataclass(frozen=True)
class PromptDisagreement:
    """How often two raters of one comparison on this prompt preferred different systems; nan without two raters."""

    criterion: str
    prompt: str
    n: int
    couples: int
    opposite: float


@dataclass(frozen=True)
class PromptResults:
    """Both tables of one criterion: by prompt and system, and by prompt, the most disputed first."""

    systems: tuple[PromptSystem, ...]
    disagreement: tuple[PromptDisagreement, ...]


def results_by_prompt(result: CriterionResult) -> PromptResults:
    """Win rates by prompt and system, and disagreement by prompt."""
    votes, prompts = result.votes, result.prompts
    count = len(votes.systems)
    first, second = votes.pairs[votes.pair].T
    share = votes.outcome / 2
    place = np.concatenate([votes.prompt * count + first, votes.prompt * count + second])
    n = np.bincount(place, minlength=len(prompts) * count)
    won = np.bincount(place, np.concatenate([1 - share, share]), len(prompts) * count)
    systems = tuple(
        PromptSystem(
            result.criterion,
            prompts[cell // count],
            votes.systems[cell % count],
            int(n[cell]),
            won[cell] / n[cell],
        )
        for cell in np.flatnonzero(n)
    )
    couples, opposite = _couples(result)
    ratings = np.bincount(votes.prompt, minlength=len(prompts))
    share_opposite = np.where(couples > 0, opposite / np.where(couples > 0, couples, 1), np.nan)
    order = np.lexsort((np.arange(len(prompts)), -np.nan_to_num(share_opposite, nan=-1.0)))
    disagreement = tuple(
        PromptDisagreement(
            result.criterion,
            prompts[index],
            int(ratings[index]),
            int(couples[index]),
            float(share_opposite[index]),
        )
        for index in order
    )
    return PromptResults(systems, disagreement)


def _couples(result: CriterionResult) -> tuple[Ints, Floats]:
    """Per prompt: couples of ratings of one comparison, and those that prefer different systems."""
    votes = result.votes
    levels = votes.unit_levels
    n = levels.sum(axis=1)
    wins, losses = levels[:, votes.reach + 1 :].sum(axis=1), levels[:, : votes.reach].sum(axis=1)
    prompt = np.zeros(votes.n_units, dtype=np.int64)
    prompt[votes.unit] = votes.prompt
    couples = np.bincount(prompt, n * (n - 1) / 2, len(result.prompts))
    opposite = np.bincount(prompt, wins * losses, len(result.prompts))
    return couples.astype(np.int64), opposite.astype(np.float64)
