"""Small scores, and what can be measured of a sound."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from generation.builtin.music.score import BASSES, CHORDS, LEADS, Hit, Note, Role, Score
from generation.builtin.synth import SAMPLE_RATE, render
from generation.builtin.synth.instruments import BASSES as BASS_TABLE
from generation.builtin.synth.instruments import CHORDS as CHORDS_TABLE
from generation.builtin.synth.instruments import LEADS as LEAD_TABLE
from generation.builtin.synth.instruments import Instrument
from generation.builtin.synth.players import play

EMPTY = Score(100, "piano", "piano", "acoustic_bass", "none", (), (), 4.0)
INSTRUMENTS: dict[tuple[Role, str], Instrument] = {
    **{("lead", name): LEAD_TABLE[name] for name in LEADS},
    **{("chords", name): CHORDS_TABLE[name] for name in CHORDS},
    **{("bass", name): BASS_TABLE[name] for name in BASSES},
}


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def sound(score: Score, *, seconds: float = 2.0, seed: int = 1) -> Tensor:
    return render(score, seconds=seconds, generator=seeded(seed))


def solo(who: tuple[Role, str], notes: list[Note], *, seconds: float = 1.5) -> Tensor:
    """One instrument alone, without room or mix: ``[2, frames]``."""
    total = round(seconds * SAMPLE_RATE)
    return play(INSTRUMENTS[who], notes, width=0.0, total=total, generator=seeded())


def note(
    pitch: int, *, start: float = 0.0, held: float = 1.0, velocity: float = 0.8, role: Role = "lead"
) -> Note:
    return Note(role, start, held, pitch, velocity)


def middle_pitch(role: Role) -> int:
    return {"lead": 69, "chords": 60, "bass": 40}[role]


def band(
    *, lead: str = "piano", chords: str = "piano", bass: str = "electric_bass", kit: str = "acoustic"
) -> Score:
    """Four bars at 120: a tune, chords on the beat, roots, a beat."""
    tune = [note(67 + step % 8, start=step / 4, held=0.24) for step in range(32)]
    harmony = [Note("chords", 1.0 * bar, 0.9, 52 + pitch, 0.6) for bar in range(8) for pitch in (0, 4, 7)]
    roots = [Note("bass", 0.5 * beat, 0.45, 40, 0.8) for beat in range(16)]
    beat = [Hit("closed_hat", eighth / 4, 0.6) for eighth in range(32)]
    beat += [Hit("kick" if half % 2 == 0 else "snare", half / 2, 0.8) for half in range(16)]
    score = replace(EMPTY, bpm=120.0, notes=(*tune, *harmony, *roots), hits=tuple(beat), seconds=8.0)
    return replace(score, lead=lead, chords=chords, bass=bass, kit=kit)  # type: ignore[arg-type]  # names come from tests


def spectrum(audio: Tensor) -> tuple[Tensor, Tensor]:
    """Frequencies in Hz and magnitudes of the mono sum, Hann-windowed, zero-padded eightfold."""
    mono = audio.mean(0) if audio.ndim == 2 else audio
    size = 8 * len(mono)
    return torch.fft.rfftfreq(size, 1 / SAMPLE_RATE), torch.fft.rfft(
        mono * torch.hann_window(len(mono)), size
    ).abs()


def centroid(audio: Tensor, *, exponent: float = 2.0) -> float:
    """Where the middle of the spectrum lies, in Hz: how bright it is. Exponent 2 weighs by power, 1 by amplitude."""
    frequency, magnitude = spectrum(audio)
    power = magnitude**exponent
    return float((frequency * power).sum() / power.sum())


def cents(found: float, wanted: float) -> float:
    return 1200 * math.log2(found / wanted)
