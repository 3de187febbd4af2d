"""Integrated loudness after ITU-R BS.1770-4: K-weighting, 400 ms blocks at 75% overlap, two gates.

``torchaudio.transforms.Loudness`` does the same and is the second implementation in the tests. It is not used
here because its filters clamp their output at full scale (so loud clips measure too quiet), work in the
precision of the input, and it answers NaN for silence.
"""

from __future__ import annotations

import math

import torch
from scipy.signal import sosfilt
from torch import Tensor

ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
BLOCK_SECONDS = 0.4
STEP_SECONDS = 0.1
OFFSET = -0.691  # makes a 997 Hz sine of 0 dBFS in one channel measure -3.01 LUFS

Biquad = tuple[list[float], list[float]]


def integrated_loudness(audio: Tensor, sample_rate: int) -> float:
    """Loudness in LUFS of ``[channels, frames]``; never below -70, where the standard's absolute gate lies.

    A clip shorter than one block is measured as one block.
    """
    return gated_loudness(block_powers(audio, sample_rate))


def block_powers(audio: Tensor, sample_rate: int) -> Tensor:
    """K-weighted mean square of each block, summed over the channels (left and right have weight 1): ``[blocks]``.

    A gain g on the audio is g squared on the powers: whoever looks for a gain filters once.
    """
    weighted = _k_weighted(audio, sample_rate)
    block = min(round(BLOCK_SECONDS * sample_rate), weighted.shape[-1])
    step = round(STEP_SECONDS * sample_rate)
    return weighted.square().unfold(-1, block, step).mean(-1).sum(0)


def gated_loudness(powers: Tensor) -> float:
    """Loudness in LUFS from the powers of all blocks: what passes both gates, averaged."""
    loud = powers[_lufs(powers) > ABSOLUTE_GATE]
    if not len(loud):
        return ABSOLUTE_GATE
    threshold = float(_lufs(loud.mean())) + RELATIVE_GATE
    return float(_lufs(loud[_lufs(loud) > threshold].mean()))


def _lufs(power: Tensor) -> Tensor:
    return OFFSET + 10 * torch.log10(power)


def _k_weighted(audio: Tensor, sample_rate: int) -> Tensor:
    """Both stages as second-order sections, in double precision."""
    sections = [
        [*numerator, *denominator]
        for numerator, denominator in (_head_shelf(sample_rate), _low_cut(sample_rate))
    ]
    return torch.from_numpy(sosfilt(sections, audio.detach().cpu().double().numpy()))


def _head_shelf(sample_rate: int) -> Biquad:
    """Stage 1 of the K filter, for any rate.

    The standard tabulates 48 kHz only; these are the analogue parameters behind its table, as derived in
    B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145 (2018).
    """
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    numerator = [
        (high + band * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
    ]
    return numerator, [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _low_cut(sample_rate: int) -> Biquad:
    """Stage 2 of the K filter, for any rate (same source)."""
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
