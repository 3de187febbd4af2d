"""Which token may come next: a small automaton over the alphabet, so that every sample spells a piece."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from generation.builtin.model.tokens import (
    BAR,
    BOS,
    EOS,
    EVENTS,
    LOWEST_LEAD,
    PLAN,
    SAME_BASS,
    SAME_COMPING,
    SAME_DRUMS,
    VOCABULARY,
    bars_of,
)
from generation.builtin.music.ending import MOST_BARS
from generation.builtin.music.piece import TEXTURES, Texture
from generation.builtin.music.score import Lead
from generation.builtin.music.styles import RANGES
from generation.builtin.music.theory import tonic_pitch

_PLAN_KINDS = tuple(kind for kind, _ in PLAN)
_NEXT = dict(zip(("bos", *_PLAN_KINDS), (*_PLAN_KINDS, "bar"), strict=True))
_SILENT = {
    texture: frozenset(("bass_note",) if texture in ("solo", "sparse") else ()) for texture in TEXTURES
}
_FLAGS = {"drum": SAME_DRUMS, "bass_note": SAME_BASS, "comp": SAME_COMPING}


@dataclass(frozen=True, slots=True)
class State:
    """All that the grammar remembers of the tokens so far, and the clip's ``seconds`` (``tokens.bars_of``)."""

    last: str = "start"
    meter: int = 4
    needed: int = MOST_BARS
    bars: int = 0
    position: int = -1
    same: int = 0
    texture: Texture = "trio"
    tonic: int = 0
    lead: Lead = "piano"
    seconds: float | None = None
    silent: frozenset[str] = frozenset()

    def features(self) -> tuple[int, int, int]:
        """What ``tokens.features`` says of the last token."""
        return self.bars, max(0, self.needed - self.bars), self.position + 1


START = State()


def advance(state: State, token: int) -> State:
    """The state after one more token."""
    kind, value = VOCABULARY.entries[token]
    return replace(state, last=kind, **_remembered(state, kind, value))


def _remembered(state: State, kind: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - a token's value
    changes: dict[str, Any] = {}
    match kind:
        case "meter" | "tonic" | "texture" | "lead" | "same":
            changes = {kind: value}
        case "bpm":
            changes = {"needed": bars_of(value, state.meter, state.seconds)}
        case "bar":
            changes = {"bars": state.bars + 1, "position": -1, "same": 0}
        case "at":
            changes = {"position": value}
        case "kit":
            changes = {
                "silent": _SILENT[state.texture] | ({"drum"} if value == "none" else set()) | state.silent
            }
        case "chords" if state.texture == "solo" and value != state.lead:
            changes = {"silent": frozenset(("comp",))}
    return changes


@lru_cache(maxsize=65536)
def hurried(state: State) -> Tensor:
    """Bool [V]: which tokens may follow when the piece must come to its end in as few tokens as it can."""
    mask = allowed(state)
    ending = torch.zeros_like(mask)
    ending[[BAR, EOS]] = True
    return mask & ending if bool((mask & ending).any()) else mask


@lru_cache(maxsize=65536)
def allowed(state: State) -> Tensor:
    """Bool [V]: which tokens may follow."""
    mask = torch.zeros(len(VOCABULARY), dtype=torch.bool)
    for numbers in _following(state):
        mask[numbers.start : numbers.stop] = True
    return mask


def _following(state: State) -> list[range]:
    spans = VOCABULARY.spans
    if state.last == "start":
        return [range(BOS, BOS + 1)]
    if state.last == "bass":
        return [spans["kit"][1:] if state.texture == "full" else spans["kit"][:1]]
    if state.last in _NEXT:
        return [spans[_NEXT[state.last]]]
    if state.last in ("bar", "same"):
        return [spans["same"] if state.last == "bar" and state.bars > 1 else spans["dynamic"]]
    if state.last == "at":
        return _events(state, after=-1)
    return [*_events(state, after=_rank(state.last)), *_onward(state)]


def _rank(kind: str) -> int:
    return EVENTS.index(kind) if kind in EVENTS else len(EVENTS)


def _events(state: State, *, after: int) -> list[range]:
    """Events that may sound at this position; the first position of the first bar must name the chord."""
    if state.bars == 1 and state.position == 0 and after == -1:
        return [VOCABULARY.spans["chord"]]
    played = [
        VOCABULARY.spans[kind]
        for kind in EVENTS[after + 1 : -1]
        if kind not in state.silent and not state.same & _FLAGS.get(kind, 0)
    ]
    return [*played, *_lead_notes(state)] if after < len(EVENTS) - 1 else []


def _lead_notes(state: State) -> list[range]:
    """The notes in the lead instrument's range, and its rest."""
    span = VOCABULARY.spans["lead_note"]
    low, high = (pitch - tonic_pitch(state.tonic) - LOWEST_LEAD for pitch in RANGES[state.lead])
    return [span[max(0, low) : high + 1], span[-1:]]


def _onward(state: State) -> list[range]:
    """The next position, or where the bar may end: the next bar, or the end of the piece."""
    at = VOCABULARY.spans["at"]
    if state.bars == 1 and state.position == -1:
        return [at[:1]]
    later = at[state.position + 1 : 4 * state.meter]
    ending = range(BAR, BAR + 1) if state.bars < state.needed else range(EOS, EOS + 1)
    return [later, ending]
