"""What a tensor must be before anything can be said about its sound."""

from __future__ import annotations

import torch
from torch import Tensor

from generation.audio.errors import AudioRejected

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000


def require_audio(audio: Tensor) -> None:
    """Refuse what is not a finite ``[channels, frames]`` floating-point tensor with one or two channels."""
    if audio.ndim != 2 or 0 in audio.shape:
        raise AudioRejected(
            "not_audio", f"shape {list(audio.shape)}; allowed is [channels, frames], neither of them 0"
        )
    if not audio.is_floating_point():
        raise AudioRejected(
            "not_audio", f"dtype {audio.dtype}; allowed are floating-point samples, full scale at 1.0"
        )
    if audio.shape[0] > 2:
        raise AudioRejected("too_many_channels", f"{audio.shape[0]} channels; allowed are 1 or 2")
    require_finite(audio)


def require_finite(audio: Tensor) -> None:
    """Refuse NaN and infinities."""
    broken = audio.numel() - int(torch.isfinite(audio).sum())
    if broken:
        raise AudioRejected(
            "not_finite", f"{broken} of {audio.numel()} samples are NaN or infinite; allowed are none"
        )


def require_rate(sample_rate: int) -> None:
    """Refuse sample rates that are no audio rates."""
    if not LOWEST_RATE <= sample_rate <= HIGHEST_RATE:
        raise AudioRejected(
            "unsupported_rate", f"{sample_rate} Hz; allowed are {LOWEST_RATE} to {HIGHEST_RATE} Hz"
        )
