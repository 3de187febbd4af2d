"""Instruments that sound as long as they are blown, bowed or held.

Each voice turns lanes into ``[1, N, L]`` (mono) or ``[2, N, L]`` (stereo) samples. Loudness and brightness follow
the velocity; random draws make no two notes quite alike.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from generation.builtin.synth.lanes import Lanes, envelope, fading, phase, scoop, smooth, vibrato
from generation.builtin.synth.waves import brightest, drawbars, pulse, saw, square

DRAWBARS = (0.45, 0.22, 0.85, 0.5, 0.22, 0.22, 0.07, 0.09)
ROTOR_HERTZ = 6.6


def flute(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """Nearly a sine, breath around it, a chiff at the start, a shallow vibrato."""
    velocity = lanes.velocity
    angle = phase(lanes, lanes.per_note(generator, -3, 3)) + vibrato(
        lanes, generator, rate=5.0, cents=14, delay=0.22
    )
    body = saw(angle, 0.22 + 0.25 * velocity)
    breath = lanes.slow_noise(900, generator) * (0.05 + 0.25 * fading(lanes.time, 0.035))
    air = lanes.slow_noise(5000, generator) * 0.006
    swell = 1 + 0.10 * lanes.slow_noise(4, generator)
    wave = (body * swell + breath * torch.sin(angle) + air) * _level(velocity)
    return (wave * envelope(lanes, attack=0.045))[None]


def violin(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """A bowed string: a saw whose brightness swells with the bow, vibrato, a little rosin noise."""
    velocity = lanes.velocity
    angle = phase(lanes, lanes.per_note(generator, -4, 4)) + vibrato(
        lanes, generator, rate=5.7, cents=24, delay=0.12
    )
    shape = envelope(lanes, attack=0.13 - 0.07 * velocity)
    r = brightest(lanes.frequency).float() * (0.86 + 0.06 * velocity + 0.08 * shape)
    rosin = 1 + 0.10 * lanes.slow_noise(1500, generator) + 0.06 * lanes.slow_noise(9, generator)
    scrape = lanes.white_noise(generator) * (0.006 + 0.04 * fading(lanes.time, 0.03))
    return ((saw(angle, r.clamp_max(0.98)) * rosin + scrape) * shape * _level(velocity))[None]


def saxophone(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """A reed on a cone: scooped starts, strong middle harmonics, a rasp when blown hard."""
    velocity = lanes.velocity
    angle = phase(lanes, lanes.per_note(generator, -4, 4)) + scoop(lanes, 55, 0.03)
    angle = angle + vibrato(lanes, generator, rate=5.2, cents=18, delay=0.28)
    shape = envelope(lanes, attack=0.035)
    top = brightest(lanes.frequency, 0.02).float()
    r = torch.minimum(top, 0.56 + 0.20 * velocity + 0.14 * shape)
    rasp = 1 + (0.05 + 0.12 * velocity) * lanes.slow_noise(160, generator)
    breath = lanes.slow_noise(3500, generator) * (0.03 + 0.12 * fading(lanes.time, 0.04))
    wave = 0.55 * pulse(angle, r) + 0.6 * square(angle, r) + breath
    return (wave * rasp * shape * _level(velocity))[None]


def trumpet(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """Brass: the louder the moment, the brighter; a burst at the tongued start."""
    velocity = lanes.velocity
    angle = phase(lanes, lanes.per_note(generator, -3, 3)) + scoop(lanes, 25, 0.02)
    angle = angle + vibrato(lanes, generator, rate=5.4, cents=12, delay=0.35)
    shape = envelope(lanes, attack=0.032)
    pressure = shape * (1 + 0.35 * fading(lanes.time, 0.07)) * (0.55 + 0.45 * velocity)
    top = brightest(lanes.frequency, 0.02).float()
    r = torch.minimum(top, 0.34 + 0.46 * pressure)
    flutter = 1 + 0.04 * lanes.slow_noise(30, generator)
    return (pulse(angle, r) * pressure * flutter * _level(velocity))[None]


def synth_lead(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """Three detuned saws and a square below, closing like a filter after each stroke."""
    velocity = lanes.velocity
    top = brightest(lanes.frequency).float()
    sweep = 0.72 + (0.16 + 0.12 * velocity) * fading(lanes.time, 0.28)
    r = torch.minimum(top, sweep + 0.05 * torch.sin(2 * math.pi * 0.6 * lanes.time))
    drift = vibrato(lanes, generator, rate=5.5, cents=10, delay=0.35)
    sides = saw(phase(lanes, -11.0) + drift, r) + saw(phase(lanes, 12.0) + drift, r)
    saws = saw(phase(lanes) + drift, r) + 0.5 * sides
    below = square(phase(lanes, -1200.0) + drift / 2, r * 0.8)
    wave = 0.5 * saws + 0.18 * below
    return (wave * envelope(lanes, attack=0.006) * _level(velocity))[None]


def strings(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """A section: three detuned desks per note, spread over left and right, that take their time."""
    velocity = lanes.velocity
    shape = envelope(lanes, attack=0.22 - 0.12 * velocity)
    top = brightest(lanes.frequency).float()
    r = torch.minimum(top * 0.97, 0.80 + 0.12 * velocity + 0.05 * shape)
    sway = vibrato(lanes, generator, rate=5.3, cents=9, delay=0.1)
    left = saw(phase(lanes, lanes.per_note(generator, -10, -6)) + sway, r)
    middle = saw(phase(lanes, lanes.per_note(generator, -1, 3)), r)
    right = saw(phase(lanes, lanes.per_note(generator, 7, 11)) - sway, r)
    return torch.stack([left + 0.7 * middle, right + 0.7 * middle]) * (0.7 * shape * _level(velocity))


def pad(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """Warm and slow: soft detuned waves that open and close, an octave of air above."""
    velocity = lanes.velocity
    shape = envelope(lanes, attack=0.28)
    start = lanes.per_note(generator, 0, 2 * math.pi)
    opening = 0.5 + 0.5 * torch.sin(2 * math.pi * 0.23 * lanes.time + start)
    r = 0.34 + 0.14 * velocity + 0.18 * opening * smooth(lanes.time / 0.8)
    left, right = saw(phase(lanes, -7.0), r), saw(phase(lanes, 7.0), r)
    air = torch.sin(phase(lanes, 1202.0)).mul_(opening).mul_(0.18)
    return torch.stack([left.add_(air), right.add_(air)]).mul_(shape * _level(velocity))


def organ(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """Drawbars, a key click, and a rotating speaker that all notes share."""
    velocity = lanes.velocity
    clock = lanes.time + lanes.start
    turn = 2 * math.pi * ROTOR_HERTZ * clock
    doppler = 0.0011 * lanes.frequency.float() / ROTOR_HERTZ * 2 * math.pi * torch.sin(turn)
    pipes = drawbars(_halved(lanes) + doppler, DRAWBARS)
    click = 0.25 * lanes.slow_noise(6000, generator) * fading(lanes.time, 0.004)
    wave = (pipes + click) * envelope(lanes, attack=0.006) * (0.75 + 0.25 * velocity)
    return wave * torch.stack([1 + 0.22 * torch.cos(turn), 1 - 0.22 * torch.cos(turn)])


def synth_bass(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """A saw and a pulse through a closing filter: round after a bright start."""
    velocity = lanes.velocity
    sweep = 0.58 + 0.14 * velocity + (0.10 + 0.14 * velocity) * fading(lanes.time, 0.13)
    drift = lanes.per_note(generator, -2, 2)
    wave = 0.7 * saw(phase(lanes, drift + 4), sweep) + 0.7 * pulse(phase(lanes, drift - 4), 0.9 * sweep)
    return (0.6 * wave * envelope(lanes, attack=0.005) * _level(velocity))[None]


def sub_bass(lanes: Lanes, generator: torch.Generator) -> Tensor:
    """A sine driven a little, so that small speakers show where it is; a soft drop in pitch at the start."""
    velocity = lanes.velocity
    angle = phase(lanes, lanes.per_note(generator, -1, 1)) - scoop(lanes, 350, 0.018)
    wave = torch.tanh(1.5 * torch.sin(angle) + 0.22 * torch.sin(2 * angle))
    return (wave * envelope(lanes, attack=0.008) * _level(velocity))[None]


def _level(velocity: Tensor) -> Tensor:
    return velocity**1.4


def _halved(lanes: Lanes) -> Tensor:
    """Phase that runs over two periods (up to 4 pi), because the 16' pipe needs every second one."""
    return 2 * phase(lanes, -1200.0)
