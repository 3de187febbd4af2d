"""The sections about the listeners: design, diversity tasks, raters, recruitment, analysis."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from studies.quality_checks import EXCLUSION_CODES, ExclusionCode
from studies.spec.criteria import CriterionId
from studies.spec.stations import ComprehensionQuestion, QuestionnaireItem, one_group
from studies.spec.types import ID_ALLOWED, Id, Real, Section, Switch, Text, Whole, refusal

Pair = tuple[Id, Id]


def _in_the_alphabet(pairs: Literal["all"] | tuple[Pair, ...]) -> Literal["all"] | tuple[Pair, ...]:
    """Neither the order of pairs nor that within a pair means anything, so both are made the same."""
    if pairs == "all":
        return "all"
    ordered = [(min(pair), max(pair)) for pair in pairs]
    if not ordered or len(set(ordered)) < len(ordered) or any(first == second for first, second in ordered):
        raise refusal("'all', or a list of different pairs [system, system], each of two different systems")
    return tuple(sorted(ordered))


class Design(Section):
    """Which comparisons are made, and how often each is rated."""

    pairs: Annotated[Literal["all"] | tuple[Pair, ...], AfterValidator(_in_the_alphabet)] = Field(
        default="all", description="'all', or a list of pairs [system, system]"
    )
    samples_per_prompt: Whole = Field(default=1, ge=1, le=1000, description="a whole number from 1 to 1000")
    ratings_per_comparison: Whole = Field(
        default=3, ge=1, le=1000, description="a whole number from 1 to 1000"
    )
    presentation: Literal["together", "one-criterion-at-a-time"] = Field(
        default="together", description="together or one-criterion-at-a-time"
    )


class Diversity(Section):
    """Set-against-set tasks: on ``prompts`` of the prompts, a set of ``set_size`` clips a side."""

    prompts: Whole = Field(ge=1, description="a whole number from 1 to the number of prompts")
    set_size: Whole = Field(default=2, ge=2, le=8, description="a whole number from 2 to 8")
    ratings_per_comparison: Whole = Field(
        default=3, ge=1, le=1000, description="a whole number from 1 to 1000"
    )


class Player(Section):
    """What a rater may do with the sound. Both sides of a pair always follow the same rules."""

    position: Literal["own", "same_time", "restart"] = Field(
        default="own", description="own, same_time or restart"
    )
    seek: Literal["none", "heard", "anywhere"] = Field(default="heard", description="none, heard or anywhere")
    loop: Switch = Field(default=False, description="true or false")


class Raters(Section):
    """What one session of a rater is made of. ``tasks`` is an upper bound: nobody gets a comparison twice."""

    tasks: Whole = Field(default=20, ge=1, le=1000, description="a whole number from 1 to 1000")
    listen: Literal["whole", "any"] = Field(default="whole", description="whole or any")
    player: Player = Field(default=Player(), description="a mapping with position, seek and loop")
    sound_check: Switch = Field(default=True, description="true or false")
    headphone_check: Literal["huggins", "antiphase"] | None = Field(
        default=None, description="huggins, antiphase or null"
    )
    headphone_pass: Whole | None = Field(
        default=None, ge=5, le=6, description="5 or 6 of the six trials, or null for the published rule"
    )
    headphone_failure: Literal["flag", "screen_out"] = Field(default="flag", description="flag or screen_out")
    training: Whole = Field(default=0, ge=0, le=50, description="a whole number from 0 to 50")
    gold: Whole = Field(default=0, ge=0, le=50, description="a whole number from 0 to 50")
    repeats: Whole = Field(default=0, ge=0, le=50, description="a whole number from 0 to 50")
    lease_minutes: Whole = Field(
        default=30, ge=1, le=1440, description="a whole number of minutes from 1 to 1440"
    )
    consent: Text | None = Field(
        default=None,
        max_length=20_000,
        description="the consent text, 1 to 20000 characters, or null for the standard text",
    )
    information: Text | None = Field(
        default=None, max_length=20_000, description="instructions of 1 to 20000 characters, or null"
    )
    comprehension: tuple[ComprehensionQuestion, ...] = Field(
        default=(),
        max_length=10,
        description="a list of at most 10 mappings with question, options and answer",
    )
    questionnaire: Annotated[tuple[QuestionnaireItem, ...], AfterValidator(one_group)] = Field(
        default=(),
        max_length=40,
        description="a list of at most 40 mappings with id, label, kind and, for a choice, options",
    )
    questionnaire_at: Literal["start", "end"] = Field(default="end", description="start or end")

    @model_validator(mode="after")
    def _headphone_rules_apply(self) -> Self:
        if self.headphone_check is None and self.headphone_pass is not None:
            raise refusal("null unless headphone_check is turned on", field="headphone_pass")
        if self.headphone_check is None and self.headphone_failure != "flag":
            raise refusal("flag unless headphone_check is turned on", field="headphone_failure")
        return self


class Recruited(Section):
    """What every way to find raters has. ``quota``: so many people may take part; drop-outs free their place."""

    kind: str
    quota: Whole | None = Field(
        default=None, ge=1, le=1_000_000, description="a whole number of people from 1 to 1000000, or null"
    )
    share_results: Switch = Field(default=False, description="true or false")


class OpenLink(Recruited):
    """Anybody with the address may rate."""

    kind: Literal["open"]


class Invitation(Recruited):
    """Only people with a single-use invitation may rate."""

    kind: Literal["invitation"]


Code = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_-]+\z", max_length=64)]
_CODE_ALLOWED = "a completion code of letters, digits, '-' and '_', at most 64 long"


class Prolific(Recruited):
    """Raters come from Prolific and go back with one of three codes."""

    kind: Literal["prolific"]
    completion: Code = Field(description=_CODE_ALLOWED)
    screened_out: Code = Field(description=_CODE_ALLOWED)
    quota_full: Code = Field(description=_CODE_ALLOWED)

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        if len({self.completion, self.screened_out, self.quota_full}) < 3:
            raise refusal("three different codes, so that the crowd platform can tell the endings apart")
        return self


Recruitment = Annotated[OpenLink | Invitation | Prolific, Field(discriminator="kind")]
Contrast = tuple[Id, Id, CriterionId]


def _different(contrasts: tuple[Contrast, ...]) -> tuple[Contrast, ...]:
    seen = {(frozenset(contrast[:2]), contrast[2]) for contrast in contrasts}
    if len(seen) < len(contrasts) or any(len(systems) < 2 for systems, _ in seen):
        raise refusal("different contrasts [system, system, criterion], each of two different systems")
    return contrasts


def _once(codes: tuple[ExclusionCode, ...]) -> tuple[ExclusionCode, ...]:
    return tuple(sorted(set(codes)))


class Analysis(Section):
    """The analysis declared before anybody rates."""

    confidence: Real = Field(default=0.95, ge=0.5, lt=1, description="a number from 0.5 to below 1")
    exclude: Annotated[tuple[ExclusionCode, ...], AfterValidator(_once)] = Field(
        default=(),
        description=f"a list of {', '.join(EXCLUSION_CODES[:-1])} and {EXCLUSION_CODES[-1]}",
    )
    primary: Annotated[tuple[Contrast, ...], AfterValidator(_different)] = Field(
        default=(),
        description=f"a list of contrasts [system, system, criterion]; a system is {ID_ALLOWED}",
    )
    smallest_effect: Real = Field(
        default=0.05,
        gt=0,
        lt=0.5,
        description="a number above 0 and below 0.5: distance of a win rate from one half",
    )
    weights: Literal["ratings", "raters"] = Field(
        default="ratings",
        description="ratings or raters: what counts the same in the estimate that is judged",
    )

    LATER: ClassVar[frozenset[str]] = frozenset({"smallest_effect", "weights"})
