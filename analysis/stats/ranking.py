"""One scale for all systems: Bradley-Terry with two-way intervals, contrasts, ranks, the position term, and
Davidson.
"""

from dataclasses import dataclass

import numpy as np

from analysis.stats.bradley_terry import PointFit, expected, fit, half_ties
from analysis.stats.cluster import Interval, TwoWay, factor, score_meat, t_interval
from analysis.stats.davidson import fit_davidson
from analysis.stats.graph import components, finite_scores_exist
from analysis.stats.multiple import holm
from analysis.stats.notice import Notice
from analysis.stats.pareto import normal_draws
from analysis.stats.position import PositionEffect, position_effect
from analysis.stats.votes import LOSS, TIE, WIN, Floats, Votes

# The stated penalty where maximum likelihood has no finite answer: each compared pair gets half a win more
# on each side.
PENALTY = 0.5
# In resamples a much smaller one does, because only the order of the scores is used.
RESAMPLE_PENALTY = 1e-3
RESAMPLES_AT_ONCE = 200


@dataclass(frozen=True)
class Contrasts:
    """score_b - score_a for every two systems, a before b in the alphabet. Arrays [S (S - 1) / 2]."""

    pairs: tuple[tuple[str, str], ...]
    difference: Interval
    p_holm: Floats


@dataclass(frozen=True)
class Ranking:
    """Scores on the natural-log scale, summing to zero. Arrays [S] in the order of `systems`; nan = see notices."""

    systems: tuple[str, ...]
    score: Interval
    covariance: Floats  # of the scores, [S, S], two-way; nan for one rater or one prompt
    rank_low: Floats  # one system at a time
    rank_high: Floats
    rank_low_all: Floats  # all systems at once: from the Holm-adjusted contrasts
    rank_high_all: Floats
    contrasts: Contrasts
    position: PositionEffect
    davidson: Floats
    tie_parameter: float
    penalised: bool
    notices: tuple[Notice, ...]


def rank_systems(
    votes: Votes, *, confidence: float, resamples: int, generator: np.random.Generator
) -> Ranking:
    """All of Bradley-Terry and Davidson for one criterion. Raises nothing: what cannot be computed has a notice."""
    count = len(votes.systems)
    if int(components(votes.pairs, count).max(initial=0)) > 0:
        return _disconnected(votes)
    penalised = not finite_scores_exist(votes.pairs, votes.outcomes, count)
    outcomes = votes.outcomes + (PENALTY * np.array([1.0, 0.0, 1.0]) if penalised else 0.0)
    point = fit(*half_ties(outcomes), votes.pairs, count)
    terms = sandwich(votes, point)
    # A penalty of half a win held the truth in none of 248 studies, so what it gives has no interval.
    score, contrasts = infer(votes, point, None if penalised else terms, confidence=confidence)
    low, high = _rank_interval(votes, point, terms, confidence, resamples, generator)
    low_all, high_all = ranks_at_once(contrasts, count, confidence=confidence)
    davidson, tie_parameter, ties_notice = _davidson(votes, outcomes, point)
    position = position_effect(votes, estimable=not penalised)
    return Ranking(
        systems=votes.systems,
        score=score,
        covariance=np.full((count, count), np.nan) if terms is None else terms.covariance,
        rank_low=low,
        rank_high=high,
        rank_low_all=low_all,
        rank_high_all=high_all,
        contrasts=contrasts,
        position=position,
        davidson=davidson,
        tie_parameter=tie_parameter,
        penalised=penalised,
        notices=(*_notices(votes, penalised=penalised), *ties_notice, *position.notices),
    )


def _disconnected(votes: Votes) -> Ranking:
    count = len(votes.systems)
    groups = components(votes.pairs, count)
    parts = [
        ", ".join(name for name, part in zip(votes.systems, groups, strict=True) if part == group)
        for group in range(int(groups.max()) + 1)
    ]
    text = f"No ratings link these groups of systems, so they cannot be ranked on one scale: {' | '.join(parts)}."
    empty = np.full(count, np.nan)
    nothing = Interval(empty, empty, empty, empty, empty, empty)
    none = np.zeros(0)
    no_contrasts = Contrasts((), Interval(none, none, none, none, none, none), none)
    notice = Notice("disconnected", text)
    nowhere = PositionEffect(np.nan, np.nan, np.nan, ())
    return Ranking(
        systems=votes.systems,
        score=nothing,
        covariance=np.full((count, count), np.nan),
        rank_low=empty,
        rank_high=empty,
        rank_low_all=empty,
        rank_high_all=empty,
        contrasts=no_contrasts,
        position=nowhere,
        davidson=empty,
        tie_parameter=np.nan,
        penalised=False,
        notices=(notice,),
    )


def sandwich(votes: Votes, point: PointFit) -> TwoWay | None:
    """Two-way covariance terms of the scores, [S, S]; None for one rater or one prompt."""
    if min(votes.n_raters, votes.n_prompts) < 2:
        return None
    residual = votes.outcome / 2 - expected(point.scores, votes.pairs)[votes.pair]
    meat, bread = score_meat(votes, residual), point.inverse
    return TwoWay(bread @ meat.rater @ bread, bread @ meat.prompt @ bread, bread @ meat.both @ bread)


