"""Sounds broken on purpose, from real ones: the pairs whose answer is known (gold and training).

Every way begins with the low anchor of listening tests, a low-pass at 3.5 kHz (ITU-R BS.1534-3), and adds one
damage that nobody takes for music:

- ``noise``: noise that follows the signal and is as strong as it, the modulated noise reference unit at Q = 0 dB
  (ITU-T P.810);
- ``gaps``: four tenths of all 120 ms stretches are cut out, as when packets are lost.

Crushing to a few bits and other distortions are left out: there is music that wants them.

What comes out is shaped like any other clip, and no peakier than what went in (it is pressed through a soft
saturation until that holds), so that it can be mastered to the loudness of its study without lowering it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d
from torchaudio.functional import resample

from generation.audio.errors import AudioRejected
from generation.audio.levels import measure
from generation.audio.shaping import shape
from generation.audio.target import CANONICAL, AudioTarget

Way = Literal["noise", "gaps"]
ANCHOR_HERTZ = 3_500
GAP_SECONDS, GAP_SHARE, GAP_RAMP_SECONDS = 0.12, 0.4, 0.004
DRIVES = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
PEAK = 0.5


def break_sound(shaped: Tensor, *, way: Way, seed: int, target: AudioTarget = CANONICAL) -> Tensor:
    """The broken twin of a shaped clip ``[channels, frames]``, shaped too; equal input gives equal output.

    Raises ``AudioRejected`` for a clip of which no twin can be made, such as one of a single click.
    """
    generator = torch.Generator().manual_seed(seed)
    dull = resample(
        resample(shaped, target.sample_rate, 2 * ANCHOR_HERTZ), 2 * ANCHOR_HERTZ, target.sample_rate
    )
    broken = WAYS[way](dull[:, : target.frames], target.sample_rate, generator)
    return shape(
        _pressed(broken, measure(shaped, target.sample_rate).crest, target), target.sample_rate, target
    )


def _noise(audio: Tensor, rate: int, generator: torch.Generator) -> Tensor:
    return audio + audio * torch.randn(audio.shape[-1], generator=generator)


def _gaps(audio: Tensor, rate: int, generator: torch.Generator) -> Tensor:
    stretch, ramp = round(GAP_SECONDS * rate), round(GAP_RAMP_SECONDS * rate)
    stretches = -(-audio.shape[-1] // stretch)
    kept = torch.rand(stretches, generator=generator).argsort() >= round(GAP_SHARE * stretches)
    gate = kept.float().repeat_interleave(stretch)[: audio.shape[-1]]
    soft = avg_pool1d(gate[None], 2 * ramp + 1, stride=1, padding=ramp, count_include_pad=False)
    return audio * soft


WAYS: Mapping[Way, Callable[[Tensor, int, torch.Generator], Tensor]] = MappingProxyType(
    {"noise": _noise, "gaps": _gaps}
)


def _pressed(audio: Tensor, crest: float, target: AudioTarget) -> Tensor:
    """As peaky as ``crest`` in dB or what the study's loudness leaves room for, whichever is more."""
    most = max(crest, target.true_peak - target.loudness)
    level = audio / audio.abs().max().clamp(min=1e-9)
    for drive in DRIVES:
        pressed = PEAK * (torch.tanh(drive * level) if drive else level)
        found = measure(pressed, target.sample_rate).crest
        if found <= most:
            return pressed
    raise AudioRejected(
        "loudness_unreachable",
        f"the broken clip's peaks lie {found:.1f} dB above its loudness; allowed are {most:.1f} dB",
    )
