"""Harmonic waves in closed form, with one knob for brightness and next to no aliasing.

``r`` in (0, 1) makes the k-th harmonic r^k times its plain strength, so a wave costs the same however many
harmonics it has (J. A. Moorer, "The synthesis of complex audio spectra by means of discrete summation
formulas", JAES 24(9), 1976). ``phase`` is in radians; all waves are scaled to about RMS 0.7.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generation.builtin.synth.rate import NYQUIST


def brightest(frequency: Tensor, left: float = 0.1) -> Tensor:
    """The largest ``r`` whose power r^k has fallen to ``left`` where harmonics meet the Nyquist frequency.

    The harmonics of ``saw`` and ``square`` are k times weaker still, those of ``pulse`` are not.
    """
    return left ** (frequency / NYQUIST)


def saw(phase: Tensor, r: Tensor) -> Tensor:
    """Sum over k of r^k / k sin(k phase): bowed strings, soft to sharp."""
    # r < 1 keeps the denominator above 0, where atan is atan2 at a third of the price; in place, because this
    # is the innermost loop of the synthesiser.
    below = torch.cos(phase).mul_(r).neg_().add_(1)
    return torch.sin(phase).mul_(r).div_(below).atan_().div_(r)


def square(phase: Tensor, r: Tensor) -> Tensor:
    """Sum over odd k of r^k / k sin(k phase): hollow, like a closed tube."""
    return 0.5 * torch.atan(2 * r * torch.sin(phase) / (1 - r * r)) / r


def pulse(phase: Tensor, r: Tensor) -> Tensor:
    """Sum over k of r^k sin(k phase): brass and reeds, whose harmonics are nearly equal when blown hard."""
    level = torch.sqrt(1 - r * r) / (1 - 2 * r * torch.cos(phase) + r * r)
    return torch.sin(phase) * level


def drawbars(phase: Tensor, levels: tuple[float, ...]) -> Tensor:
    """The pipes 16', 5 1/3', 8', 4', 2 2/3', 2', 1 1/3' and 1' of an organ key, by angle formulas."""
    octave = torch.sin(phase / 2), torch.cos(phase / 2)
    fifth = _tripled(*octave)
    mix = levels[0] * octave[0] + levels[1] * fifth[0]
    for foundation, quint in ((levels[2], levels[4]), (levels[3], levels[6])):
        octave, fifth = _doubled(*octave), _doubled(*fifth)
        mix += foundation * octave[0] + quint * fifth[0]
    for level in (levels[5], levels[7]):
        octave = _doubled(*octave)
        mix += level * octave[0]
    return mix


def _doubled(sine: Tensor, cosine: Tensor) -> tuple[Tensor, Tensor]:
    return 2 * sine * cosine, 1 - 2 * sine * sine


def _tripled(sine: Tensor, cosine: Tensor) -> tuple[Tensor, Tensor]:
    return sine * (3 - 4 * sine * sine), cosine * (4 * cosine * cosine - 3)