def infer(
    votes: Votes, point: PointFit, terms: TwoWay | None, *, confidence: float
) -> tuple[Interval, Contrasts]:
    """Scores [S] and all contrasts with their intervals; nan intervals where `terms` is None."""
    count = len(votes.systems)
    first, second = np.triu_indices(count, 1)
    nothing = np.full(count, np.nan), np.full(first.size, np.nan)
    variances = (
        nothing
        if terms is None
        else (terms.of(np.eye(count) - 1.0 / count), terms.of_differences(first, second))
    )
    score, difference = (
        t_interval(value, variance, np.full(value.shape, votes.df), confidence=confidence, null=0.0)
        for value, variance in zip(
            (point.scores, point.scores[second] - point.scores[first]), variances, strict=True
        )
    )
    names = tuple((votes.systems[a], votes.systems[b]) for a, b in zip(first, second, strict=True))
    return score, Contrasts(names, difference, holm(difference.p_value))


def ranks_at_once(contrasts: Contrasts, count: int, *, confidence: float) -> tuple[Floats, Floats]:
    """Best and worst rank of every system, [S] each, which hold all at once; nan where contrasts have no test.

    A system ranks below all that are better by the Holm-adjusted test, and above all that are worse (Mogstad, Romano,
    Shaikh and Wilhelm 2024, with Holm's steps in place of theirs).
    """
    if np.isnan(contrasts.p_holm).any() or not contrasts.pairs:
        return np.full(count, np.nan), np.full(count, np.nan)
    first, second = np.triu_indices(count, 1)
    decided = contrasts.p_holm < 1 - confidence
    better = decided & (contrasts.difference.value > 0)  # the second of the two
    worse = decided & ~better
    above = np.bincount(first, better, count) + np.bincount(second, worse, count)
    below = np.bincount(second, better, count) + np.bincount(first, worse, count)
    return 1 + above.astype(np.float64), count - below.astype(np.float64)


def bootstrap_scores(votes: Votes, weights: Floats) -> Floats:
    """Scores [B, S] of resampled raters: weights [B, R] say how often each rater was drawn. Rows are never touched."""
    count = len(votes.systems)
    tensor = votes.by_rater
    raters = tensor.shape[0]
    wins = (tensor[..., WIN] + tensor[..., TIE] / 2).reshape(raters, -1)
    totals = tensor.sum(axis=2).reshape(raters, -1)
    return np.concatenate(
        [
            fit(
                part @ wins + RESAMPLE_PENALTY / 2,
                part @ totals + RESAMPLE_PENALTY,
                votes.pairs,
                count,
            ).scores
            for part in np.array_split(weights, max(1, -(-weights.shape[0] // RESAMPLES_AT_ONCE)))
        ]
    )


def _rank_interval(
    votes: Votes,
    point: PointFit,
    terms: TwoWay | None,
    confidence: float,
    resamples: int,
    generator: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Best and worst rank of each system, [S] each, in that share of draws of the scores; nan where `terms` is None."""
    count = len(votes.systems)
    if terms is None:
        return np.full(count, np.nan), np.full(count, np.nan)
    share = np.full(votes.n_raters, 1 / votes.n_raters)
    drawn = generator.multinomial(votes.n_raters, share, size=resamples).astype(float)
    scores = _spread(bootstrap_scores(votes, drawn), votes, point, terms, generator)
    ranks = 1 + np.sum(scores[:, None, :] > scores[:, :, None] + 1e-9, axis=2)
    low = np.quantile(ranks, (1 - confidence) / 2, axis=0, method="lower")
    high = np.quantile(ranks, (1 + confidence) / 2, axis=0, method="higher")
    return low.astype(np.float64), high.astype(np.float64)


def _spread(
    resampled: Floats, votes: Votes, point: PointFit, terms: TwoWay, generator: np.random.Generator
) -> Floats:
    """What resampling raters leaves out: prompts are a sample too, and both are few.

    Normal draws with the prompts' part of the two-way covariance are added, and the whole is widened like Student's t.
    Resampling raters alone held the true rank in 85% of studies where systems were close and prompts differed much.
    """
    draws, df = resampled.shape[0], votes.df
    rest = normal_draws(np.zeros(len(votes.systems)), terms.prompt - terms.both, draws, generator)
    wider = np.sqrt(df / generator.chisquare(df, size=(draws, 1)))
    deviation = (resampled - point.scores) * np.sqrt(factor(votes.n_raters)) + rest
    return np.asarray(point.scores + wider * deviation)


def _davidson(votes: Votes, outcomes: Floats, point: PointFit) -> tuple[Floats, float, tuple[Notice, ...]]:
    ties, decided = votes.outcomes[:, TIE].sum(), votes.outcomes[:, [LOSS, WIN]].sum()
    if ties == 0:
        notice = Notice(
            "no_ties", "There are no ties, so Davidson's model is Bradley-Terry with tie parameter 0."
        )
        return point.scores, 0.0, (notice,)
    if decided == 0:
        notice = Notice("all_ties", "Every rating is a tie, so Davidson's tie parameter has no finite value.")
        return np.full(len(votes.systems), np.nan), np.nan, (notice,)
    model = fit_davidson(outcomes, votes.pairs, len(votes.systems))
    return model.scores, model.tie_parameter, ()


def _notices(votes: Votes, *, penalised: bool) -> tuple[Notice, ...]:
    notices = []
    if penalised:
        notices.append(
            Notice(
                "perfect_record",
                "Some systems never lost to the others (or never won), so maximum likelihood puts them infinitely far "
                "apart; half a win was added to each side of every compared pair, which pulls the scores "
                "together, so they have no intervals: see the win rates.",
            )
        )
    if votes.n_raters < 2:
        notices.append(Notice("single_rater", "One rater: scores describe that rater and have no interval."))
    if votes.n_prompts < 2:
        notices.append(
            Notice("single_prompt", "One prompt: scores describe that prompt and have no interval.")
        )
    return tuple(notices)
