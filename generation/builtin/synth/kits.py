"""The kits: what each drum of each kit is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.builtin.music.score import Drum, Kit


@dataclass(frozen=True, slots=True)
class Skin:
    """A drum head: the Hz it settles on, octaves it starts above, seconds of drop and ring."""

    frequency: float
    drop: float
    drop_seconds: float
    decay: float
    level: float = 1.0
    overtone: float = 0.0


@dataclass(frozen=True, slots=True)
class Noise:
    """A band of noise (Hz) rising in ``attack`` and decaying in ``decay`` seconds (to 1/e), ``claps`` times."""

    low: float
    high: float
    decay: float
    level: float = 1.0
    attack: float = 0.0005
    claps: int = 1


@dataclass(frozen=True, slots=True)
class Metal:
    """Inharmonic partials from ``low`` to ``high`` Hz, as of a plate; the higher, the sooner gone."""

    low: float
    high: float
    decay: float
    level: float = 1.0
    partials: int = 36


Layer = Skin | Noise | Metal


@dataclass(frozen=True, slots=True)
class Stroke:
    """One sound: its layers, its level in the kit, its place (-1 left to 1 right), its share of the room."""

    layers: tuple[Layer, ...]
    level: float
    place: float = 0.0
    room: float = 0.2
    dullness: float = 2200.0


ACOUSTIC: Mapping[Drum, Stroke] = {
    "kick": Stroke(
        (Skin(52, 1.3, 0.022, 0.16), Noise(1500, 5000, 0.005, 0.16), Skin(96, 0.6, 0.02, 0.06, 0.3)),
        1.0,
        room=0.05,
    ),
    "snare": Stroke(
        (Skin(186, 0.35, 0.02, 0.09, 0.6, 0.5), Noise(1400, 9000, 0.085, 0.85)), 0.72, 0.05, 0.28
    ),
    "clap": Stroke((Noise(800, 3200, 0.09, claps=4),), 0.5, -0.1, 0.35),
    "closed_hat": Stroke((Noise(7000, 14_000, 0.022), Metal(5200, 13_500, 0.03, 0.7)), 0.30, -0.35, 0.1),
    "open_hat": Stroke((Noise(6500, 14_000, 0.16), Metal(4600, 13_500, 0.22, 0.8)), 0.30, -0.35, 0.15),
    "ride": Stroke(
        (Metal(2600, 12_000, 0.55), Noise(6000, 13_000, 0.3, 0.3), Metal(900, 2400, 0.25, 0.25, 8)),
        0.26,
        0.4,
        0.2,
    ),
    "crash": Stroke((Noise(3500, 13_000, 0.55), Metal(1500, 13_000, 0.7, 0.9, 60)), 0.42, -0.45, 0.35),
    "tom": Stroke((Skin(112, 0.5, 0.04, 0.24, 1.0, 0.4), Noise(600, 3500, 0.015, 0.2)), 0.8, 0.35, 0.25),
    "shaker": Stroke((Noise(5500, 11_000, 0.035, attack=0.02),), 0.24, 0.45, 0.15),
    "conga": Stroke((Skin(205, 0.12, 0.012, 0.15, 1.0, 0.5), Noise(900, 4000, 0.010, 0.4)), 0.62, -0.4, 0.25),
}
ELECTRONIC: Mapping[Drum, Stroke] = {
    "kick": Stroke((Skin(46, 2.4, 0.028, 0.26), Noise(2500, 8000, 0.003, 0.12)), 1.0, room=0.0),
    "snare": Stroke((Skin(200, 0.9, 0.012, 0.07, 0.7), Noise(900, 11_000, 0.12, 0.75)), 0.68, 0.0, 0.25),
    "clap": Stroke((Noise(900, 2600, 0.13, claps=3),), 0.62, 0.0, 0.35),
    "closed_hat": Stroke((Noise(8500, 15_000, 0.018),), 0.28, 0.2, 0.05),
    "open_hat": Stroke((Noise(7500, 15_000, 0.14), Metal(6000, 14_000, 0.12, 0.35, 12)), 0.28, 0.2, 0.1),
    "ride": Stroke((Metal(3800, 13_000, 0.35, 1.0, 14), Noise(8000, 14_000, 0.2, 0.3)), 0.22, -0.35, 0.15),
    "crash": Stroke((Noise(4500, 14_000, 0.6), Metal(3000, 14_000, 0.5, 0.5, 20)), 0.38, 0.4, 0.4),
    "tom": Stroke((Skin(92, 1.0, 0.06, 0.28), Noise(2000, 7000, 0.005, 0.25)), 0.8, -0.3, 0.2),
    "shaker": Stroke((Noise(6500, 12_000, 0.03, attack=0.012),), 0.22, -0.4, 0.1),
    "conga": Stroke((Skin(250, 0.25, 0.02, 0.12), Noise(1500, 5000, 0.006, 0.15)), 0.58, 0.35, 0.2),
}
BRUSHES: Mapping[Drum, Stroke] = {
    "kick": Stroke((Skin(56, 0.7, 0.02, 0.13), Noise(300, 1200, 0.012, 0.2)), 0.7, room=0.12, dullness=900),
    "snare": Stroke(
        (Noise(1800, 8500, 0.11, attack=0.025), Skin(190, 0.2, 0.02, 0.05, 0.25)), 0.42, 0.1, 0.3
    ),
    "clap": Stroke((Noise(1500, 6000, 0.05, attack=0.004),), 0.35, -0.1, 0.35),
    "closed_hat": Stroke(
        (Noise(6000, 12_000, 0.03, attack=0.004), Metal(4800, 11_000, 0.02, 0.3)), 0.2, -0.35, 0.2
    ),
    "open_hat": Stroke(
        (Noise(5500, 12_000, 0.14, attack=0.006), Metal(4200, 11_000, 0.15, 0.4)), 0.2, -0.35, 0.2
    ),
    "ride": Stroke(
        (Metal(2200, 9500, 0.7), Metal(3100, 3500, 0.12, 0.5, 3), Noise(5000, 11_000, 0.3, 0.25)),
        0.24,
        0.4,
        0.25,
    ),
    "crash": Stroke(
        (Noise(3000, 10_000, 0.5, attack=0.01), Metal(1500, 10_000, 0.8, 0.8, 60)), 0.3, -0.4, 0.4
    ),
    "tom": Stroke((Skin(104, 0.3, 0.04, 0.22), Noise(800, 4000, 0.03, 0.3, attack=0.004)), 0.55, 0.35, 0.3),
    "shaker": Stroke((Noise(5000, 10_000, 0.04, attack=0.028),), 0.2, 0.45, 0.2),
    "conga": Stroke((Skin(200, 0.1, 0.012, 0.12, 1.0, 0.3), Noise(800, 3000, 0.015, 0.3)), 0.5, -0.4, 0.3),
}
PERCUSSION: Mapping[Drum, Stroke] = {
    "kick": Stroke((Skin(68, 0.5, 0.03, 0.24, 1.0, 0.25), Noise(250, 1200, 0.010, 0.2)), 0.9, room=0.2),
    "snare": Stroke((Skin(410, 0.1, 0.01, 0.035, 0.8, 0.8), Noise(1500, 6000, 0.012, 0.6)), 0.5, 0.2, 0.3),
    "clap": Stroke((Noise(1000, 3800, 0.05, claps=2),), 0.48, -0.15, 0.4),
    "closed_hat": Stroke((Noise(6000, 11_500, 0.025, attack=0.01),), 0.24, -0.4, 0.15),
    "open_hat": Stroke((Noise(5500, 11_500, 0.08, attack=0.025),), 0.24, -0.4, 0.2),
    "ride": Stroke((Metal(4200, 12_000, 0.6, 1.0, 7),), 0.16, 0.4, 0.35),
    "crash": Stroke(
        (Metal(3500, 12_500, 0.9, 1.0, 26), Noise(5000, 12_000, 0.3, 0.3, attack=0.03)), 0.25, -0.45, 0.45
    ),
    "tom": Stroke((Skin(140, 0.3, 0.03, 0.2, 1.0, 0.45), Noise(500, 2500, 0.012, 0.25)), 0.75, 0.4, 0.3),
    "shaker": Stroke((Noise(5200, 11_000, 0.04, attack=0.022),), 0.26, 0.45, 0.2),
    "conga": Stroke(
        (Skin(218, 0.12, 0.012, 0.18, 1.0, 0.5), Noise(900, 4500, 0.008, 0.45)), 0.68, -0.35, 0.3
    ),
}
KIT_STROKES: Mapping[Kit, Mapping[Drum, Stroke]] = {
    "none": {},
    "acoustic": ACOUSTIC,
    "electronic": ELECTRONIC,
    "brushes": BRUSHES,
    "percussion": PERCUSSION,
}
