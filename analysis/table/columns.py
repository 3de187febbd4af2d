"""The columns of `ratings.csv`, once: the exporter writes them in this order, the reader checks against them."""

from dataclasses import dataclass
from typing import Literal

from studies.quality_checks import EXCLUSION_CODES

TRUE_OR_FALSE = ("true", "false")
ROLES = ("main", "gold", "repeat", "training")
KINDS = ("quality", "diversity")

# The allowed preferences of each scale, as presented: negative = first preferred.
SCALES: dict[str, tuple[int, ...]] = {
    "preference-5": (-2, -1, 0, 1, 2),
    "preference-3": (-1, 0, 1),
    "preference-2": (-1, 1),
    "ccr-7": (-3, -2, -1, 0, 1, 2, 3),
    "absolute-5": (-4, -3, -2, -1, 0, 1, 2, 3, 4),
}
SCORES = (1, 2, 3, 4, 5)  # on absolute-5


@dataclass(frozen=True)
class Column:
    """One column of `ratings.csv`. `read` says whether the analysis reads it, and as what."""

    name: str
    meaning: str
    required: bool = False
    read: Literal["text", "number", "no"] = "no"
    allowed: tuple[str, ...] = ()


RATINGS: tuple[Column, ...] = (
    Column("study", "The study's slug.", read="text"),
    Column("comparison", "Stable id of the comparison: two systems on one prompt.", read="text"),
    Column(
        "kind",
        "quality: one clip a side. diversity: a set of clips a side.",
        read="text",
        allowed=KINDS,
    ),
    Column("criterion", "Id of what was judged.", required=True, read="text"),
    Column("prompt_id", "Id of the prompt that both systems were given.", required=True, read="text"),
    Column("prompt", "The prompt's text."),
    Column("system_first", "The system presented as side A.", required=True, read="text"),
    Column("system_second", "The system presented as side B.", required=True, read="text"),
    Column("samples_first", "Ids of the samples on side A, separated by spaces."),
    Column("samples_second", "Ids of the samples on side B, separated by spaces."),
    Column("rater", "Pseudonym of the person who rated.", required=True, read="text"),
    Column("session", "Pseudonym of the sitting."),
    Column("position", "Place of the task in the session, counted from 1.", read="number"),
    Column("scale", "The answers that were offered.", read="text", allowed=tuple(SCALES)),
    Column("score_first", "Score given to side A, on absolute scales only.", read="number"),
    Column("score_second", "Score given to side B, on absolute scales only.", read="number"),
    Column(
        "preference",
        "As presented: negative = first preferred, 0 = no preference, positive = second preferred; "
        "on absolute scales score_second minus score_first.",
        required=True,
        read="text",
    ),
    Column("role", "main, or a gold, repeat or training task.", read="text", allowed=ROLES),
    Column(
        "excluded",
        "Empty, or the code of the pre-declared rule that excludes the rating.",
        read="text",
        allowed=("", *EXCLUSION_CODES),
    ),
    Column(
        "simulated",
        "true where a program rated instead of a person.",
        read="text",
        allowed=TRUE_OR_FALSE,
    ),
    Column("response_ms", "Milliseconds from the task's display to its submission.", read="number"),
    Column("played_first_ms", "Milliseconds of side A that were played.", read="number"),
    Column("played_second_ms", "Milliseconds of side B that were played.", read="number"),
    Column("switches", "How often the rater switched between the sides.", read="number"),
    Column("assigned_at", "When the task was given out, ISO 8601, UTC."),
    Column("submitted_at", "When the task was submitted, ISO 8601, UTC."),
    Column(
        "amendment",
        "How often the study file had been amended when the task was given out; 0 before the first amendment.",
        read="number",
    ),
    Column("prompt_tags", "The prompt's tags, separated by semicolons; empty without any.", read="text"),
    Column("rater_group", "The group of raters that the rater belongs to; empty without one.", read="text"),
    Column(
        "planned",
        "true where these systems on this criterion are a contrast that was declared before anybody rated.",
        read="text",
        allowed=TRUE_OR_FALSE,
    ),
    Column(
        "pass",
        "Which pass of the task this criterion was, counted from 1, where each is asked alone; empty where all are "
        "asked together. The times and switches are then those of the pass.",
    ),
    Column(
        "known_answer",
        "first or second: the side that is not broken, on the criterion whose answer is known in a gold or training "
        "pair; empty elsewhere.",
        read="text",
        allowed=("", "first", "second"),
    ),
    Column(
        "failed_checks",
        "Codes of the quality checks that the rater failed, declared as rules or not, separated by spaces.",
        read="text",
    ),
)

RATING_NAMES: tuple[str, ...] = tuple(column.name for column in RATINGS)
REQUIRED_NAMES: tuple[str, ...] = tuple(column.name for column in RATINGS if column.required)
READ_NAMES: tuple[str, ...] = tuple(column.name for column in RATINGS if column.read != "no")
NUMBER_NAMES: tuple[str, ...] = tuple(column.name for column in RATINGS if column.read == "number")
ALLOWED: dict[str, tuple[str, ...]] = {column.name: column.allowed for column in RATINGS if column.allowed}
TRUE_OR_FALSE_NAMES: tuple[str, ...] = tuple(
    column.name for column in RATINGS if column.allowed == TRUE_OR_FALSE
)
