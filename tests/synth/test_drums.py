"""The kits."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch
from torch import Tensor

from generation.builtin.music.score import DRUMS, KITS, Drum, Hit, Kit
from generation.builtin.synth import SAMPLE_RATE
from generation.builtin.synth.drums import play_drums
from generation.builtin.synth.kits import KIT_STROKES
from tests.synth.pieces import centroid, seeded

PLAYED: tuple[Kit, ...] = tuple(kit for kit in KITS if kit != "none")


def drummed(kit: Kit, hits: list[Hit], *, seconds: float = 1.0, seed: int = 1) -> Tensor:
    return play_drums(kit, hits, total=round(seconds * SAMPLE_RATE), generator=seeded(seed)).dry


def test_every_kit_has_every_drum() -> None:
    assert all(set(KIT_STROKES[kit]) == set(DRUMS) for kit in PLAYED)


@pytest.mark.parametrize("kit", PLAYED)
@pytest.mark.parametrize("drum", DRUMS)
def test_a_stroke_sounds_when_it_is_written(kit: Kit, drum: Drum) -> None:
    audio = drummed(kit, [Hit(drum, 0.2, 0.9)]).abs().amax(0)
    assert float(audio[:6_400].max()) == 0
    assert float(audio[6_400 : 6_400 + 640].max()) > 0.15 * float(audio.max()) > 0


@pytest.mark.parametrize("kit", PLAYED)
@pytest.mark.parametrize("drum", DRUMS)
def test_a_hard_stroke_is_louder_and_brighter(kit: Kit, drum: Drum) -> None:
    soft, hard = (drummed(kit, [Hit(drum, 0.0, velocity)]) for velocity in (0.3, 1.0))
    assert float(hard.square().sum()) > 4 * float(soft.square().sum())
    assert centroid(hard, exponent=1) > 1.01 * centroid(soft, exponent=1)


@pytest.mark.parametrize("kit", PLAYED)
def test_kick_snare_and_hat_share_out_the_spectrum(kit: Kit) -> None:
    kick, snare, hat = (
        centroid(drummed(kit, [Hit(drum, 0.0, 0.9)])) for drum in ("kick", "snare", "closed_hat")
    )
    assert kick < 0.6 * snare
    assert snare < hat


def test_the_same_beat_differs_between_kits() -> None:
    beat = [Hit("kick", 0.0, 0.9), Hit("snare", 0.5, 0.9), Hit("closed_hat", 0.25, 0.7)]
    takes = [drummed(kit, beat) for kit in PLAYED]
    for first, second in combinations(takes, 2):
        assert float((first - second).square().sum()) > 0.3 * float(first.square().sum())


def test_the_kit_none_is_silent() -> None:
    assert float(drummed("none", [Hit("kick", 0.0, 1.0)]).abs().max()) == 0


def test_a_closing_hat_cuts_the_open_one() -> None:
    alone = drummed("acoustic", [Hit("open_hat", 0.0, 0.8)])
    closed = drummed("acoustic", [Hit("open_hat", 0.0, 0.8), Hit("closed_hat", 0.1, 0.8)])
    late = slice(round(0.3 * SAMPLE_RATE), None)
    assert float(closed[:, late].square().sum()) < 0.05 * float(alone[:, late].square().sum())


def test_strokes_in_a_roll_are_not_copies() -> None:
    roll = drummed("acoustic", [Hit("snare", step / 4, 0.8) for step in range(8)], seconds=2.0)
    strokes = roll.reshape(2, 8, 8_000)
    assert len({float(strokes[:, index].abs().sum()) for index in range(8)}) > 1


def test_strokes_end_in_silence_without_a_step() -> None:
    audio = drummed("electronic", [Hit("kick", 0.0, 1.0)], seconds=3.0)
    assert float(audio[:, -3200:].abs().max()) == 0
    last = int(audio[0].nonzero()[-1])
    assert float(audio[0, last - 20 : last].abs().max()) < 1e-3


def test_the_room_hears_less_of_a_kick_than_of_a_snare() -> None:
    def share(drum: Drum) -> float:
        tracks = play_drums("acoustic", [Hit(drum, 0.0, 0.8)], total=SAMPLE_RATE, generator=seeded())
        return float(tracks.send.square().sum() / tracks.dry.square().sum())

    assert share("kick") < 0.1 * share("snare")
    assert torch.isfinite(torch.tensor(share("snare")))
