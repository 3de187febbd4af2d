"""What every backend offers: prepare, generate a batch, release.

A backend turns prompts into sound and knows nothing of studies, databases or queues. It says what it
can do (``Capabilities``), so that a study file asking for more is refused before any work starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor


class BackendRefused(ValueError):
    """The system's configuration cannot work here (missing checkpoint, bad value). A retry cannot help."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can be asked for."""

    guidance: bool
    negative_prompt: bool
    sampling_filters: bool
    duration: bool


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """One clip to make. ``duration`` in seconds; the same request gives the same clip in any batch.

    ``prompt_id`` and ``index`` say which of the study's prompts it is, and the how-manieth clip of it (from 0):
    for backends that look clips up instead of making them.
    """

    key: str
    prompt: str
    seed: int
    duration: float
    prompt_id: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip made: ``audio`` is ``[channels, frames]`` float32, ``notes`` is JSON-able provenance."""

    audio: Tensor
    sample_rate: int
    notes: Mapping[str, object] = field(default_factory=dict)


class Backend(Protocol):
    """A loaded system."""

    capabilities: Capabilities

    def provenance(self) -> Mapping[str, object]:
        """JSON-able: checkpoint digest, decoding parameters, device, package versions."""
        ...

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """One clip per request, in order."""
        ...

    def release(self) -> None:
        """Give back the memory the system holds."""
        ...
