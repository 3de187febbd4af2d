"""The model's alphabet, and the two ways across: piece to tokens, tokens to piece.

A piece reads ``bos``, its plan (one token per field of ``Plan``, in order), its bars, ``eos``. A bar reads
``bar``, ``same`` (which players repeat their previous bar; never in the first bar), its dynamic, then for
every position with events ``at`` and the events in the order chord, drums, bass, comping, lead. Notes have
no duration token: they last until the next event of their player.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from generation.builtin.music.accompaniment import HIGHS, LOWS
from generation.builtin.music.ending import MOST_BARS, form
from generation.builtin.music.piece import (
    ARTICULATIONS,
    BPMS,
    DYNAMICS,
    FEELS,
    GENRES,
    LEAD_REST,
    METERS,
    MOODS,
    STRIKES,
    TEXTURES,
    Bar,
    Piece,
    Plan,
    bars_needed,
)
from generation.builtin.music.score import BASSES, CHORDS, DRUMS, KITS, LEADS, Drum
from generation.builtin.music.theory import MODES, QUALITIES, TONICS, Chord

PLAN: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("mood", MOODS),
    ("genre", GENRES),
    ("groove", GENRES),
    ("meter", METERS),
    ("bpm", BPMS),
    ("tonic", tuple(range(len(TONICS)))),
    ("mode", MODES),
    ("feel", FEELS),
    ("articulation", ARTICULATIONS),
    ("texture", TEXTURES),
    ("lead", LEADS),
    ("chords", CHORDS),
    ("bass", BASSES),
    ("kit", KITS),
)
"""The fields of a plan in the order they are written, each with its values."""

EVENTS = ("chord", "drum", "bass_note", "comp", "lead_note")
"""The kinds of event in the order they are written at one position."""

LOWEST_LEAD = -16
MOST_POSITIONS = 16
LONGEST = 448
"""Tokens: no composed piece is longer, and sampling stops here."""

_STROKES: tuple[tuple[Drum, ...], ...] = tuple(
    tuple(drum for drum in DRUMS if drum in {*low, *high})
    for low, high in product(LOWS, ((), *((drum,) for drum in HIGHS)))
    if low or high
)
_KINDS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("pad", (0,)),
    ("bos", (0,)),
    ("eos", (0,)),
    *PLAN,
    ("bar", (0,)),
    ("same", tuple(range(8))),
    ("dynamic", tuple(range(DYNAMICS))),
    ("at", tuple(range(MOST_POSITIONS))),
    ("chord", tuple(Chord(root, quality) for root in range(12) for quality in QUALITIES)),
    ("drum", _STROKES),
    ("bass_note", tuple(range(-7, 13))),
    ("comp", STRIKES),
    ("lead_note", (*range(LOWEST_LEAD, 40), LEAD_REST)),
)
SAME_DRUMS, SAME_BASS, SAME_COMPING = 1, 2, 4


class NotAPiece(ValueError):
    """These tokens do not spell a piece."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every token as (kind, value), and its number."""

    entries: tuple[tuple[str, Any], ...]
    numbers: Mapping[tuple[str, Any], int]
    spans: Mapping[str, range]

    def __len__(self) -> int:
        return len(self.entries)

    def names(self) -> tuple[str, ...]:
        """One readable name per token, in order of number."""
        return tuple(f"{kind}:{value}" for kind, value in self.entries)


def _vocabulary() -> Vocabulary:
    entries = tuple((kind, value) for kind, values in _KINDS for value in values)
    spans, start = {}, 0
    for kind, values in _KINDS:
        spans[kind] = range(start, start + len(values))
        start += len(values)
    return Vocabulary(entries, {entry: number for number, entry in enumerate(entries)}, spans)


VOCABULARY = _vocabulary()
PAD, BOS, EOS, BAR = (VOCABULARY.numbers[kind, 0] for kind in ("pad", "bos", "eos", "bar"))


def bars_of(bpm: int, meter: int, seconds: float | None) -> int:
    """How many bars a piece has: as many as fit a clip of ``seconds``, or those of the composer where that is None."""
    return bars_needed(bpm, meter) if seconds is None else form(bpm, meter, seconds)[0]


