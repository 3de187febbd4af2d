"""Every instrument: in tune, on time, without clicks, louder and brighter when played harder, like no other."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch
from torch import Tensor

from generation.builtin.music.score import BASSES, CHORDS, LEADS, Role
from generation.builtin.synth import SAMPLE_RATE
from generation.builtin.synth.instruments import BASSES as BASS_TABLE
from generation.builtin.synth.instruments import CHORDS as CHORDS_TABLE
from generation.builtin.synth.instruments import LEADS as LEAD_TABLE
from generation.builtin.synth.rate import hertz
from tests.synth.pieces import INSTRUMENTS, centroid, cents, middle_pitch, note, solo, spectrum

Who = tuple[Role, str]
ALL = list(INSTRUMENTS)
BLOWN_OR_BOWED = {"flute", "violin", "saxophone", "trumpet", "strings", "pad"}
everyone = pytest.mark.parametrize("who", ALL, ids=["-".join(who) for who in ALL])


def test_every_name_of_the_score_has_an_instrument() -> None:
    assert set(LEAD_TABLE) == set(LEADS)
    assert set(CHORDS_TABLE) == set(CHORDS)
    assert set(BASS_TABLE) == set(BASSES)


def fundamental(audio: Tensor, near: float) -> tuple[float, float]:
    """The mean frequency within half a semitone of ``near`` (vibrato moves the peak), and its relative level."""
    frequency, magnitude = spectrum(audio)
    close = (frequency > near * 0.97) & (frequency < near * 1.03)
    power = magnitude[close].square()
    return float((frequency[close] * power).sum() / power.sum()), float(
        magnitude[close].max() / magnitude.max()
    )


@everyone
@pytest.mark.parametrize("step", [-5, 0, 7])
def test_a_note_sounds_at_its_pitch(who: Who, step: int) -> None:
    pitch = middle_pitch(who[0]) + step
    audio = solo(who, [note(pitch, held=1.4)])[:, 9_600:41_600]
    found, share = fundamental(audio, hertz(pitch))
    assert abs(cents(found, hertz(pitch))) < 12
    assert share > 0.15


@everyone
def test_a_note_begins_when_it_is_written(who: Who) -> None:
    start = 0.37
    audio = solo(who, [note(middle_pitch(who[0]), start=start)]).abs().amax(0)
    onset = round(start * SAMPLE_RATE)
    peak = float(audio.max())
    heard = int((audio > 0.02 * peak).nonzero()[0])
    assert float(audio[:onset].max()) < 1e-5 * peak
    assert (heard - onset) / SAMPLE_RATE < (0.03 if who[1] in BLOWN_OR_BOWED else 0.006)


@everyone
def test_a_note_ends_without_a_click(who: Who) -> None:
    """A click would show above 9 kHz, where the end of a note must not be louder than its middle."""
    audio = solo(who, [note(middle_pitch(who[0]), held=0.6)], seconds=4.0).mean(0)
    ended = round(0.5 * SAMPLE_RATE)
    spectrogram = torch.stft(audio, 512, 128, window=torch.hann_window(512), return_complex=True).abs()
    treble = spectrogram[144:].square().sum(0).unfold(0, 6, 1).mean(-1)  # 36 ms: a bow's noise is no click
    inaudible = 1e-8 * float(spectrogram.square().sum(0).max())
    assert float(treble[ended // 128 :].max()) <= 1.2 * float(treble[: ended // 128].max()) + inaudible
    assert float(audio[-100:].abs().max()) < 1e-3


@everyone
def test_playing_harder_is_louder(who: Who) -> None:
    levels = [
        float(solo(who, [note(middle_pitch(who[0]), velocity=velocity)]).square().mean())
        for velocity in (0.3, 0.6, 1.0)
    ]
    assert levels == sorted(levels)


@pytest.mark.parametrize("who", [who for who in ALL if who[1] not in {"organ", "sub_bass"}], ids="-".join)
def test_playing_harder_is_brighter(who: Who) -> None:
    soft, hard = (
        centroid(solo(who, [note(middle_pitch(who[0]), velocity=v)])[:, :16_000]) for v in (0.35, 1.0)
    )
    assert hard > 1.02 * soft


@everyone
def test_nothing_folds_back_audibly_in_the_highest_register(who: Who) -> None:
    """Below the fundamental of a high note there is nothing but what the instrument's body and breath add."""
    pitch = middle_pitch(who[0]) + 24
    audio = solo(who, [note(pitch, held=1.4)])[:, 9_600:41_600]
    frequency, magnitude = spectrum(audio)
    octave_below = frequency < hertz(pitch) * 0.45
    assert float(magnitude[octave_below].max()) < 0.06 * float(magnitude.max())


def fingerprint(who: Who) -> Tensor:
    """Log energy in third-octave bands, early, in the middle and after the note: ``[3 * 24]`` decibels."""
    audio = solo(who, [note(middle_pitch(who[0]), held=0.8, velocity=0.8)], seconds=1.2)
    audio = audio / audio.square().mean().sqrt()
    edges = 100 * 2 ** (torch.arange(23) / 3)
    parts = []
    for part in (audio[:, :2_400], audio[:, 6_400:22_400], audio[:, 26_500:]):
        frequency, magnitude = spectrum(part)
        energy = torch.zeros(24).index_add(0, torch.bucketize(frequency, edges), magnitude.square())
        parts.append(10 * torch.log10(energy / len(part[0]) / 8 + 1e-5))
    return torch.cat(parts)


@pytest.mark.parametrize("role", ["lead", "chords", "bass"])
def test_instruments_of_one_role_sound_different(role: Role) -> None:
    """At least 5 dB apart on average over time and frequency, where a second take of one is well below."""
    prints = {name: fingerprint((of, name)) for of, name in ALL if of == role}
    for first, second in combinations(prints, 2):
        assert float((prints[first] - prints[second]).abs().mean()) > 5, (first, second)


def test_strings_and_winds_speak_slower_than_struck_instruments() -> None:
    def rise(who: Who) -> float:
        audio = solo(who, [note(69, velocity=0.7)]).abs().amax(0)[:32_000]
        level = audio.unfold(0, 320, 160).amax(-1)
        return int((level > 0.7 * level.max()).nonzero()[0]) * 160 / SAMPLE_RATE

    slow = [
        rise(("lead", "violin")),
        rise(("lead", "flute")),
        rise(("chords", "strings")),
        rise(("chords", "pad")),
    ]
    fast = [rise(("lead", name)) for name in ("piano", "guitar", "bells", "synth")]
    assert min(slow) > 0.015
    assert max(fast) < 0.015
