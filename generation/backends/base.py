"""What every backend offers: prepare, generate a batch, release.

A backend turns prompts into sound or text and knows nothing of studies, databases or queues. It says what it
can do (``Capabilities``); a system that is told to do more is refused when it is prepared, before any clip is
made. How to write one: ``docs/backends.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, Self

import torch
from torch import Tensor


class BackendRefused(ValueError):
    """What was asked for cannot be made here (missing checkpoint, bad value). A retry cannot help.

    ``code`` is stable: it is stored with the sample, counted and documented. The text is one sentence for people.
    """

    def __init__(self, text: str, *, code: str = "backend_refused") -> None:
        super().__init__(text)
        self.code = code


class BatchTooLarge(Exception):
    """The card's memory did not hold the batch: the same requests, fewer at a time, may work.

    Raise it where a library has an error of its own for this. torch's needs no translation.
    """


# What ``generate`` raises when a batch was too large. Nothing of it was made, and the backend still stands: whoever
# asked lets go of the error (its traceback holds tensors), and asks again for the same requests in smaller batches.
OUT_OF_MEMORY = (BatchTooLarge, torch.OutOfMemoryError)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can be asked for. Every backend is told the prompt's text and nothing else of the music.

    ``prompt``: it hears the text (False: it looks finished clips up). ``guidance``: a ``guidance_scale`` other
    than 1. ``negative_prompt``: a text in the place of the unconditional branch. ``sampling_filters``:
    temperature, top-k and top-p. ``longest``: the most seconds of a clip, None where nothing limits them.
    ``medium``: what it makes, audio or text.
    """

    prompt: bool = True
    guidance: bool = False
    negative_prompt: bool = False
    sampling_filters: bool = False
    longest: float | None = None
    medium: Literal["audio", "text"] = "audio"


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """One clip or text to make. The same request gives the same sample in any batch.

    ``duration``: seconds of a clip. ``max_tokens``: of a text. ``context``: what a text must be grounded in.

    ``prompt_id`` and ``index`` say which of the study's prompts it is, and the how-manieth clip of it (from 0):
    for backends that look clips up instead of making them.
    """

    key: str
    prompt: str
    seed: int
    duration: float
    prompt_id: str = ""
    index: int = 0
    max_tokens: int = 0
    context: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """One text made. ``ended``: the model stopped by itself; ``notes`` is JSON-able provenance."""

    text: str
    ended: bool = True
    notes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip made: ``audio`` is ``[channels, frames]`` float32, ``notes`` is JSON-able provenance."""

    audio: Tensor
    sample_rate: int
    notes: Mapping[str, object] = field(default_factory=dict)


class Backend(Protocol):
    """A system of a study, loaded."""

    capabilities: Capabilities

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> Self:
        """Load the system that ``config`` (its entry in the study file, without what is null) describes.

        Paths start from ``folder``; ``device`` is torch's name of where to work. Raises BackendRefused.
        """
        ...

    def provenance(self) -> Mapping[str, object]:
        """JSON-able: checkpoint digest, decoding parameters, device, package versions."""
        ...

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """One clip per request, in order; all of a batch have one duration.

        Raises:
            BackendRefused: one of the requests cannot be made (each is then asked for alone).
            BatchTooLarge, torch.OutOfMemoryError: the batch was too large (``OUT_OF_MEMORY``).
        """
        ...

    def release(self) -> None:
        """Give back the memory the system holds."""
        ...


_NEUTRAL: Mapping[str, object] = {"guidance_scale": 1.0, "temperature": 1.0, "top_p": 1.0}
_NEEDS = {
    "guidance_scale": "guidance",
    "negative_prompt": "negative_prompt",
    "temperature": "sampling_filters",
    "top_k": "sampling_filters",
    "top_p": "sampling_filters",
}


def require_capable(config: Mapping[str, object], capabilities: Capabilities) -> None:
    """Raise BackendRefused (``not_capable``) for every option of ``config`` that the backend would not follow."""
    asked = {key: config[key] for key in _NEEDS if config.get(key) not in {None, _NEUTRAL.get(key)}}
    beyond = [f"{key}: {value!r}" for key, value in asked.items() if not getattr(capabilities, _NEEDS[key])]
    if beyond:
        backend = config.get("backend")
        raise BackendRefused(
            f"{'; '.join(beyond)}: the backend {backend!r} cannot do this", code="not_capable"
        )


def require_short_enough(duration: float, longest: float) -> None:
    """Raise BackendRefused (``duration_too_long``) for clips longer than the checkpoint can make, in seconds."""
    if duration <= longest:
        return
    # As many digits as tell the two apart: never "40.9 s; allowed up to 40.9 s".
    digits = next(digits for digits in range(1, 18) if f"{duration:.{digits}f}" != f"{longest:.{digits}f}")
    given, allowed = (
        f"{seconds:.{digits}f}" for seconds in (duration, math.floor(longest * 10**digits) / 10**digits)
    )
    raise BackendRefused(
        f"duration: {given} s; allowed with this checkpoint: up to {allowed} s", code="duration_too_long"
    )
