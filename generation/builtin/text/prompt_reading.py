"""Free text to the attributes that the model knows. What was not understood is said, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from generation.builtin.music.piece import BPMS
from generation.builtin.music.theory import MODES
from generation.builtin.text.lexicon import (
    ALSO,
    CONCEPTS,
    FILLERS,
    NEGATORS,
    PHRASES,
    TONIC_NAMES,
    Concept,
)

MOST_CONCEPTS = 12
_MOST_UNKNOWN, _LONGEST_WORD = 50, 40
_WORD = re.compile(r"\d/\d|\d+\.\d+|[^\W_]+#?|[,.;:!?]")
_BETWEEN = frozenset(("any", "a", "the", "an"))
_NOUNS_OF_MODE = frozenset(("key", "scale", "mode", "chord", "chords", "tonality", "piece", "song", "melody"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asked for. ``concepts`` in the order of the text, at most ``MOST_CONCEPTS``."""

    concepts: tuple[Concept, ...]
    excluded: tuple[Concept, ...]
    unknown_words: tuple[str, ...]
    beyond_limit: int

    def understood(self) -> dict[str, list[str]]:
        """JSON-able: the values asked for, by group; what the text ruled out under ``not``."""
        groups: dict[str, list[str]] = {}
        for concept in self.concepts:
            groups.setdefault(concept.group, []).append(concept.value)
        if self.excluded:
            groups["not"] = [f"{concept.group}: {concept.value}" for concept in self.excluded]
        return groups


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("♯", "#").replace("♭", "b")
    return _WORD.findall(plain)


def _phrase_table() -> dict[tuple[str, ...], Concept]:
    table: dict[tuple[str, ...], Concept] = {}
    for source in (PHRASES, ALSO):
        for group, values in source.items():
            for value, phrases in values.items():
                for phrase in phrases:
                    table.setdefault(tuple(_words(phrase)), Concept(group, value))
    return table


_TABLE = _phrase_table()
_LONGEST_PHRASE = max(map(len, _TABLE))


def read(text: str) -> Reading:
    """The concepts in a text of any length and script."""
    words = _words(text)
    wanted: dict[Concept, None] = {}
    excluded: dict[Concept, None] = {}
    unknown: dict[str, None] = {}
    at, negated = 0, False
    while at < len(words):
        concepts, length = _match(words, at)
        for concept in concepts:
            (excluded if negated else wanted)[concept] = None
        if not concepts and words[at][0].isalnum() and words[at] not in FILLERS | NEGATORS:
            unknown[words[at][:_LONGEST_WORD]] = None
        negated = not concepts and (words[at] in NEGATORS or (negated and words[at] in _BETWEEN))
        at += length
    known = [concept for concept in wanted if concept in CONCEPTS]
    return Reading(
        concepts=tuple(known[:MOST_CONCEPTS]),
        excluded=tuple(excluded),
        unknown_words=tuple(unknown)[:_MOST_UNKNOWN],
        beyond_limit=max(0, len(known) - MOST_CONCEPTS),
    )


def _match(words: Sequence[str], at: int) -> tuple[list[Concept], int]:
    """The concepts that begin at a word, and how many words they take (1 where none does)."""
    for reader in (_tempo, _tonic):
        concepts, length = reader(words, at)
        if concepts:
            return concepts, length
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        found = _TABLE.get(tuple(words[at : at + length]))
        if found is not None:
            return [found], length
    return [], 1


def _tempo(words: Sequence[str], at: int) -> tuple[list[Concept], int]:
    """``120 bpm``, between 30 and 300: the nearest tempo of the model's."""
    follows = words[at + 1 : at + 4]
    if not words[at].replace(".", "", 1).isdecimal() or not words[at].isascii() or len(words[at]) > 6:
        return [], 1
    if not 30 <= float(words[at]) <= 300:
        return [], 1
    taken = 2 if follows[:1] == ["bpm"] else 4 if list(follows) == ["beats", "per", "minute"] else 0
    if not taken:
        return [], 1
    bpm = min(BPMS, key=lambda known: abs(known - float(words[at])))
    return [Concept("bpm", str(bpm))], taken


def _tonic(words: Sequence[str], at: int) -> tuple[list[Concept], int]:
    """``f# minor``, ``b flat major``, ``key of d``; a lone letter is no key, and ``a minor key`` is no A."""
    length = 1
    name = words[at]
    if words[at + 1 : at + 2] in (["flat"], ["sharp"]):
        name, length = name + ("b" if words[at + 1] == "flat" else "#"), 2
    if name not in TONIC_NAMES:
        return [], 1
    tonic = Concept("tonic", TONIC_NAMES[name])
    after = list(words[at + length : at + length + 2])
    if after and after[0] in MODES and not (name == "a" and after[1:] and after[1] in _NOUNS_OF_MODE):
        return [tonic, Concept("mode", after[0])], length + 1
    if list(words[max(0, at - 2) : at]) == ["key", "of"] or length == 2 or name[1:] == "#":
        return [tonic], length
    return [], 1
