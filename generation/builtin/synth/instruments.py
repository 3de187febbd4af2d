"""Who plays what: every instrument of the score, how it sounds and how loud it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.builtin.music.score import Bass, Chords, Lead
from generation.builtin.synth import struck, sustained
from generation.builtin.synth.lanes import Lanes
from generation.builtin.synth.spectra import Peak


@dataclass(frozen=True, slots=True)
class Body:
    """What the sound passes on its way out: resonances over a flat floor, then a soft low pass (Hz)."""

    peaks: tuple[Peak, ...]
    floor: float
    cutoff: float


@dataclass(frozen=True, slots=True)
class Sustained:
    """Played sample by sample; ``level`` and ``echo`` (of repetitions) are linear, ``release`` is seconds."""

    voice: Callable[[Lanes, torch.Generator], Tensor]
    level: float
    release: float
    body: Body | None = None
    echo: float = 0.0


@dataclass(frozen=True, slots=True)
class Struck:
    """Played from one sample per pitch; ``strum`` is the delay in seconds between the strings of a chord."""

    recipe: Callable[[float], Tensor]
    level: float
    release: float
    strum: float = 0.0
    tremolo: float = 0.0
    echo: float = 0.0


Instrument = Sustained | Struck

VIOLIN = Body(((480, 4, 0.5), (1000, 2.5, 0.8), (1700, 3, 0.5), (2800, 1.3, 1.6)), 0.22, 6500)
SAXOPHONE = Body(((620, 2.0, 0.7), (1300, 2.0, 1.1), (2300, 2.0, 0.7), (3300, 3, 0.3)), 0.14, 5500)
TRUMPET = Body(((1150, 1.4, 1.0), (2300, 1.6, 0.8)), 0.28, 7000)
SECTION = Body(((350, 2, 0.4), (900, 2, 0.4), (2300, 1.3, 0.8)), 0.35, 5000)
CABINET = Body(((900, 0.7, 0.5),), 0.6, 4500)

# Levels bring a phrase at velocity 0.75 to about -12 LUFS; the faders of the mix do the rest.
LEADS: Mapping[Lead, Instrument] = {
    "piano": Struck(struck.piano, 0.79, 0.22),
    "guitar": Struck(struck.guitar, 0.86, 0.30),
    "flute": Sustained(sustained.flute, 0.39, 0.09),
    "violin": Sustained(sustained.violin, 0.32, 0.14, VIOLIN),
    "saxophone": Sustained(sustained.saxophone, 0.41, 0.08, SAXOPHONE),
    "trumpet": Sustained(sustained.trumpet, 0.38, 0.07, TRUMPET),
    "synth": Sustained(sustained.synth_lead, 0.51, 0.12, echo=0.22),
    "bells": Struck(struck.bells, 0.75, 1.6, echo=0.18),
}
CHORDS: Mapping[Chords, Instrument] = {
    "piano": Struck(struck.piano, 0.46, 0.30),
    "electric_piano": Struck(struck.electric_piano, 0.48, 0.22, tremolo=0.30),
    "guitar": Struck(struck.guitar, 0.52, 0.35, strum=0.007),
    "strings": Sustained(sustained.strings, 0.37, 0.32, SECTION),
    "organ": Sustained(sustained.organ, 0.14, 0.05, CABINET),
    "pad": Sustained(sustained.pad, 0.21, 0.60),
}
BASSES: Mapping[Bass, Instrument] = {
    "acoustic_bass": Struck(struck.acoustic_bass, 1.12, 0.09),
    "electric_bass": Struck(struck.electric_bass, 0.97, 0.07),
    "synth_bass": Sustained(sustained.synth_bass, 0.63, 0.06),
    "sub_bass": Sustained(sustained.sub_bass, 0.51, 0.09),
}
