"""The room: early reflections and a tail that darkens as it decays, by fast convolution."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from generation.builtin.synth.lanes import smooth
from generation.builtin.synth.rate import SAMPLE_RATE, frames
from generation.builtin.synth.spectra import bins, high_pass, low_pass, transform_size

SEED = 1901  # any number: it fixes the room's walls
TAIL_SECONDS = 1.9
PREDELAY_SECONDS = 0.014
REFLECTIONS = 14
RUMBLE_HERTZ = 28.0
# upper edge in Hz and seconds to -60 dB of each band: air and curtains swallow the treble first
BANDS = ((250.0, 1.7), (700.0, 2.0), (1800.0, 1.8), (4500.0, 1.3), (16_000.0, 0.75))


def in_room(dry: Tensor, send: Tensor) -> Tensor:
    """``dry`` and the room's answer to ``send``, all ``[2, frames]``, without what is too low to hear."""
    size = transform_size(send.shape[-1] + frames(TAIL_SECONDS))
    crossed = send + 0.4 * send.flip(0)
    room, audible = _responses(size)
    spectrum = torch.fft.rfft(dry, size).mul_(audible).addcmul_(torch.fft.rfft(crossed, size), room)
    mix: Tensor = torch.fft.irfft(spectrum, size)
    return mix[:, : send.shape[-1]]


def echoes(track: Tensor, seconds: float, level: float) -> Tensor:
    """``track`` ``[2, frames]`` and two repetitions, thrown to the right and to the left."""
    echoed = track.clone()
    mono = track.mean(0)
    for number, gains in ((1, (0.3, 1.0)), (2, (0.55, 0.15))):
        late = frames(number * seconds)
        echoed[:, late:] += level * track.new_tensor(gains)[:, None] * mono[: max(0, len(mono) - late)]
    return echoed


@lru_cache(maxsize=4)
def _responses(size: int) -> tuple[Tensor, Tensor]:
    """At ``bins(size)``: the room with what is too low taken out ``[2, bins]``, and only the latter ``[bins]``."""
    generator = torch.Generator().manual_seed(SEED)
    impulse = _tail(generator) + _early(generator)
    frequency = bins(size)
    coloured: Tensor = torch.fft.rfft(impulse, size) * high_pass(frequency, 180) * low_pass(frequency, 9000)
    audible = high_pass(frequency, RUMBLE_HERTZ)
    return coloured / impulse.square().sum(-1, keepdim=True).sqrt() * audible, audible


def _tail(generator: torch.Generator) -> Tensor:
    """``[2, frames]`` of noise, each band decaying at its own pace, different left and right."""
    total = frames(TAIL_SECONDS)
    size = frames(2.0)  # fixed, because the draws make the room
    noise = torch.fft.rfft(torch.randn(2, size, generator=generator))
    time = torch.arange(total) / SAMPLE_RATE
    tail = torch.zeros(2, total)
    lower = torch.zeros(size // 2 + 1)
    for edge, seconds in BANDS:
        upper = smooth((torch.log2(edge / bins(size)) + 0.5).clamp(0, 1))
        band = torch.fft.irfft(noise * (upper - lower), size)[:, :total]
        tail += band * torch.exp(-math.log(1000) * time / seconds)
        lower = upper
    rise = smooth((time - PREDELAY_SECONDS) / 0.02)
    return tail * rise * smooth((TAIL_SECONDS - time) / 0.2)


def _early(generator: torch.Generator) -> Tensor:
    """``[2, frames]`` of single echoes between 5 and 60 ms, each weaker than the last and dulled."""
    early = torch.zeros(2, frames(TAIL_SECONDS))
    dull = torch.tensor([0.25, 0.5, 0.25])
    for side in early:
        delays = 0.005 + 0.055 * torch.rand(REFLECTIONS, generator=generator) ** 1.3
        signs = torch.randint(0, 2, (REFLECTIONS,), generator=generator) * 2 - 1
        for start, gain in zip(delays.tolist(), (signs * torch.exp(-delays / 0.03)).tolist(), strict=True):
            side[frames(start) : frames(start) + len(dull)] += 2.2 * gain * dull
    return early
