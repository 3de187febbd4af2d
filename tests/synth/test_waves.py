"""The closed forms against the sums they stand for."""

from __future__ import annotations

import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.builtin.synth.lanes import fading, smooth
from generation.builtin.synth.modes import modes, ring
from generation.builtin.synth.rate import NYQUIST, SAMPLE_RATE, hertz
from generation.builtin.synth.waves import brightest, drawbars, pulse, saw, square

PHASE = torch.linspace(0, 4 * math.pi, 301, dtype=torch.float64)
TERMS = torch.arange(1, 2000, dtype=torch.float64)[:, None]
BRIGHTNESS = st.floats(0.05, 0.98)


def summed(weights: torch.Tensor) -> torch.Tensor:
    return (weights * torch.sin(TERMS * PHASE)).sum(0)


@settings(max_examples=20, deadline=None)
@given(r=BRIGHTNESS)
def test_saw_is_its_sum_of_harmonics(r: float) -> None:
    assert torch.allclose(
        saw(PHASE, torch.tensor(r, dtype=torch.float64)) * r, summed(r**TERMS / TERMS), atol=1e-6
    )


@settings(max_examples=20, deadline=None)
@given(r=BRIGHTNESS)
def test_square_is_its_sum_of_odd_harmonics(r: float) -> None:
    odd = (TERMS % 2) * r**TERMS / TERMS
    assert torch.allclose(square(PHASE, torch.tensor(r, dtype=torch.float64)) * r, summed(odd), atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(r=BRIGHTNESS)
def test_pulse_is_its_sum_of_harmonics(r: float) -> None:
    level = math.sqrt(1 - r * r) / r
    wave = pulse(PHASE, torch.tensor(r, dtype=torch.float64))
    assert torch.allclose(wave, level * summed(r**TERMS), atol=1e-6)


def test_drawbars_are_their_eight_pipes() -> None:
    levels = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
    feet = (0.5, 1.5, 1, 2, 3, 4, 6, 8)
    expected = sum(level * torch.sin(foot * PHASE) for level, foot in zip(levels, feet, strict=True))
    assert torch.allclose(drawbars(PHASE, levels), torch.as_tensor(expected), atol=1e-9)


def test_the_brightest_wave_has_faded_where_it_would_fold_back() -> None:
    frequency = torch.tensor(440.0)
    assert math.isclose(float(brightest(frequency)) ** (NYQUIST / 440), 0.1, rel_tol=1e-4)


def test_ringing_modes_are_damped_sines() -> None:
    partials = [(220.0, 0.5, 1.0), (441.3, 0.2, 0.5), (3000.0, 0.05, 0.3)]
    time = torch.arange(20_000, dtype=torch.float64) / SAMPLE_RATE
    expected = sum(a * torch.exp(-time / d) * torch.sin(2 * math.pi * f * time) for f, d, a in partials)
    assert torch.allclose(ring(modes(*partials), 20_000).double(), torch.as_tensor(expected), atol=1e-5)


def test_modes_above_hearing_are_left_out() -> None:
    assert torch.equal(ring(modes((440, 1, 1), (15_900, 1, 1)), 512), ring(modes((440, 1, 1)), 512))


def test_a4_is_440_hertz() -> None:
    assert hertz(69) == 440
    assert math.isclose(hertz(60), 261.6256, rel_tol=1e-6)


def test_fading_never_reaches_denormal_numbers() -> None:
    faded = fading(torch.tensor([0.0, 1.0, 1e6]), 1.0)
    assert faded[0] == 1
    assert math.isclose(float(faded[1]), math.exp(-1), rel_tol=1e-6)
    assert float(faded[2]) > 1e-30


def test_smooth_goes_from_0_to_1() -> None:
    assert smooth(torch.tensor([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0, 0, 0.5, 1, 1]
