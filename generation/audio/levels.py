"""What is known about a clip's level, as plain finite numbers that can be stored as JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torchaudio.transforms import Resample

from generation.audio.checks import require_audio, require_rate
from generation.audio.loudness import integrated_loudness

OVERSAMPLING = 4
PIECE = 16_384
PIECE_MARGIN = 32  # frames beyond a piece; the filter looks 25 to each side
FLOOR_DB = -120.0  # stands for "nothing there": minus infinity is not JSON
SILENCE_DBFS = -60.0
SILENCE_FRAME_SECONDS = 0.05
CLICK_SECONDS = 0.05
FULL_SCALE = 0.999
FLAT_STEP = 2.0**-16  # half a step of 16-bit audio
FLAT_RUN = 4


@dataclass(frozen=True, slots=True)
class Measurement:
    """Levels of one clip.

    ``duration`` seconds; ``loudness`` LUFS, at least -70; ``true_peak`` dBTP, at least -120;
    ``silence_share`` the share of 50 ms frames below -60 dBFS RMS; ``clipped_share`` the share of samples on
    flat tops at full scale.
    """

    duration: float
    loudness: float
    true_peak: float
    silence_share: float
    clipped_share: float

    @property
    def crest(self) -> float:
        """How far the true peak lies above the loudness, in dB."""
        return self.true_peak - self.loudness


def measure(audio: Tensor, sample_rate: int) -> Measurement:
    """Measure ``[channels, frames]``. Raises ``AudioRejected`` unless it is finite, of 1 or 2 channels."""
    require_audio(audio)
    require_rate(sample_rate)
    audio = audio.detach().cpu().float()
    return Measurement(
        duration=audio.shape[-1] / sample_rate,
        loudness=integrated_loudness(audio, sample_rate),
        true_peak=true_peak(audio),
        silence_share=silence_share(audio, sample_rate),
        clipped_share=clipped_share(audio),
    )


def decibels(amplitude: float) -> float:
    """Amplitude to decibels, not below -120."""
    return max(FLOOR_DB, 20 * math.log10(amplitude)) if amplitude > 0 else FLOOR_DB


def true_peak(audio: Tensor) -> float:
    """The highest level between the samples in dBTP, by 4x oversampling (ITU-R BS.1770-4, Annex 2).

    Piece by piece: what fits into the processor's cache is oversampled three times as fast as a whole clip.
    """
    audio = audio.float()
    frames, peak = audio.shape[-1], float(audio.abs().max())
    for start in range(0, frames, PIECE):
        end = min(frames, start + PIECE)
        first = max(0, start - PIECE_MARGIN)
        between = _oversampler()(audio[:, first : end + PIECE_MARGIN])
        within = between[:, OVERSAMPLING * (start - first) : OVERSAMPLING * (end - first)]
        peak = max(peak, float(within.abs().max()))
    return decibels(peak)


@lru_cache(maxsize=1)
def _oversampler() -> Resample:
    return Resample(1, OVERSAMPLING, lowpass_filter_width=24, rolloff=0.99, dtype=torch.float32)


def silence_share(audio: Tensor, sample_rate: int) -> float:
    """Share of 50 ms frames whose louder channel stays below -60 dBFS RMS."""
    return float(_silent_frames(audio, sample_rate).float().mean())


def _silent_frames(audio: Tensor, sample_rate: int) -> Tensor:
    frame = min(round(SILENCE_FRAME_SECONDS * sample_rate), audio.shape[-1])
    rms = audio.unfold(-1, frame, frame).square().mean(-1).sqrt().amax(0)
    return rms < 10 ** (SILENCE_DBFS / 20)


def longest_silence(audio: Tensor, sample_rate: int) -> float:
    """The longest stretch of silent frames (``silence_share``), as a share of the clip."""
    longest = current = 0
    silent = _silent_frames(audio, sample_rate).tolist()
    for frame in silent:
        current = current + 1 if frame else 0
        longest = max(longest, current)
    return longest / len(silent)


def offset(audio: Tensor) -> float:
    """The largest mean of a channel, full scale at 1.0: what a loudspeaker would hold still at (DC)."""
    return float(audio.mean(-1).abs().max())


def channel_gap(audio: Tensor) -> float:
    """How many dB the softest channel's RMS lies below the loudest one's; 0 for mono."""
    levels = [decibels(float(rms)) for rms in audio.square().mean(-1).sqrt()]
    return max(levels) - min(levels)


def click_height(audio: Tensor, sample_rate: int) -> float:
    """How many dB the highest sample lies above all that is further away from it than 50 ms."""
    peaks = audio.abs().amax(0)
    top, near = int(peaks.argmax()), round(CLICK_SECONDS * sample_rate)
    elsewhere = torch.cat((peaks[: max(0, top - near)], peaks[top + near :]))
    if not len(elsewhere):
        return 0.0
    return decibels(float(peaks[top])) - decibels(float(elsewhere.max()))


def clipped_share(audio: Tensor) -> float:
    """Share of samples in runs of at least four at full scale that do not move.

    Float audio may pass 1.0 unharmed (a gain brings it back), so being loud is not being clipped: only a flat
    top is. Half a 16-bit step of movement still counts as flat.
    """
    loud = audio.abs() >= FULL_SCALE
    steps = FLAT_RUN - 1
    if audio.shape[-1] <= steps or int(loud.sum()) < FLAT_RUN:
        return 0.0
    still = (audio.diff().abs() <= FLAT_STEP) & loud[:, 1:] & loud[:, :-1]
    runs = still.unfold(-1, steps, 1).all(-1)
    flat = torch.zeros_like(audio, dtype=torch.bool)
    for offset in range(FLAT_RUN):
        flat[:, offset : offset + runs.shape[-1]] |= runs
    return float(flat.float().mean())
