"""What a study can and cannot say, in five sentences: what was found, for whom, how finely, what not, and how sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analysis.findings.answers import Answer, counted_words
from analysis.findings.diagnostics import Diagnostic
from analysis.findings.names import Names
from analysis.findings.participation import Facts
from analysis.findings.verdicts import Verdict
from analysis.settings import Settings
from analysis.stats.cluster import FEW_CLUSTERS


def what_it_can_say(
    facts: Facts,
    answers: Sequence[Answer],
    diagnostics: Sequence[Diagnostic],
    settings: Settings,
    names: Names,
) -> tuple[str, ...]:
    """Five sentences, or none where there is no answer."""
    if not answers:
        return ()
    return (
        _found(answers),
        _for_whom(facts),
        _how_finely(answers, settings),
        _not_shown(answers),
        _how_sound(facts, diagnostics, names),
    )


def _found(answers: Sequence[Answer]) -> str:
    counts = Counter(answer.verdict for answer in answers)
    total = counted_words(len(answers), "comparison")
    return (
        f"{total} of two systems on one criterion: {counts[Verdict.PREFERRED]} preferred, {counts[Verdict.EQUIVALENT]} "
        f"equivalent, {counts[Verdict.UNDECIDED]} not decided, {counts[Verdict.TOO_FEW]} with too few ratings."
    )


def _for_whom(facts: Facts) -> str:
    if facts.simulated == facts.main_ratings:
        return "The ratings were made by programs, not people, so the study says nothing about listeners."
    few = [
        f"only {counted_words(count, noun)}"
        for count, noun in ((facts.raters, "rater"), (facts.prompts, "prompt"))
        if count < FEW_CLUSTERS
    ]
    sample = f"{counted_words(facts.raters, 'rater')} and {counted_words(facts.prompts, 'prompt')}"
    text = f"Intervals speak of new raters and new prompts like the {sample} of this study, and of no others"
    return f"{text}; with {' and '.join(few)}, they are a rough guide." if few else f"{text}."


def _how_finely(answers: Sequence[Answer], settings: Settings) -> str:
    half = [100 * (answer.high - answer.low) / 2 for answer in answers if not np.isnan(answer.low)]
    if not half:
        return "No interval could be given, so nothing is known of how far the win rates are from the truth."
    smallest = 100 * settings.smallest_effect
    return (
        f"Half of the {100 * settings.confidence:g}% intervals reach less than {np.median(half):.0f} points to "
        f"either side of the win rate, where a difference of {smallest:g} points is the smallest of interest."
    )


def _not_shown(answers: Sequence[Answer]) -> str:
    open_ones = sum(not answer.decided for answer in answers)
    if open_ones == 0:
        return "Every comparison is decided; how large a preference is, only its interval says."
    return (
        f"Where a comparison is not decided or has too few ratings ({open_ones} of {len(answers)}), nothing "
        "shows that the systems are alike: more raters and prompts could still tell them apart."
    )


def _how_sound(facts: Facts, diagnostics: Sequence[Diagnostic], names: Names) -> str:
    excluded = facts.main_ratings - facts.kept_ratings
    left_out = (
        f"{counted_words(excluded, 'rating')} of {facts.main_ratings:,} {'was' if excluded == 1 else 'were'} "
        "excluded under pre-declared rules"
        if excluded
        else "No rating was excluded"
    )
    biased = [
        names.criterion(row.criterion)
        for row in diagnostics
        if row.measure == "first_side_share" and row.p_value < 0.05
    ]
    sides = "no pull to one side of the screen was found"
    if biased:
        sides = f"one side of the screen won more than chance alone would give for {', '.join(biased)}"
    return f"{left_out}, and {sides}."
