"""Drum strokes: skins that ring and drop in pitch, noise in bands, metal that sings out of tune.

Every stroke of every kit is made once per process, soft and hard, in a few takes with other noise, so that a
roll is no machine gun.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from generation.builtin.music.score import Hit, Kit
from generation.builtin.synth.kits import KIT_STROKES, Layer, Metal, Noise, Skin, Stroke
from generation.builtin.synth.lanes import smooth
from generation.builtin.synth.modes import Modes, ring
from generation.builtin.synth.rate import SAMPLE_RATE, frames
from generation.builtin.synth.spectra import bins, coloured_noise, filtered, low_pass, transform_size

TAKES = 3
LONGEST_SECONDS = 2.5
CLAP_SPACING = 0.0105
CHOKE_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class DrumTracks:
    """``dry`` and ``send`` (to the room), each ``[2, frames]``."""

    dry: Tensor
    send: Tensor


def play_drums(kit: Kit, hits: Sequence[Hit], *, total: int, generator: torch.Generator) -> DrumTracks:
    """The kit's part. The kit ``none`` has no drummer: whatever is written for it stays silent."""
    tracks = DrumTracks(torch.zeros(2, total), torch.zeros(2, total))
    strokes = KIT_STROKES[kit]
    heard = (hit for hit in hits if frames(hit.start) < total and strokes)
    hits = sorted(heard, key=lambda hit: (hit.start, hit.drum))
    takes = torch.randint(0, TAKES, (len(hits),), generator=generator).tolist()
    for index, (hit, take) in enumerate(zip(hits, takes, strict=True)):
        stroke = strokes[hit.drum]
        start = frames(hit.start)
        wave = _until(_choked(hits, index), _hit(stroke, take, hit.velocity))[: total - start]
        for side, gain in enumerate((math.sqrt(1 - stroke.place), math.sqrt(1 + stroke.place))):
            for track, level in ((tracks.dry, gain), (tracks.send, stroke.room * gain)):
                track[side, start : start + len(wave)].add_(wave, alpha=level)
    return tracks


def _choked(hits: Sequence[Hit], index: int) -> float | None:
    """Seconds until the pedal closes on an open hat: the next stroke on either hat."""
    if hits[index].drum != "open_hat":
        return None
    later = (hit.start for hit in hits[index + 1 :] if hit.drum in {"closed_hat", "open_hat"})
    following = next((start for start in later if start > hits[index].start), None)
    return None if following is None else following - hits[index].start


def _until(seconds: float | None, wave: Tensor) -> Tensor:
    if seconds is None:
        return wave
    wave = wave[: frames(seconds + CHOKE_SECONDS)]
    time = torch.arange(len(wave)) / SAMPLE_RATE
    return wave * smooth((seconds + CHOKE_SECONDS - time) / CHOKE_SECONDS)


def _hit(stroke: Stroke, take: int, velocity: float) -> Tensor:
    soft, hard = _sample(stroke, take).unbind()
    return torch.lerp(soft, hard, velocity) * (stroke.level * math.pow(velocity, 1.3))


@lru_cache(maxsize=256)
def _sample(stroke: Stroke, take: int) -> Tensor:
    """``[2, frames]``: the stroke dulled by a low pass, and at full brightness; the latter peaks at 1."""
    generator = torch.Generator().manual_seed(1000 + take)
    total = frames(min(LONGEST_SECONDS, max(_lasting(layer) for layer in stroke.layers)))
    hard = sum((_sounded(layer, total, generator) for layer in stroke.layers), torch.zeros(total))
    size = transform_size(total)
    soft = filtered(hard, low_pass(bins(size), stroke.dullness), size)
    ending = smooth((total - 1 - torch.arange(total)) / (0.02 * SAMPLE_RATE))
    return torch.stack([soft, hard]) / hard.abs().max() * ending


def _lasting(layer: Layer) -> float:
    return 7 * layer.decay + 0.05


def _sounded(layer: Layer, total: int, generator: torch.Generator) -> Tensor:
    if isinstance(layer, Skin):
        return layer.level * _skin(layer, total)
    wave = _noise(layer, total, generator) if isinstance(layer, Noise) else _metal(layer, total, generator)
    return layer.level * wave / wave.abs().max()


def _skin(layer: Skin, total: int) -> Tensor:
    time = torch.arange(total, dtype=torch.float64) / SAMPLE_RATE
    pitch = layer.frequency * 2 ** (layer.drop * torch.exp(-time / layer.drop_seconds))
    angle = 2 * math.pi * pitch.cumsum(0) / SAMPLE_RATE
    head = torch.sin(angle) * torch.exp(-time / layer.decay)
    # 1.59: the second mode of an ideal round membrane
    return (head + layer.overtone * torch.sin(1.59 * angle) * torch.exp(-time / (0.4 * layer.decay))).float()


def _noise(layer: Noise, total: int, generator: torch.Generator) -> Tensor:
    noise = coloured_noise(total, layer.low, layer.high, generator)
    time = torch.arange(total) / SAMPLE_RATE
    shape = torch.zeros(total)
    for clap in range(layer.claps):
        since = time - clap * CLAP_SPACING
        decay = layer.decay if clap == layer.claps - 1 else CLAP_SPACING / 3
        shape = torch.maximum(shape, smooth(since / layer.attack) * torch.exp(-since.clamp_min(0) / decay))
    return noise * shape


def _metal(layer: Metal, total: int, generator: torch.Generator) -> Tensor:
    place = torch.rand(layer.partials, generator=generator, dtype=torch.float64)
    frequency = layer.low * (layer.high / layer.low) ** place
    level = torch.randn(layer.partials, generator=generator, dtype=torch.float64)
    return ring(Modes(frequency, layer.decay * (layer.low / frequency) ** 0.4, level), total)
