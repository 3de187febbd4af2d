"""From a shaped clip to the bytes a rater hears: one gain, 16 bits, a header. Nothing is limited.

Every clip of a study gets the same loudness. When one clip would pass the true-peak guard there, the common
loudness drops for all of them (``common_loudness``), so that loudness never tells two systems apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import torch
from torch import Tensor

from generation.audio.checks import require_audio
from generation.audio.errors import AudioRejected
from generation.audio.levels import Measurement, measure, true_peak
from generation.audio.loudness import block_powers, gated_loudness
from generation.audio.target import CANONICAL, AudioTarget
from generation.audio.wav import HEADER_BYTES, pcm16_header, pcm16_wav, read_audio

LOUDNESS_TOLERANCE = 0.1  # LU
PEAK_TOLERANCE = 0.05  # dB: dither and rounding move a peak by a step or two
SETTLED = 0.005  # LU
GAIN_PASSES = 4
DITHER_SEED = 1770
STEP = 2.0**-15


def reachable_loudness(measurement: Measurement, target: AudioTarget = CANONICAL) -> float:
    """The loudest level, in LUFS and at most ``target.loudness``, that keeps this clip's true peak in bounds.

    Raises ``AudioRejected("loudness_unreachable")`` for a clip so peaky that it would drag a study below
    ``target.lowest_loudness``.
    """
    headroom = target.true_peak - measurement.true_peak
    reachable = min(target.loudness, measurement.loudness + headroom)
    if reachable < target.lowest_loudness:
        raise AudioRejected(
            "loudness_unreachable",
            f"peaks lie {measurement.true_peak - measurement.loudness:.1f} dB above the loudness, so that it "
            f"reaches {reachable:.1f} LUFS; allowed are {target.lowest_loudness:.1f} LUFS or more",
        )
    return reachable


def common_loudness(reachable: Iterable[float], target: AudioTarget = CANONICAL) -> float:
    """The loudness all clips of a study share: the target's, or what the peakiest clip can reach."""
    return min([target.loudness, *reachable])


def master(shaped: Tensor, *, loudness: float, target: AudioTarget = CANONICAL) -> bytes:
    """The canonical WAV file of a shaped clip at ``loudness`` LUFS; equal input gives equal bytes.

    Rounding to 16 bits is dithered (triangular, two steps wide, the same noise for every clip), so that quiet
    ends and padding carry neither distortion nor a digital silence to recognise a system by. Mastering what
    is mastered changes nothing. Raises ``AudioRejected`` if the peaks would pass the guard at ``loudness``.
    """
    require_audio(shaped)
    _require_layout(tuple(shaped.shape), target)
    audio = _at_loudness(shaped.detach().cpu().double(), loudness, target)
    return pcm16_wav(_rounded(audio), target.sample_rate)


def verify(wav: bytes, *, loudness: float, target: AudioTarget = CANONICAL) -> Measurement:
    """Read the bytes again and measure them; ``AudioRejected`` unless they are canonical and hold the levels.

    Loudness must lie within 0.1 LU of ``loudness``, true peaks may pass the guard by 0.05 dB at most.
    """
    header = pcm16_header(sample_rate=target.sample_rate, channels=target.channels, frames=target.frames)
    size = HEADER_BYTES + target.frames * target.channels * 2
    if wav[:HEADER_BYTES] != header or len(wav) != size:
        wanted = f"{target.sample_rate} Hz, {target.channels} channels, {target.frames} frames, {size} bytes"
        raise AudioRejected(
            "not_canonical", f"{len(wav)} bytes with another header; allowed is 16-bit WAV of {wanted}"
        )
    measurement = measure(*read_audio(wav))
    _require_loudness(measurement.loudness, loudness)
    _require_peak(measurement.true_peak, loudness, target)
    return measurement


def _require_layout(found: tuple[int, ...], target: AudioTarget) -> None:
    wanted = (target.channels, target.frames)
    if found != wanted:
        raise AudioRejected(
            "not_canonical", f"shape {list(found)}; allowed is {list(wanted)}, as shaping returns it"
        )


def _at_loudness(audio: Tensor, loudness: float, target: AudioTarget) -> Tensor:
    """The gain, in a few passes: near the absolute gate, loudness does not follow gain exactly."""
    powers, gain = block_powers(audio, target.sample_rate), 1.0
    found = gated_loudness(powers)
    for _ in range(GAIN_PASSES):
        if abs(loudness - found) <= SETTLED:
            break
        gain *= 10 ** ((loudness - found) / 20)
        found = gated_loudness(powers * gain**2)
    _require_loudness(found, loudness)
    audio = audio * gain
    _require_peak(true_peak(audio.float()), loudness, target)
    return audio


def _rounded(audio: Tensor) -> Tensor:
    """``[channels, frames]`` int16. What lies on 16-bit steps already needs no dither."""
    steps = audio / STEP
    if not torch.equal(steps, steps.round()):
        steps = steps + _dither(*steps.shape)
    return steps.round().clamp(-32768, 32767).to(torch.int16)


@lru_cache(maxsize=2)
def _dither(channels: int, frames: int) -> Tensor:
    """Triangular noise, two steps wide; made once for all the clips of a study. Not to be written to."""
    generator = torch.Generator().manual_seed(DITHER_SEED)
    two = torch.rand((2, channels, frames), generator=generator, dtype=torch.float64)
    return two[0] - two[1]


def _require_loudness(found: float, wanted: float) -> None:
    if not abs(found - wanted) <= LOUDNESS_TOLERANCE:
        allowed = f"{wanted:.2f} LUFS within {LOUDNESS_TOLERANCE} LU"
        raise AudioRejected("loudness_missed", f"loudness {found:.2f} LUFS; allowed is {allowed}")


def _require_peak(found: float, loudness: float, target: AudioTarget) -> None:
    if found > target.true_peak + PEAK_TOLERANCE:
        raise AudioRejected(
            "true_peak_exceeded",
            f"true peak {found:.2f} dBTP at {loudness:.2f} LUFS; allowed is up to {target.true_peak:.2f} dBTP",
        )
