"""How a study file is refused: whole, with every problem named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from studies.errors import EarwitnessError

NOTHING = "nothing"
_LONGEST = 60
_IN_YAML = {None: "null", True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands, what was given (shortened) and what is allowed."""

    path: str
    given: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.path}: given {self.given}; allowed: {self.allowed}"


class StudyRefused(EarwitnessError):
    """The study file cannot be used. Nothing was written; ``problems`` lists everything that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def shown(value: object) -> str:
    """``value`` as it appears in a refusal: one line, never longer than a reader wants to see."""
    text = _IN_YAML.get(value, "") if value is None or isinstance(value, bool) else repr(value)
    if len(text) <= _LONGEST:
        return text
    size = f" ({len(value)} characters)" if isinstance(value, str) else ""
    return f"{text[: _LONGEST - 1]}…{size}"


def did_you_mean(given: object, known: Iterable[str]) -> str:
    """``"did you mean 'temperature'? "`` when something known is close, else an empty string."""
    close = get_close_matches(str(given), list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}? " if close else ""


def one_of(known: Iterable[str]) -> str:
    """The known names as a readable list."""
    return ", ".join(known) or "none exist"
