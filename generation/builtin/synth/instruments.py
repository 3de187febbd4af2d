"""Who plays what: every instrument of the score, how it sounds and how loud it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.builtin.score import Bass, Chords, Lead
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
    """Played sample by sample. ``level`` is linear, ``release`` seconds after the note."""

    voice: Callable[[Lanes, torch.Generator], Tensor]
    level: float
    release: float
    body: Body | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """Played from one sample per pitch. ``strum`` is the delay in seconds between strings of one chord."""

    recipe: Callable[[float], Tensor]
    level: float
    release: float
    strum: float = 0.0
    tremolo: float = 0.0


Instrument = Sustained | Struck

VIOLIN = Body(((290, 5, 0.9), (480, 4, 0.8), (900, 3, 0.5), (1250, 3, 0.5), (2600, 1.6, 1.0)), 0.35, 5500)
SAXOPHONE = Body(((460, 2.0, 0.9), (980, 2.5, 0.7), (1900, 2.2, 0.55), (3000, 3, 0.25)), 0.22, 5000)
TRUMPET = Body(((1150, 1.4, 1.0), (2300, 1.6, 0.7)), 0.3, 6500)
SECTION = Body(((320, 2, 0.5), (600, 2, 0.4), (2400, 1.5, 0.35)), 0.45, 3800)
CABINET = Body(((900, 0.7, 0.5),), 0.6, 4500)

LEADS: Mapping[Lead, Instrument] = {
    "piano": Struck(struck.piano, 1.0, 0.22),
    "guitar": Struck(struck.guitar, 1.0, 0.30),
    "flute": Sustained(sustained.flute, 1.0, 0.09),
    "violin": Sustained(sustained.violin, 1.0, 0.14, VIOLIN),
    "saxophone": Sustained(sustained.saxophone, 1.0, 0.08, SAXOPHONE),
    "trumpet": Sustained(sustained.trumpet, 1.0, 0.07, TRUMPET),
    "synth": Sustained(sustained.synth_lead, 1.0, 0.12),
    "bells": Struck(struck.bells, 1.0, 1.6),
}
CHORDS: Mapping[Chords, Instrument] = {
    "piano": Struck(struck.piano, 1.0, 0.30),
    "electric_piano": Struck(struck.electric_piano, 1.0, 0.22, tremolo=0.30),
    "guitar": Struck(struck.guitar, 1.0, 0.35, strum=0.007),
    "strings": Sustained(sustained.strings, 1.0, 0.32, SECTION),
    "organ": Sustained(sustained.organ, 1.0, 0.05, CABINET),
    "pad": Sustained(sustained.pad, 1.0, 0.60),
}
BASSES: Mapping[Bass, Instrument] = {
    "acoustic_bass": Struck(struck.acoustic_bass, 1.0, 0.09),
    "electric_bass": Struck(struck.electric_bass, 1.0, 0.07),
    "synth_bass": Sustained(sustained.synth_bass, 1.0, 0.06),
    "sub_bass": Sustained(sustained.sub_bass, 1.0, 0.09),
}
