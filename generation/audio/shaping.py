"""Any system's clip becomes the study's shape: rate, channels, exact length, soft edges. Levels stay."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import pad
from torchaudio.functional import resample

from generation.audio.checks import require_audio, require_rate
from generation.audio.errors import AudioRejected
from generation.audio.levels import clipped_share
from generation.audio.loudness import integrated_loudness
from generation.audio.target import CANONICAL, AudioTarget

MISSING_SECONDS = 0.5
CLIPPED_SHARE = 0.005
SILENT_LUFS = -60.0
RESAMPLING_MARGIN_SECONDS = 0.1  # kept beyond the cut, so that the resampler's edge lies outside the clip


def shape(audio: Tensor, sample_rate: int, target: AudioTarget = CANONICAL) -> Tensor:
    """``[channels, frames]`` at ``sample_rate`` Hz to float32 ``[target.channels, target.frames]`` on the CPU.

    Longer clips are cut, clips missing at most half a second are padded, and the sound's both ends are faded.
    Raises ``AudioRejected`` for clips that are broken, clipped, cut short or silent.
    """
    require_audio(audio)
    require_rate(sample_rate, target.sample_rate)
    audio = audio.detach().cpu().float()
    _require_length(audio, sample_rate, target)
    audio = audio[:, : math.ceil((target.duration + RESAMPLING_MARGIN_SECONDS) * sample_rate)]
    _require_unclipped(audio)
    audio = _at_rate(_with_channels(audio, target.channels), sample_rate, target.sample_rate)
    sound = _faded(audio[:, : target.frames], target.fade_frames)
    _require_sound(sound, target.sample_rate)
    return pad(sound, (0, target.frames - sound.shape[-1]))


def _require_length(audio: Tensor, sample_rate: int, target: AudioTarget) -> None:
    seconds = audio.shape[-1] / sample_rate
    least = target.duration - MISSING_SECONDS
    if seconds < least:
        raise AudioRejected("truncated", f"{seconds:.3f} s of sound; allowed are {least:.3f} s or more")


def _require_unclipped(audio: Tensor) -> None:
    share = clipped_share(audio)
    if share > CLIPPED_SHARE:
        raise AudioRejected(
            "clipped",
            f"{share:.2%} of the samples lie on flat tops at full scale; allowed are {CLIPPED_SHARE:.2%}",
        )


def _require_sound(audio: Tensor, sample_rate: int) -> None:
    loudness = integrated_loudness(audio, sample_rate)
    if loudness < SILENT_LUFS:
        raise AudioRejected(
            "silent", f"loudness {loudness:.1f} LUFS; allowed are {SILENT_LUFS:.1f} LUFS or more"
        )


def _with_channels(audio: Tensor, channels: int) -> Tensor:
    if audio.shape[0] == channels:
        return audio
    return audio.mean(0, keepdim=True) if channels == 1 else audio.expand(channels, -1)


def _at_rate(audio: Tensor, sample_rate: int, target_rate: int) -> Tensor:
    """Windowed-sinc conversion, with the Kaiser window settings known as "kaiser best"."""
    converted: Tensor = resample(
        audio,
        sample_rate,
        target_rate,
        lowpass_filter_width=64,
        rolloff=0.9475937167399596,
        resampling_method="sinc_interp_kaiser",
        beta=14.769656459379492,
    )
    return converted


def _faded(audio: Tensor, frames: int) -> Tensor:
    """Half-cosine fades at both ends of the sound itself: padding follows a fade, never a cut."""
    ramp = (1 - torch.cos(torch.linspace(0, math.pi, frames))) / 2
    audio = audio.clone()
    if frames:
        audio[:, :frames] *= ramp
        audio[:, -frames:] *= ramp.flip(0)
    return audio
