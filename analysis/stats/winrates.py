"""Win rates with ties split, tie rates and mean preferences of every pair of systems, with two-way intervals."""

from dataclasses import dataclass

import numpy as np

from analysis.stats.cluster import FEW_CLUSTERS, Interval, clustered_means, clusters_of, t_interval
from analysis.stats.multiple import holm
from analysis.stats.notice import Notice
from analysis.stats.votes import LOSS, TIE, WIN, Floats, Votes


@dataclass(frozen=True)
class PairTable:
    """One entry per compared pair of systems, in the order of `votes.pairs`. All arrays [P]."""

    pairs: tuple[tuple[str, str], ...]
    n: Floats
    wins_a: Floats
    wins_b: Floats
    ties: Floats
    win_rate: Interval  # of the second system, ties split; bounds kept within 0 and 1
    p_holm: Floats
    preference: Interval  # mean, positive favours the second system; bounds kept within the scale
    raters: Floats
    prompts: Floats
    notices: tuple[Notice, ...]


def compare_pairs(votes: Votes, *, confidence: float) -> PairTable:
    """Every compared pair with ties as half wins. Entries that cannot be computed are nan and have a notice."""
    clusters = clusters_of(votes)
    score = clustered_means(votes.outcome / 2, votes.pair, votes.n_pairs, clusters)
    win_rate = _within(
        t_interval(score.mean, score.variance, score.df, confidence=confidence, null=0.5), 0.0, 1.0
    )
    mean = clustered_means(votes.level.astype(np.float64), votes.pair, votes.n_pairs, clusters)
    preference = t_interval(mean.mean, mean.variance, mean.df, confidence=confidence, null=0.0)
    counts = votes.outcomes
    names = tuple((votes.systems[a], votes.systems[b]) for a, b in votes.pairs)
    return PairTable(
        pairs=names,
        n=counts.sum(axis=1),
        wins_a=counts[:, LOSS],
        wins_b=counts[:, WIN],
        ties=counts[:, TIE],
        win_rate=win_rate,
        p_holm=holm(win_rate.p_value),
        preference=_within(preference, -float(votes.reach), float(votes.reach)),
        raters=score.raters,
        prompts=score.prompts,
        notices=_notices(names, win_rate, score.raters, score.prompts),
    )


def _within(interval: Interval, low: float, high: float) -> Interval:
    return Interval(
        interval.value,
        interval.se,
        interval.df,
        np.maximum(interval.low, low),
        np.minimum(interval.high, high),
        interval.p_value,
    )


def _notices(
    names: tuple[tuple[str, str], ...], win_rate: Interval, raters: Floats, prompts: Floats
) -> tuple[Notice, ...]:
    groups: dict[str, list[str]] = {}
    for (a, b), se, n_raters, n_prompts in zip(names, win_rate.se, raters, prompts, strict=True):
        code = _code(se, n_raters, n_prompts)
        if code:
            groups.setdefault(code, []).append(f"{a} / {b}")
    return tuple(Notice(code, f"{_TEXTS[code]} {_listed(pairs)}") for code, pairs in groups.items())


def _code(se: float, raters: float, prompts: float) -> str:
    if raters < 2:
        return "single_rater"
    if prompts < 2:
        return "single_prompt"
    if np.isnan(se):
        return "no_variation"
    return "few_clusters" if min(raters, prompts) < FEW_CLUSTERS else ""


_TEXTS = {
    "single_rater": "One rater judged the pair, so nothing is known about other raters; no interval is given:",
    "single_prompt": "One prompt was judged, so nothing is known about other prompts; no interval is given:",
    "no_variation": "Raters and prompts do not differ at all, so no interval can be estimated:",
    "few_clusters": f"Fewer than {FEW_CLUSTERS} raters or prompts: the interval is a rough guide only:",
}


def _listed(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more + "."
