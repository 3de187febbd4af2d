"""What plays under the lead: comping, bass lines and drums, each from a genre's patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from generation.builtin.music.piece import Comping, Drums, Genre, Line, Strike
from generation.builtin.music.score import DRUMS, Drum, Kit
from generation.builtin.music.styles import GROOVES, WALTZ_GROOVES, BassStyle, CompStyle, Groove
from generation.builtin.music.theory import INTERVALS, Chord, bass_root

_COMPING: Mapping[CompStyle, str] = {
    "block": "L...............",
    "half": "L.......L.......",
    "offbeat": "..S...S...S...S.",
    "charleston": "L.....S.........",
    "strum": "L...S.S.L...S.S.",
    "alberti": "0.2.1.2.0.2.1.2.",
    "arpeggio": "0.1.2.3.4.3.2.1.",
    "stabs": "S..S..S....S..S.",
    "oompah": "....S...S...S...",
}
_WALTZ_COMPING: Mapping[CompStyle, str] = {
    "block": "L...........",
    "half": "L.......L...",
    "offbeat": "....S...S...",
    "charleston": "L.....S.....",
    "strum": "L...S...S.S.",
    "alberti": "0.1.2.1.2.1.",
    "arpeggio": "0.1.2.3.2.1.",
    "stabs": "S..S..S..S..",
    "oompah": "....S...S...",
}
_STRIKES: Mapping[str, Strike] = {
    "L": "long", "S": "short", "0": "n0", "1": "n1", "2": "n2", "3": "n3", "4": "n4", "5": "n5",
}  # fmt: skip
_BASS: Mapping[BassStyle, tuple[str, ...]] = {
    "root": ("r...............", "r.......r......."),
    "fifths": ("r.......5.......", "r.....r.5.....5."),
    "drive": ("r.r.r.r.r.r.r.r.", "r.r.r.r.r.r.5.5."),
    "offbeat": ("..r...r...r...r.", "..r...r...r...8."),
    "walking": ("r...3...5...a...", "r...5...3...a...", "r...3...5.5.a..."),
    "syncopated": ("r..r..r...8.....", "r.....r..r..5...", "r..8....r.r..5.."),
    "tumbao": ("......5.....8...", "r.....5.....8..."),
    "oompah": ("r.......5.......",),
}
_WALTZ_BASS: Mapping[BassStyle, tuple[str, ...]] = {
    "root": ("r...........",),
    "walking": ("r...3...a...", "r...5...a..."),
    "fifths": ("r.......5...", "r..........."),
}
_ONLY: Mapping[Kit, Mapping[Drum, Drum]] = {
    "none": {},
    "acoustic": {"conga": "tom", "shaker": "closed_hat", "clap": "snare"},
    "electronic": {"snare": "clap", "ride": "closed_hat", "conga": "tom", "shaker": "closed_hat"},
    "brushes": {"open_hat": "ride", "clap": "snare", "conga": "tom", "shaker": "closed_hat", "crash": "ride"},
    "percussion": {
        "snare": "conga", "clap": "conga", "tom": "conga",
        "closed_hat": "shaker", "open_hat": "shaker", "ride": "shaker", "crash": "shaker",
    },
}  # fmt: skip
LOWS: tuple[tuple[Drum, ...], ...] = (
    (), ("kick",), ("snare",), ("clap",), ("tom",), ("conga",),
    ("kick", "snare"), ("kick", "clap"), ("kick", "tom"), ("kick", "conga"),
)  # fmt: skip
HIGHS: tuple[Drum, ...] = ("crash", "open_hat", "ride", "closed_hat", "shaker")


def comping(style: CompStyle, meter: int) -> Comping:
    """A bar of the comping style."""
    pattern = (_COMPING if meter == 4 else _WALTZ_COMPING)[style]
    return tuple((at, _STRIKES[mark]) for at, mark in enumerate(pattern) if mark != ".")


def bass_pattern(style: BassStyle, meter: int, random: Random) -> str:
    """One of the style's patterns."""
    if meter == 4:
        return random.choice(_BASS[style])
    return random.choice(_WALTZ_BASS.get(style, _WALTZ_BASS["fifths"]))


def bass_line(pattern: str, harmony: Sequence[Chord], following: Chord, tonic: int) -> Line:
    """The pattern over a bar's chords, in semitones above each root; ``a`` leads into the next bar's chord."""
    line = []
    for at, mark in enumerate(pattern):
        if mark != ".":
            line.append((at, _bass_note(mark, harmony[at], following, tonic)))
    return tuple(line)


def _bass_note(mark: str, chord: Chord, following: Chord, tonic: int) -> int:
    intervals = INTERVALS[chord.quality]
    if mark == "a":
        target = bass_root(following, tonic) - bass_root(chord, tonic)
        return target - 1 if target > -7 else target + 11
    return {"r": 0, "3": intervals[1], "5": intervals[2], "8": 12}[mark]


def groove(genre: Genre, meter: int, random: Random) -> Groove:
    """One of the genre's drum patterns."""
    return random.choice(GROOVES[genre] if meter == 4 else WALTZ_GROOVES)


def drum_bar(
    pattern: Groove, kit: Kit, steps: int, *, crash: bool = False, fill: Sequence[int] = ()
) -> Drums:
    """A bar of the pattern on the kit's own drums; a fill clears the positions it plays on."""
    if kit == "none":
        return ()
    bar = []
    for at in range(steps):
        wanted: set[Drum] = {drum for drum in DRUMS if pattern.get(drum, "")[at : at + 1] == "x"}
        if fill and at >= fill[0]:
            wanted = {"snare" if at < fill[0] + 2 else "tom"} if at in fill else set()
        if crash and at == 0:
            wanted |= {"crash", "kick"}
        drums = stroke({_ONLY[kit].get(drum, drum) for drum in wanted})
        if drums:
            bar.append((at, drums))
    return tuple(bar)


def stroke(drums: set[Drum]) -> tuple[Drum, ...]:
    """What two hands and a foot can play of the drums at once, in the order of ``DRUMS``."""
    high = next((drum for drum in HIGHS if drum in drums), None)
    low = max((low for low in LOWS if drums.issuperset(low)), key=len)
    played = {*low, high} if high else {*low}
    return tuple(drum for drum in DRUMS if drum in played)


def fill_positions(steps: int, busy: float, random: Random) -> tuple[int, ...]:
    """Where a fill at the end of a bar plays."""
    start = steps - random.choice((4, 4, 6, 8) if busy > 0.5 else (2, 4))
    gap = 1 if busy > 0.8 and random.random() < 0.6 else 2
    return tuple(range(start, steps, gap))
