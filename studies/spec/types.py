"""The kinds of values a study file is made of. Strict: a number in quotes is text, ``true`` no number."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    Strict,
    StringConstraints,
    model_serializer,
)
from pydantic_core import PydanticCustomError

_LINE_MARKS = "\n\t"


def refusal(allowed: str, *, field: str = "", given: str = "") -> PydanticCustomError:
    """The error a validator raises; ``allowed`` is what the reader of the refusal is told.

    A check of a whole section names the ``field`` it is about, or says in a word what was ``given``.
    """
    return PydanticCustomError("refused", "{allowed}", {"allowed": allowed, "field": field, "given": given})


def _plain(text: str) -> str:
    hidden = [char for char in text if unicodedata.category(char) in {"Cc", "Cs"} and char not in _LINE_MARKS]
    if hidden:
        raise refusal(f"text without control characters (found U+{ord(hidden[0]):04X})")
    return text


def _without_minus_zero(number: float) -> float:
    return number + 0.0


Whole = Annotated[int, Strict()]
Real = Annotated[float, Strict(), AllowInfNan(allow_inf_nan=False), AfterValidator(_without_minus_zero)]
Switch = Annotated[bool, Strict()]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_plain)]

# A dot or a space would make the keys of samples ("cfg.p001.0") and lists of them ambiguous.
Id = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9][A-Za-z0-9_-]*\z", max_length=64)]
ID_ALLOWED = "a name of letters, digits, '-' and '_', starting with a letter or digit, at most 64 long"


class Section(BaseModel):
    """A part of a study file: frozen, and unknown keys are errors."""

    # Fields that came after the first studies were launched. Left out of the canonical form while they say nothing, so
    # that a file of then still has the hash of then.
    LATER: ClassVar[frozenset[str]] = frozenset()

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_serializer(mode="wrap")
    def _without_later_defaults(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped: dict[str, Any] = dump(self)
        for name in self.LATER:
            field = type(self).model_fields[name]
            if getattr(self, name) == field.get_default(call_default_factory=True):
                dumped.pop(name, None)
        return dumped
