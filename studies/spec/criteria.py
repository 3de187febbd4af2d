"""What is judged: criteria of a study's own, and the standard ones."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints

from studies.spec.languages import Language
from studies.spec.types import Section, Text
from studies.spec.wordings import WORDINGS

DIVERSITY_ID = "diversity"
# What a sound broken on purpose gives a known answer to: it may still fit its description and be good music.
GOLD_CRITERION = "acoustic_quality"
CriterionId = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z0-9_]*\z", max_length=64)]

Example = Annotated[Text, StringConstraints(max_length=200)]
_EXAMPLES_ALLOWED = "a list of at most 8 texts of 1 to 200 characters"


class Criterion(Section):
    """One question a rater answers about every pair."""

    id: CriterionId = Field(
        description="an id of small letters, digits and '_', starting with a letter, at most 64 long"
    )
    label: Text = Field(max_length=60, description="a label of 1 to 60 characters")
    question: Text = Field(max_length=300, description="a question of 1 to 300 characters")
    help: Text | None = Field(
        default=None, max_length=2000, description="a help text of 1 to 2000 characters, or null"
    )
    listen_for: tuple[Example, ...] = Field(default=(), max_length=8, description=_EXAMPLES_ALLOWED)
    ignore: tuple[Example, ...] = Field(default=(), max_length=8, description=_EXAMPLES_ALLOWED)


STANDARD_IDS: tuple[str, ...] = ("acoustic_quality", "text_adherence", "musicality")


@lru_cache(maxsize=32)
def standard_criterion(criterion_id: str, *, absolute: bool, language: Language = "en") -> Criterion:
    """The standard wording of one of ``STANDARD_IDS`` or ``diversity``; ``absolute`` asks about each side."""
    words = WORDINGS[language][criterion_id]
    return Criterion(
        id=criterion_id,
        label=words.label,
        question=words.absolute if absolute else words.question,
        help=words.help,
        listen_for=words.listen_for,
        ignore=words.ignore,
    )
