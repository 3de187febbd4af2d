"""What a rater meets beside the tasks: comprehension questions and the questionnaire."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from studies.spec.types import Real, Section, Switch, Text, refusal

ItemId = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z0-9_]*\z", max_length=64)]
Choice = Annotated[Text, StringConstraints(max_length=200)]
CHOICES_ALLOWED = "2 to 20 different texts of 1 to 200 characters"


class ComprehensionQuestion(Section):
    """A question about the instructions, with its right answer. Raters never get the answer to see."""

    question: Text = Field(max_length=500, description="a question of 1 to 500 characters")
    options: tuple[Choice, ...] = Field(min_length=2, max_length=20, description=CHOICES_ALLOWED)
    answer: Choice = Field(description="the right one of the options")

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if len(set(self.options)) < len(self.options):
            raise refusal(CHOICES_ALLOWED, field="options")
        if self.answer not in self.options:
            raise refusal("one of the options, word for word", field="answer")
        return self


class QuestionnaireItem(Section):
    """One question about the rater. ``group``: the answer is the group of raters they are counted to."""

    id: ItemId = Field(
        description="an id of small letters, digits and '_', starting with a letter, at most 64 long"
    )
    label: Text = Field(max_length=300, description="a question of 1 to 300 characters")
    kind: Literal["choice", "number", "text"] = Field(description="choice, number or text")
    options: tuple[Choice, ...] = Field(default=(), max_length=20, description=CHOICES_ALLOWED)
    minimum: Real | None = Field(default=None, description="a number, or null")
    maximum: Real | None = Field(default=None, description="a number, or null")
    required: Switch = Field(default=False, description="true or false")
    group: Switch = Field(default=False, description="true or false")

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if self.kind == "choice":
            if len(set(self.options)) < max(2, len(self.options)):
                raise refusal(CHOICES_ALLOWED, field="options")
        elif self.options:
            raise refusal("no options unless the kind is choice", field="options")
        elif self.group:
            raise refusal("false unless the kind is choice", field="group")
        self._check_bounds()
        return self

    def _check_bounds(self) -> None:
        if self.kind != "number" and (self.minimum, self.maximum) != (None, None):
            field = "minimum" if self.minimum is not None else "maximum"
            raise refusal("null unless the kind is number", field=field)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise refusal(f"a number of {self.minimum:g} or more, the minimum", field="maximum")


def one_group(items: tuple[QuestionnaireItem, ...]) -> tuple[QuestionnaireItem, ...]:
    """Raises for ids that are used twice, and for more than one question that makes groups."""
    if len({item.id for item in items}) < len(items):
        raise refusal("questions with different ids")
    if sum(item.group for item in items) > 1:
        raise refusal("at most one question with group: true")
    return items
