"""What every automatic measure offers. A measure is one file here and one line in `studies/measures.py`.

A measure says what it needs of a sample and what it gives. It looks at finished samples and knows nothing of studies,
databases or queues. What it gives are measures, never ratings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, Self

from torch import Tensor

Need = Literal["sound", "text", "prompt", "context", "reference"]


class MeasureRefused(ValueError):
    """The measure cannot be prepared here, or not for this study. ``code`` is stable, the text is for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Gives:
    """One number that a measure gives: its name, unit, bounds (None: none), and which way is better, if any is."""

    name: str
    unit: str
    low: float | None
    high: float | None
    better: Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One finished sample. ``audio`` is [channels, frames]; a study's samples have sounds or texts, not both."""

    key: str
    prompt: str
    text: str = ""
    context: str = ""
    reference: str = ""
    audio: Tensor | None = None
    sample_rate: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one sample (or set): values by name, and JSON-able notes such as a judge's raw answer.

    ``code`` and ``why`` say instead why there is no value. None is ever guessed.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    notes: Mapping[str, object] = field(default_factory=dict)
    code: str = ""
    why: str = ""


class Measure(Protocol):
    """A measure, prepared. ``of`` says whether it looks at single samples or at the set of one system and prompt."""

    needs: frozenset[Need]
    of: Literal["sample", "set"]
    gives: tuple[Gives, ...]

    @classmethod
    def prepare(cls, options: Mapping[str, object], *, folder: Path, device: str) -> Self:
        """From its entry in the study file. Paths start from ``folder``. Raises MeasureRefused."""
        ...

    def provenance(self) -> Mapping[str, object]:
        """JSON-able: checkpoint digest, options, versions."""
        ...

    def measure(self, subjects: Sequence[Subject]) -> list[Measured]:
        """One answer per sample, in order; of a set, one answer for all of it."""
        ...


def missing_needs(measure: Measure, subject: Subject) -> list[Need]:
    """What the measure needs and this sample does not have."""
    has = {
        "sound": subject.audio is not None,
        "text": bool(subject.text),
        "prompt": bool(subject.prompt),
        "context": bool(subject.context),
        "reference": bool(subject.reference),
    }
    return sorted(need for need in measure.needs if not has[need])
