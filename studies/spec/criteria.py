"""What is judged: the standard criteria, in the words a rater reads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, StringConstraints

from studies.spec.types import Section, Text

DIVERSITY_ID = "diversity"
# What a sound broken on purpose gives a known answer to: it may still fit its description and be good music.
GOLD_CRITERION = "acoustic_quality"
CriterionId = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z0-9_]*\z", max_length=64)]


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


_HELP = {
    "acoustic_quality": (
        "Listen for how the clip sounds as a recording: noise, crackle, distortion, muffled or harsh sound, "
        "instruments that blur into each other. Ignore whether you like the music and whether it fits the "
        "description."
    ),
    "text_adherence": (
        "Listen for how well the clip fits the description: style, mood, tempo, instruments, and what it "
        "asks to leave out. Ignore how clean it sounds and whether you like it."
    ),
    "musicality": (
        "Listen for how good the clip is as music: melody, harmony, rhythm, and whether it holds together "
        "from beginning to end. Ignore the sound quality and whether it fits the description."
    ),
    DIVERSITY_ID: (
        "Listen for how much the clips within one set differ from each other: melody, rhythm, instruments, "
        "arrangement. Ignore which set you like better and how clean the clips sound."
    ),
}
_LABELS = {
    "acoustic_quality": "Acoustic quality",
    "text_adherence": "Text adherence",
    "musicality": "Musicality",
    DIVERSITY_ID: "Diversity",
}
_QUESTIONS = {
    "acoustic_quality": "Which clip sounds better, leaving aside the music itself?",
    "text_adherence": "Which clip fits the description better?",
    "musicality": "Which clip is better as music?",
    DIVERSITY_ID: "Which set is more varied?",
}
_ABSOLUTE_QUESTIONS = {
    "acoustic_quality": "How good does each clip sound, leaving aside the music itself?",
    "text_adherence": "How well does each clip fit the description?",
    "musicality": "How good is each clip as music?",
    DIVERSITY_ID: "How good is the variety within each set?",
}


def _standard(questions: Mapping[str, str]) -> Mapping[str, Criterion]:
    return MappingProxyType(
        {
            key: Criterion(id=key, label=_LABELS[key], question=question, help=_HELP[key])
            for key, question in questions.items()
        }
    )


_COMPARATIVE, _ABSOLUTE = _standard(_QUESTIONS), _standard(_ABSOLUTE_QUESTIONS)
STANDARD_IDS: tuple[str, ...] = ("acoustic_quality", "text_adherence", "musicality")


def standard_criterion(criterion_id: str, *, absolute: bool) -> Criterion:
    """The standard wording of one of ``STANDARD_IDS`` or ``diversity``; ``absolute`` asks about each side."""
    return (_ABSOLUTE if absolute else _COMPARATIVE)[criterion_id]
