"""Why a clip cannot enter a study. The code is stable (it is stored and counted), the text is for people."""

from __future__ import annotations

from typing import Literal

RejectionCode = Literal[
    "not_audio",
    "unsupported_rate",
    "too_many_channels",
    "not_finite",
    "truncated",
    "clipped",
    "silent",
    "mostly_silent",
    "dc_offset",
    "dead_channel",
    "lone_click",
    "loudness_unreachable",
    "not_canonical",
    "loudness_missed",
    "true_peak_exceeded",
]


class AudioRejected(ValueError):
    """A clip broke a rule. ``code`` names the rule; the message says what was found and what is allowed."""

    def __init__(self, code: RejectionCode, message: str) -> None:
        super().__init__(code, message)
        self.code: RejectionCode = code
        self.message = message

    def __str__(self) -> str:
        """The message alone: whoever shows the code shows it beside."""
        return self.message
