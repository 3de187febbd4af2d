"""Any system's clip becomes the study's shape: rate, channels, exact length, soft edges. Levels stay."""

from __future__ import annotations

import math
from fractions import Fraction

import torch
from torch import Tensor
from torch.nn.functional import pad
from torchaudio.functional import resample

from generation.audio.checks import require_audio, require_rate
from generation.audio.errors import AudioRejected
from generation.audio.levels import (
    channel_gap,
    click_height,
    clipped_share,
    decibels,
    longest_silence,
    offset,
)
from generation.audio.loudness import integrated_loudness
from generation.audio.target import CANONICAL, AudioTarget

MISSING_SECONDS = 0.5
CLIPPED_SHARE = 0.005
SILENT_LUFS = -60.0
LONGEST_SILENCE = 0.6
OFFSET = 0.02
CHANNEL_GAP_DB = 60.0
CLICK_DB = 15.0
MOST_PHASES = 1280
RESAMPLING_MARGIN_SECONDS = 0.1  # kept beyond the cut, so that the resampler's edge lies outside the clip


def shape(audio: Tensor, sample_rate: int, target: AudioTarget = CANONICAL) -> Tensor:
    """``[channels, frames]`` at ``sample_rate`` Hz to float32 ``[target.channels, target.frames]`` on the CPU.

    Longer clips are cut, clips missing at most half a second are padded, and the sound's both ends are faded.
    Raises ``AudioRejected`` for clips that are broken, clipped, cut short, silent or mostly so, that have an offset, a
    dead channel, or a lone click that would soften the whole study.
    """
    require_audio(audio)
    require_rate(sample_rate)
    audio = audio.detach().cpu().float()
    _require_length(audio, sample_rate, target)
    audio = audio[:, : math.ceil((target.duration + RESAMPLING_MARGIN_SECONDS) * sample_rate)]
    _require_unclipped(audio)
    _require_both_channels(audio)
    audio = _at_rate(_with_channels(audio, target.channels), sample_rate, target.sample_rate)
    sound = _faded(audio[:, : target.frames], target.fade_frames)
    _require_sound(sound, target)
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


def _require_sound(audio: Tensor, target: AudioTarget) -> None:
    """Refuse what has a sound, but not that of a clip: each by a name of its own."""
    loudness = integrated_loudness(audio, target.sample_rate)
    if loudness < SILENT_LUFS:
        raise AudioRejected(
            "silent", f"loudness {loudness:.1f} LUFS; allowed are {SILENT_LUFS:.1f} LUFS or more"
        )
    if (silence := longest_silence(audio, target.sample_rate)) > LONGEST_SILENCE:
        raise AudioRejected(
            "mostly_silent",
            f"{silence:.0%} of the clip is one silence; allowed are up to {LONGEST_SILENCE:.0%}",
        )
    if (mean := offset(audio)) > OFFSET:
        raise AudioRejected(
            "dc_offset", f"a constant offset of {mean:.3f} of full scale (DC); allowed are up to {OFFSET}"
        )
    # A lone click is only in the way where it would keep the whole study from its loudness.
    room, height = target.true_peak - target.loudness, click_height(audio, target.sample_rate)
    if height > CLICK_DB and decibels(float(audio.abs().max())) - loudness > room:
        raise AudioRejected(
            "lone_click",
            f"one click lies {height:.1f} dB above everything else, and would soften every clip of the study; "
            f"allowed are up to {CLICK_DB:.0f} dB",
        )


def _require_both_channels(audio: Tensor) -> None:
    if (gap := channel_gap(audio)) > CHANNEL_GAP_DB:
        raise AudioRejected(
            "dead_channel",
            f"one of two channels is {gap:.0f} dB below the other; allowed are up to {CHANNEL_GAP_DB:.0f} dB",
        )


def _with_channels(audio: Tensor, channels: int) -> Tensor:
    if audio.shape[0] == channels:
        return audio
    return audio.mean(0, keepdim=True) if channels == 1 else audio.expand(channels, -1)


def _at_rate(audio: Tensor, sample_rate: int, target_rate: int) -> Tensor:
    """Windowed-sinc conversion, with the Kaiser window settings known as "kaiser best".

    A polyphase filter for every ratio of two rates would fill memory. The nearest ratio with ``MOST_PHASES`` is exact
    for all standard rates, and for every other (44,056 Hz) within a hundredth of a semitone.
    """
    ratio = Fraction(sample_rate, target_rate).limit_denominator(MOST_PHASES)
    converted: Tensor = resample(
        audio,
        ratio.numerator,
        ratio.denominator,
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
