"""Did raters take care? Criterion collapse, repeats, agreement with the others. Arrays in, arrays out."""

from dataclasses import dataclass

import numpy as np

from analysis.stats.position_bias import Share, clustered_share
from analysis.stats.votes import TIE, Floats, Ints, Votes


@dataclass(frozen=True)
class Collapse:
    """How often one rater gave two criteria the same answer to the same comparison, and how often chance would."""

    identical: Share
    by_chance: float


def criterion_collapse(one: Ints, two: Ints, rater: Ints, *, confidence: float) -> Collapse:
    """Answers as presented, [N] each, of the same raters to the same comparisons.

    Chance is two independent answers with the frequencies of each criterion. Systems that are better in both
    respects make answers alike too, so collapse is suspected only far above chance.
    """
    low = int(min(one.min(), two.min()))
    width = int(max(one.max(), two.max())) - low + 1
    shares = [np.bincount(answers - low, minlength=width) / answers.size for answers in (one, two)]
    chance = float(shares[0] @ shares[1])
    same = (one == two).astype(np.float64)
    return Collapse(clustered_share(same, rater, null=chance, confidence=confidence), chance)


def repeat_agreement(first: Ints, again: Ints) -> Floats:
    """1 where a repeated task favours the same system (or neither) again, else 0, [N]; preferences oriented
    by system.
    """
    return np.asarray(np.sign(first) == np.sign(again), dtype=np.float64)


def repeat_chance(first: Ints, again: Ints) -> float:
    """How often that would be so if the second answer knew nothing of the first: from how often each was given."""
    shares = [np.bincount(np.sign(answers) + 1, minlength=3) / answers.size for answers in (first, again)]
    return float(shares[0] @ shares[1])


def agreement_with_others(votes: Votes) -> Floats:
    """Per decided vote, the share of the other raters' decided votes on the same unit that agree; nan
    without any, [N].
    """
    decided = votes.outcome != TIE
    counts = (
        np.bincount(votes.unit * 3 + votes.outcome, minlength=votes.n_units * 3).reshape(-1, 3).astype(float)
    )
    same = counts[votes.unit, votes.outcome] - 1
    others = counts[votes.unit, 0] + counts[votes.unit, 2] - 1
    known = decided & (others > 0)
    return np.where(known, same / np.where(known, others, 1.0), np.nan)
