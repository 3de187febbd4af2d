"""Methods text ready to paste into a paper, with its references."""

from collections.abc import Mapping

from analysis.findings.bundle import Facts
from analysis.findings.criterion import CriterionResult
from analysis.settings import Settings
from analysis.stats.notice import Notice

METHODS_REFERENCES: tuple[str, ...] = (
    (
        "Bradley, R. A., & Terry, M. E. (1952). Rank analysis of incomplete block designs: I. The method of paired "
        "comparisons. Biometrika, 39, 324-345."
    ),
    (
        "Cameron, A. C., Gelbach, J. B., & Miller, D. L. (2011). Robust inference with multiway clustering. Journal of "
        "Business & Economic Statistics, 29, 238-249."
    ),
    "Christensen, R. H. B. (2018). Cumulative link models for ordinal regression with the R package ordinal.",
    (
        "Davidson, R. R. (1970). On extending the Bradley-Terry model to accommodate ties in paired comparison "
        "experiments. Journal of the American Statistical Association, 65, 317-328."
    ),
    "Gwet, K. L. (2014). Handbook of inter-rater reliability (4th ed.). Advanced Analytics.",
    (
        "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, "
        "6, 65-70."
    ),
    "Krippendorff, K. (2019). Content analysis: An introduction to its methodology (4th ed.). Sage.",
)


def methods_text(
    facts: Facts, criteria: Mapping[str, CriterionResult], settings: Settings
) -> tuple[str, ...]:
    """Paragraphs that say what was done, in the words of a paper."""
    if not criteria:
        return ("There was no rating to analyse.",)
    return (
        _design(facts, criteria),
        _pairs(criteria, settings),
        _ranking(settings),
        _ordinal(criteria),
        _agreement(settings),
        *_subgroups(criteria),
    )


def _design(facts: Facts, criteria: Mapping[str, CriterionResult]) -> str:
    names = ", ".join(name.replace("_", " ") for name in criteria)
    scales = sorted({result.scale for result in criteria.values() if result.scale})
    on = f" on the scale {', '.join(scales)}" if scales else ""
    text = (
        f"{facts.raters} raters compared {len(facts.systems)} systems blind, in pairs, on {facts.prompts} prompts, "
        f"giving {facts.kept_ratings} ratings of {names}{on}. "
    )
    if facts.exclusions:
        parts = ", ".join(f"{code} ({count})" for code, count in facts.exclusions.items())
        text += f"{facts.main_ratings - facts.kept_ratings} ratings were excluded under pre-declared rules: {parts}. "
    if facts.simulated:
        text += f"{facts.simulated} ratings were made by a program and not by people. "
    return text + "Preferences were oriented by system, whichever side of the screen it was presented on."


def _pairs(criteria: Mapping[str, CriterionResult], settings: Settings) -> str:
    planned = sum(int(result.planned.sum()) for result in criteria.values())
    contrasts = {0: "", 1: " One contrast was declared beforehand and is reported unadjusted."}.get(
        planned, f" The {planned} contrasts declared beforehand were adjusted among themselves."
    )
    return (
        "For each pair of systems we report the win rate with ties counted as half a win and the mean preference. "
        f"{100 * settings.confidence:g}% intervals and tests treat both raters and prompts as samples from larger "
        "populations: two-way cluster-robust variances (Cameron et al., 2011) with small-sample factors G / (G - 1), "
        "not below the larger one-way variance, and Student's t with one degree of freedom less than the smaller of "
        "the numbers of raters and prompts. Within a criterion, p-values were adjusted for the number of pairs after "
        f"Holm (1979).{contrasts}"
    )


def _ranking(settings: Settings) -> str:
    return (
        "Systems were placed on one scale by the Bradley-Terry model (Bradley & Terry, 1952) with ties as half wins; "
        "scores are on the natural-log scale and sum to zero. Standard errors of scores and contrasts come from the "
        f"same two-way sandwich, ranges of ranks from {settings.bootstraps} bootstrap resamples of raters, to which "
        "normal draws of the prompts' part of the variance were added, widened as Student's t. "
        "Davidson's (1970) model, which gives ties a parameter of their own, was fitted beside it. The advantage of "
        "the first-presented side was estimated as a term of the Bradley-Terry model."
    )


def _ordinal(criteria: Mapping[str, CriterionResult]) -> str:
    fitted = any(not isinstance(result.ordinal, Notice) for result in criteria.values())
    if not fitted:
        return "A cumulative link mixed model could not be fitted to these ratings."
    return (
        "As a check that uses the strength of preferences, we fitted cumulative logit models (Christensen, 2018) with "
        "thresholds symmetric about no preference and crossed random tastes of raters and of prompts for each "
        "system, by the Laplace approximation, with t intervals on as many degrees of freedom as above."
    )


def _agreement(settings: Settings) -> str:
    return (
        "Agreement is Krippendorff's (2019) alpha with the ordinal difference function, computed on preferences "
        f"oriented by system, with {100 * settings.confidence:g}% jackknife intervals over raters and prompts and t on "
        "as many degrees of freedom as above, and Gwet's (2014) AC2 with quadratic weights, because many ties pull "
        "alpha down."
    )


def _subgroups(criteria: Mapping[str, CriterionResult]) -> tuple[str, ...]:
    tests = sum(result.subgroups.tests for result in criteria.values())
    if not tests:
        return ()
    text = (
        f"Subgroups by prompt tag and by group of raters were explored, not planned: {tests} interaction contrasts "
        "(the win rate inside a subgroup minus that of all other ratings), with two-way cluster-robust variances of "
        "the difference, adjusted within a criterion for all of them after Holm (1979)."
    )
    return (text,)
