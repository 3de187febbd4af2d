"""The study file as a frozen value: everything a study is, with every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from studies.spec.criteria import DIVERSITY_ID, STANDARD_IDS, Criterion, standard_criterion
from studies.spec.languages import LANGUAGES, Language, language_of
from studies.spec.protocol import Analysis, Design, Diversity, OpenLink, Raters, Recruitment
from studies.spec.scale_wording import scale_in
from studies.spec.scales import SCALES, Scale, ScaleId
from studies.spec.systems import System
from studies.spec.types import ID_ALLOWED, Id, Real, Section, Text, Whole, refusal

Kind = Literal["quality", "diversity"]
# The console's own addresses stand beside those of the studies.
RESERVED = frozenset({"new", "login", "logout"})


def _not_reserved(slug: str) -> str:
    if slug in RESERVED:
        raise refusal(f"any slug but {', '.join(sorted(RESERVED))}, which are addresses of the console")
    return slug


Slug = Annotated[
    str,
    StringConstraints(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\z", max_length=50),
    AfterValidator(_not_reserved),
]


class Study(Section):
    """What the study is called, and the seed of everything random in it."""

    slug: Slug = Field(description="small letters and digits, words joined by '-', at most 50 long")
    title: Text = Field(max_length=200, description="a title of 1 to 200 characters")
    seed: Whole = Field(ge=0, le=2**63 - 1, description="a whole number from 0 to 9223372036854775807")
    description: Text | None = Field(
        default=None, max_length=5000, description="a text of 1 to 5000 characters, or null"
    )
    language: Language = Field(default="en", description="one of " + ", ".join(LANGUAGES))


class Prompt(Section):
    """One text that every system is given."""

    id: Id = Field(description=ID_ALLOWED)
    text: Text = Field(max_length=1000, description="a text of 1 to 1000 characters, in any script")
    tags: tuple[Annotated[Text, StringConstraints(max_length=60)], ...] = Field(
        default=(), max_length=20, description="a list of at most 20 tags of 1 to 60 characters"
    )


class Audio(Section):
    """What every clip is made into. ``duration`` in seconds, ``loudness`` in LUFS (ITU-R BS.1770)."""

    duration: Real = Field(default=10.0, ge=1, le=120, description="a number of seconds from 1 to 120")
    loudness: Real = Field(default=-23.0, ge=-36, le=-10, description="a number of LUFS from -36 to -10")
    format: Literal["wav"] = Field(default="wav", description="wav")


class StudySpec(Section):
    """A study file that parsed. Equal files give equal specs; ``canonical.sha256`` names one for ever."""

    study: Study = Field(description="a mapping with slug, title and seed")
    prompts: tuple[Prompt, ...] = Field(
        min_length=1,
        max_length=100_000,
        description="a list of 1 to 100000 prompts {id, text}, or the path of a CSV file (columns id,text)",
    )
    systems: Mapping[Id, System] = Field(
        min_length=2, description="a mapping of at least two systems; a system's name is " + ID_ALLOWED
    )
    audio: Audio = Field(default=Audio(), description="a mapping with duration, loudness and format")
    criteria: tuple[Criterion, ...] = Field(
        min_length=1,
        max_length=12,
        description=f"a list of 1 to 12 criteria: {', '.join(STANDARD_IDS)}, or mappings with id, label, "
        "question, help, listen_for and ignore",
    )
    scale: ScaleId = Field(default="preference-5", description="one of " + ", ".join(SCALES))
    design: Design = Field(
        default=Design(),
        description="a mapping with pairs, samples_per_prompt, ratings_per_comparison and presentation",
    )
    diversity: Diversity | None = Field(
        default=None, description="a mapping with prompts, set_size and ratings_per_comparison, or null"
    )
    raters: Raters = Field(default=Raters(), description="a mapping such as {tasks: 20, listen: whole}")
    recruitment: Recruitment = Field(
        default=OpenLink(kind="open"), description="a mapping with kind: open, invitation or prolific"
    )
    analysis: Analysis = Field(
        default=Analysis(), description="a mapping with confidence, exclude and primary"
    )

    @model_validator(mode="before")
    @classmethod
    def _standard_criteria_by_name(cls, data: object) -> object:
        return _with_criteria(data) if isinstance(data, Mapping) else data

    @property
    def rating_scale(self) -> Scale:
        return scale_in(SCALES[self.scale], self.study.language)

    def criteria_for(self, kind: Kind) -> tuple[Criterion, ...]:
        """What a rater is asked about a comparison of this kind."""
        if kind == "quality":
            return self.criteria
        return (
            standard_criterion(
                DIVERSITY_ID, absolute=self.rating_scale.absolute, language=self.study.language
            ),
        )

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The compared pairs, each and all in the order of the alphabet."""
        if self.design.pairs == "all":
            return tuple(combinations(sorted(self.systems), 2))
        return self.design.pairs


def _with_criteria(data: Mapping[object, object]) -> dict[object, object]:
    absolute = data.get("scale") == "absolute-5"
    given = data.get("criteria", STANDARD_IDS)
    language = language_of(data.get("study"))
    return {**data, "criteria": _expanded(given, absolute=absolute, language=language)}


def _expanded(given: object, *, absolute: bool, language: Language) -> object:
    if not isinstance(given, list | tuple):
        return given
    return tuple(_in_full(item, absolute=absolute, language=language) for item in given)


def _in_full(item: object, *, absolute: bool, language: Language) -> object:
    """A standard criterion by its name, or by its id with some texts of the study's own."""
    if item in STANDARD_IDS:
        return standard_criterion(str(item), absolute=absolute, language=language)
    if isinstance(item, Mapping) and item.get("id") in STANDARD_IDS:
        standard = standard_criterion(str(item["id"]), absolute=absolute, language=language)
        return standard.model_dump(mode="python") | dict(item)
    return item
