"""Win rates with ties split, tie rates and mean preferences of every pair of systems, with two-way intervals."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.stats.bounded import UNIT, Ends, bounded_interval
from analysis.stats.cluster import (
    FEW_CLUSTERS,
    SMALLEST_VARIANCE,
    Interval,
    Means,
    clustered_means,
    clusters_of,
)
from analysis.stats.multiple import holm
from analysis.stats.notice import Notice
from analysis.stats.verdicts import SMALLEST_EFFECT, equivalence_p
from analysis.stats.votes import LOSS, TIE, WIN, Bools, Floats, Votes

Weights = Literal["ratings", "raters"]  # what counts the same in the estimate that is judged
UNEVEN = 0.5  # an effective number of raters, or prompts, below this share of their number is said


@dataclass(frozen=True)
class PairTable:
    """One entry per compared pair of systems, in the order of `votes.pairs`. All arrays [P].

    Judged is `win_rate` where `weights` is "ratings", and `equal_raters` where it is "raters".
    """

    pairs: tuple[tuple[str, str], ...]
    n: Floats
    wins_a: Floats
    wins_b: Floats
    ties: Floats
    win_rate: Interval  # of the second system, ties split; every rating counts the same
    equal_raters: Interval  # the same; every rater counts the same, however many ratings they gave
    weights: Weights
    p_holm: Floats  # of the judged estimate, over all pairs
    equivalence_p: Floats  # that the judged win rate is within the smallest effect of one half; not adjusted
    means: Means  # of the judged estimate
    preference: Interval  # mean, positive favours the second system
    raters: Floats
    prompts: Floats
    effective_raters: Floats
    effective_prompts: Floats
    largest_rater_share: Floats
    largest_prompt_share: Floats
    notices: tuple[Notice, ...]

    @property
    def judged(self) -> Interval:
        """The estimate that the verdicts are about."""
        return self.win_rate if self.weights == "ratings" else self.equal_raters

    def judged_at(self, confidence: float | Floats) -> Interval:
        """The judged estimate with intervals of another confidence, one for all or one each [P]."""
        return _interval(self.means, confidence, 0.5)


def compare_pairs(
    votes: Votes, *, confidence: float, smallest_effect: float = SMALLEST_EFFECT, weights: Weights = "ratings"
) -> PairTable:
    """Every compared pair with ties as half wins. Entries that cannot be computed are nan and have a notice."""
    clusters, groups = clusters_of(votes), votes.n_pairs
    score, reach = votes.outcome / 2, float(votes.reach)
    means = clustered_means(score, votes.pair, groups, clusters)
    equal = clustered_means(score, votes.pair, groups, clusters, _equal_raters(votes))
    preference = clustered_means(votes.level.astype(np.float64), votes.pair, groups, clusters)
    planned = means if weights == "ratings" else equal
    nulls = (0.5 - smallest_effect, 0.5 + smallest_effect)
    below, above = (_interval(planned, confidence, null) for null in nulls)
    counts = votes.outcomes
    names = tuple((votes.systems[a], votes.systems[b]) for a, b in votes.pairs)
    win_rate, equal_raters = (_interval(each, confidence, 0.5) for each in (means, equal))
    apart = np.abs(win_rate.value - equal_raters.value) >= smallest_effect
    return PairTable(
        pairs=names,
        n=counts.sum(axis=1),
        wins_a=counts[:, LOSS],
        wins_b=counts[:, WIN],
        ties=counts[:, TIE],
        win_rate=win_rate,
        equal_raters=equal_raters,
        weights=weights,
        p_holm=holm((win_rate if weights == "ratings" else equal_raters).p_value),
        equivalence_p=equivalence_p(below, above, smallest_effect),
        means=planned,
        preference=_interval(preference, confidence, 0.0, (-reach, reach)),
        raters=means.raters,
        prompts=means.prompts,
        effective_raters=means.effective_raters,
        effective_prompts=means.effective_prompts,
        largest_rater_share=means.largest_rater_share,
        largest_prompt_share=means.largest_prompt_share,
        notices=(*_notices(names, means), *_weights_notice(names, apart, weights)),
    )


def _equal_raters(votes: Votes) -> Floats:
    """1 / (ratings that the rater gave to the pair), [N]."""
    code = votes.rater * votes.n_pairs + votes.pair
    return np.asarray(1 / np.bincount(code)[code])


def _interval(means: Means, confidence: float | Floats, null: float, ends: Ends = UNIT) -> Interval:
    return bounded_interval(
        means.mean, means.variance, means.df, means.effective, confidence=confidence, null=null, ends=ends
    )


def _notices(names: tuple[tuple[str, str], ...], means: Means) -> tuple[Notice, ...]:
    groups: dict[str, list[str]] = {}
    for index, (a, b) in enumerate(names):
        code = _code(means, index)
        if code:
            groups.setdefault(code, []).append(f"{a} / {b}")
        uneven = _unevenness(means, index)
        if uneven:
            groups.setdefault("uneven_clusters", []).append(f"{a} / {b} ({uneven})")
    return tuple(Notice(code, f"{_TEXTS[code]} {_listed(pairs)}") for code, pairs in groups.items())


def _code(means: Means, index: int) -> str:
    if means.raters[index] < 2:
        return "single_rater"
    if means.prompts[index] < 2:
        return "single_prompt"
    if means.variance[index] <= SMALLEST_VARIANCE:
        return "no_variation"
    return "few_clusters" if means.effective[index] < FEW_CLUSTERS else ""


def _unevenness(means: Means, index: int) -> str:
    """The largest share and the effective number of what is uneven, raters or prompts; empty where both are even."""
    parts = (
        ("rater", means.raters, means.effective_raters, means.largest_rater_share),
        ("prompt", means.prompts, means.effective_prompts, means.largest_prompt_share),
    )
    return ", ".join(
        f"one {noun} has {100 * share[index]:.0f}% of the ratings, so {number[index]:.0f} {noun}s are worth "
        f"{effective[index]:.1f}"
        for noun, number, effective, share in parts
        if number[index] > 1 and effective[index] < UNEVEN * number[index]
    )


def _weights_notice(names: tuple[tuple[str, str], ...], apart: Bools, weights: Weights) -> tuple[Notice, ...]:
    pairs = [f"{a} / {b}" for (a, b), far in zip(names, apart, strict=True) if far]
    if not pairs:
        return ()
    planned = "every rating counting the same" if weights == "ratings" else "every rater counting the same"
    text = (
        "Raters who rated more preferred otherwise than the rest: the win rate with every rating counting the same and "
        f"the one with every rater counting the same differ by the smallest effect or more (planned: {planned}):"
    )
    return (Notice("weights_differ", f"{text} {_listed(pairs)}"),)


_TEXTS = {
    "single_rater": "One rater judged the pair, so nothing is known about other raters; no interval is given:",
    "single_prompt": "One prompt was judged, so nothing is known about other prompts; no interval is given:",
    "no_variation": "Every vote was the same, so the interval is Wilson's bound from the effective number of raters or "
    "prompts, whichever are fewer:",
    "few_clusters": f"Fewer than {FEW_CLUSTERS} effective raters or prompts: the interval is a rough guide only:",
    "uneven_clusters": "The ratings are spread unevenly, and the intervals allow for it:",
}


def _listed(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more + "."
