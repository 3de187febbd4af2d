"""How a system draws its tokens, checked before anything is loaded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

# The bounds of the study file too (studies.spec.systems). Beyond them logits overflow, or all temperatures draw alike.
TEMPERATURES = (0.001, 100.0)
MOST_GUIDANCE = 100.0
_TINIEST = math.ulp(0.0)


class DecodingRefused(ValueError):
    """A decoding option has a value that cannot be decoded with."""


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """Options of one system. Raises DecodingRefused for a value outside its range.

    ``temperature``: 0.001 to 100. ``top_k``: 1 or more, None keeps every token. ``top_p``: above 0, at most 1,
    None keeps every token. ``guidance_scale``: above 0, at most 100; 1 is plain sampling. ``negative_prompt``:
    what the other branch of guidance is given instead of nothing.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    guidance_scale: float = 1.0
    negative_prompt: str | None = None

    def __post_init__(self) -> None:
        _check_number("temperature", self.temperature, *TEMPERATURES)
        _check_number("guidance_scale", self.guidance_scale, _TINIEST, MOST_GUIDANCE)
        if self.top_p is not None:
            _check_number("top_p", self.top_p, _TINIEST, 1.0)
        if self.top_k is not None and (not isinstance(self.top_k, int) or isinstance(self.top_k, bool)):
            raise DecodingRefused(f"top_k: {self.top_k!r} is no whole number; allowed is 1 or more, or null")
        if self.top_k is not None and self.top_k < 1:
            raise DecodingRefused(f"top_k: {self.top_k} keeps no token; allowed is 1 or more, or null")
        self._check_negative_prompt()

    def _check_negative_prompt(self) -> None:
        if self.negative_prompt is None:
            return
        if not isinstance(self.negative_prompt, str):
            raise DecodingRefused(f"negative_prompt: {self.negative_prompt!r} is no text; give text or null")
        if not self.guided:
            raise DecodingRefused(
                "negative_prompt: it has no effect at guidance_scale 1; allowed with any other scale"
            )

    @property
    def guided(self) -> bool:
        """Whether the second branch is needed at all."""
        return self.guidance_scale != 1.0

    def check_vocabulary(self, size: int) -> None:
        """Raise DecodingRefused where ``top_k`` asks for more tokens than there are."""
        if self.top_k is not None and self.top_k > size:
            raise DecodingRefused(f"top_k: {self.top_k} is above the vocabulary's {size} tokens")

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> DecodingOptions:
        """The decoding entries of a system's configuration; null and absent mean the default."""
        given = {name: config[name] for name in cls.__slots__ if config.get(name) is not None}
        return cls(**given)  # type: ignore[arg-type] # every field is checked in __post_init__


def _check_number(name: str, value: object, least: float, most: float) -> None:
    allowed = f"allowed is a number {'above 0' if least == _TINIEST else f'from {least:g}'}, at most {most:g}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DecodingRefused(f"{name}: {value!r} is no number; {allowed}")
    if not least <= value <= most:
        raise DecodingRefused(f"{name}: {value}; {allowed}")