def digest(names: Sequence[str]) -> str:
    """SHA-256 of an alphabet's names in order: equal where checkpoints speak the same language."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def encode(piece: Piece) -> list[int]:
    """The piece's tokens, ``bos`` to ``eos``. Raises KeyError for a value outside the alphabet."""
    numbers = VOCABULARY.numbers
    tokens = [BOS, *(numbers[kind, getattr(piece.plan, kind)] for kind, _ in PLAN)]
    previous: list[Bar | None] = [None, *piece.bars]
    for before, bar in zip(previous, piece.bars, strict=False):
        tokens.append(BAR)
        same = 0 if before is None else _same(before, bar)
        if before is not None:
            tokens.append(numbers["same", same])
        tokens.append(numbers["dynamic", bar.dynamic])
        tokens.extend(_encoded_events(bar, same))
    return [*tokens, EOS]


def _same(before: Bar, bar: Bar) -> int:
    return (
        SAME_DRUMS * (before.drums == bar.drums)
        + SAME_BASS * (before.bass == bar.bass)
        + SAME_COMPING * (before.comping == bar.comping)
    )


def _encoded_events(bar: Bar, same: int) -> Iterator[int]:
    parts: tuple[Mapping[int, object], ...] = (
        dict(bar.chords),
        {} if same & SAME_DRUMS else dict(bar.drums),
        {} if same & SAME_BASS else dict(bar.bass),
        {} if same & SAME_COMPING else dict(bar.comping),
        dict(bar.lead),
    )
    for position in range(MOST_POSITIONS):
        events = [
            (kind, part[position]) for kind, part in zip(EVENTS, parts, strict=True) if position in part
        ]
        if events:
            yield VOCABULARY.numbers["at", position]
            yield from (VOCABULARY.numbers[event] for event in events)


def decode(tokens: Sequence[int], seconds: float | None = None) -> Piece:
    """The piece that the tokens spell, for a clip of ``seconds``. Raises NotAPiece where they break the order."""
    entries = [VOCABULARY.entries[token] for token in tokens]
    kinds = [kind for kind, _ in entries]
    head = ["bos", *(kind for kind, _ in PLAN)]
    if kinds[: len(head)] != head or not kinds or kinds[-1] != "eos":
        raise NotAPiece(f"{len(tokens)} tokens do not begin with bos and a whole plan and end with eos")
    plan = Plan(**dict(entries[1 : len(head)]))
    starts = [index for index, kind in enumerate(kinds) if kind == "bar"]
    bars: list[Bar] = []
    for start, end in zip(starts, [*starts[1:], len(kinds) - 1], strict=False):
        bars.append(_decoded_bar(entries[start + 1 : end], bars[-1] if bars else None))
    if len(bars) != bars_of(plan.bpm, plan.meter, seconds):
        raise NotAPiece(f"{len(bars)} bars where {plan.bpm} beats a minute need others")
    return Piece(plan, tuple(bars))


def _decoded_bar(entries: Sequence[tuple[str, Any]], before: Bar | None) -> Bar:
    parts: dict[str, list[tuple[int, Any]]] = {kind: [] for kind in EVENTS}
    same = dynamic = position = 0
    for kind, value in entries:
        if kind == "same":
            same = value
        elif kind == "dynamic":
            dynamic = value
        elif kind == "at":
            position = value
        elif kind in parts:
            parts[kind].append((position, value))
        else:
            raise NotAPiece(f"{kind} inside a bar")
    chords, drums, bass, comping, lead = (tuple(parts[kind]) for kind in EVENTS)
    if before is not None:
        drums = before.drums if same & SAME_DRUMS else drums
        bass = before.bass if same & SAME_BASS else bass
        comping = before.comping if same & SAME_COMPING else comping
    return Bar(dynamic, chords, drums, bass, comping, lead)


def features(tokens: Sequence[int]) -> list[tuple[int, int, int]]:
    """Where each token stands: (bars begun, bars still to begin, position in the bar plus one).

    Bars still to begin is ``MOST_BARS`` until meter and tempo are known; the position is 0 at a bar's head.
    """
    result = []
    bars, needed, position, meter = 0, MOST_BARS, 0, 4
    for token in tokens:
        kind, value = VOCABULARY.entries[token]
        if kind == "meter":
            meter = value
        elif kind == "bpm":
            needed = bars_needed(value, meter)
        elif kind == "bar":
            bars, position = bars + 1, 0
        elif kind == "at":
            position = value + 1
        result.append((bars, max(0, needed - bars), position))
    return result
