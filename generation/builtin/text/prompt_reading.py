"""Free text to the attributes that the model knows. What was not understood is said, never guessed.

Needs no torch: whoever writes a study is told what each prompt will be taken for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generation.builtin.music.piece import BPMS
from generation.builtin.music.theory import MODES
from generation.builtin.text.lexicon import (
    ALSO,
    CONCEPTS,
    FAMILIES,
    FILLERS,
    NEAREST,
    PHRASES,
    TONIC_NAMES,
    VOICES,
    Concept,
    words_of,
)
from generation.builtin.text.negation import ABSENT, NEGATING_WORDS, Item, negated

MOST_CONCEPTS = 12
NO_DRUMS, ANY_DRUMS = Concept("kit", "none"), Concept("kit", "any")
_MOST_UNKNOWN, _LONGEST_WORD = 50, 40
_NUMBER = r"\d+(?:\.\d+)?"
_WORD = re.compile(
    rf"{_NUMBER}\s?[-\u2013\u2014]\s?{_NUMBER}(?=\s?bpm\b)|{_NUMBER}(?=bpm\b)|\d/\d|\d+\.\d+|[^\W_]+#?|[♩&/]|[,.;:!?]"
)
_RANGE = re.compile(r"\s?[-\u2013\u2014]\s?")
_SLOWEST, _FASTEST = 30, 300
_BEFORE_TEMPO = frozenset(("♩", "bpm", "tempo", "crotchet"))
_BETWEEN_TEMPO = frozenset((":", "of", "is", "at", "around", "about"))
_SHORTENED = re.compile(r"\b(\w+?)n['\u2019\u2018\u0060\u00b4]?t\b")
_SHORT_VERBS = {
    **{verb: verb for verb in words_of("do does did is are was were would should could must have has need")},
    "ca": "can",
    "wo": "will",
}
_BASSES = tuple(concept for concept in CONCEPTS if concept.group == "bass")
_KITS = tuple(
    concept for concept in CONCEPTS if concept.group == "kit" and concept.value not in ("none", "any")
)
_ANY_BASS = Concept("bass", "electric_bass")
_EVERY_DRUM = frozenset(("percussion", "percussive"))
_NOUNS_OF_MODE = frozenset(("key", "scale", "mode", "chord", "chords", "tonality", "piece", "song", "melody"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asked for.

    ``concepts``: in the order of the text, at most ``MOST_CONCEPTS``. ``excluded``: what it wants absent; the group
    ``instrument`` holds what the model never plays. ``stand_ins``: words for what the model lacks, each with the
    nearest of what it has, which is among ``concepts``.
    """

    concepts: tuple[Concept, ...]
    excluded: tuple[Concept, ...]
    unknown_words: tuple[str, ...]
    beyond_limit: int
    stand_ins: tuple[tuple[str, Concept], ...] = ()

    @property
    def asks_for_nothing(self) -> bool:
        """Whether the model would play as if it had been told nothing."""
        return not self.concepts and not self.excluded

    def understood(self) -> dict[str, list[str]]:
        """JSON-able: the values asked for, by group; what the text ruled out under ``not``."""
        groups: dict[str, list[str]] = {}
        for concept in self.concepts:
            groups.setdefault(concept.group, []).append(concept.value)
        if self.excluded:
            groups["not"] = [f"{concept.group}: {concept.value}" for concept in self.excluded]
        return groups

    def summary(self) -> str:
        """One line for people: what is asked for, what ruled out, what stands in for what, what was not understood."""
        parts = [
            ", ".join(
                f"{group} {' and '.join(values)}"
                for group, values in self.understood().items()
                if group != "not"
            )
        ]
        if self.excluded:
            parts.append("without " + ", ".join(dict.fromkeys(concept.value for concept in self.excluded)))
        parts += [f"{word} taken for {concept.value}" for word, concept in self.stand_ins]
        if self.unknown_words:
            parts.append("not understood: " + ", ".join(self.unknown_words))
        return "; ".join(part for part in parts if part).replace("_", " ") or "nothing"


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("♯", "#").replace("♭", "b")
    plain = re.sub(r"\bw/o\b", "without", plain).replace("cannot", "can not")
    plain = re.sub(r"-free\b", f" {ABSENT}", plain.replace("-less", "less"))
    return _WORD.findall(_SHORTENED.sub(_in_full, plain))


def _in_full(short: re.Match[str]) -> str:
    """``don't`` and ``dont`` as ``do not``."""
    verb = _SHORT_VERBS.get(short[1])
    return short[0] if verb is None else f"{verb} not"


def _phrase_table() -> dict[tuple[str, ...], Concept]:
    """Every phrase but those that negate: how far a negation reaches is not for a table to say."""
    table: dict[tuple[str, ...], Concept] = {}
    for source in (PHRASES, ALSO):
        for group, values in source.items():
            for value, phrases in values.items():
                for phrase in phrases:
                    words = tuple(_words(phrase))
                    if words[0] not in ("no", "without"):
                        table.setdefault(words, Concept(group, value))
    return table


_TABLE = _phrase_table()
_NEAREST = {tuple(phrase.split()): concept for phrase, concept in NEAREST.items()}
_LONGEST_PHRASE = max(map(len, (*_TABLE, *_NEAREST)))


def read(text: str) -> Reading:
    """The concepts in a text of any length and script."""
    items = list(_items(list(_split_less(_words(text)))))
    wanted: dict[Concept, None] = {}
    excluded: dict[Concept, None] = {}
    unknown: dict[str, None] = {}
    stand_ins: dict[str, Concept] = {}
    for item, absent in zip(items, negated(items), strict=True):
        if absent:
            excluded.update(dict.fromkeys(_ruled_out(item)))
        elif item.words in _NEAREST:
            stand_ins[item.text] = _NEAREST[item.words]
            wanted[_NEAREST[item.words]] = None
        elif item.concepts and item.concepts[0].group != "instrument":
            wanted.update(dict.fromkeys(item.concepts))
        elif item.text not in FILLERS | NEGATING_WORDS and item.text[0].isalnum():
            unknown[item.text[:_LONGEST_WORD]] = None
    _settle_drums(wanted, excluded)
    known = [concept for concept in wanted if concept in CONCEPTS and concept not in excluded]
    return Reading(
        concepts=tuple(known[:MOST_CONCEPTS]),
        excluded=tuple(excluded),
        unknown_words=tuple(unknown)[:_MOST_UNKNOWN],
        beyond_limit=max(0, len(known) - MOST_CONCEPTS),
        stand_ins=tuple((word, concept) for word, concept in stand_ins.items() if concept in known),
    )


def _ruled_out(item: Item) -> Iterator[Concept]:
    """What is to be absent where the item is."""
    if _NEAREST.get(item.words) == _ANY_BASS:
        yield from _BASSES
    elif item.words in _NEAREST:
        yield Concept("instrument", item.text)
    elif item.text in _EVERY_DRUM:
        yield ANY_DRUMS
    else:
        for concept in item.concepts:
            yield concept
            yield from FAMILIES.get(concept, ())


def _settle_drums(wanted: dict[Concept, None], excluded: dict[Concept, None]) -> None:
    """No drums at all is an attribute that captions have; no drums but congas is a choice of kits."""
    if ANY_DRUMS not in excluded:
        return
    del excluded[ANY_DRUMS]
    wanted.pop(ANY_DRUMS, None)
    kept = [kit for kit in _KITS if kit in wanted and kit not in excluded]
    if kept:
        excluded.update(dict.fromkeys(kit for kit in _KITS if kit not in kept))
    else:
        wanted[NO_DRUMS] = None


def _split_less(words: Sequence[str]) -> Iterator[str]:
    """``pianoless`` as ``piano absent``; words like ``restless`` stay."""
    for word in words:
        stem = word.removesuffix("less")
        named = {(stem,), (f"{stem}s",)} & (_TABLE.keys() | _NEAREST.keys()) or stem in VOICES
        yield from (stem, ABSENT) if stem != word and named and (word,) not in _TABLE else (word,)


def _items(words: Sequence[str]) -> Iterator[Item]:
    """The text as phrases that are known, words and marks."""
    at = 0
    while at < len(words):
        item = _item(words, at)
        at += len(item.words)
        yield item


def _item(words: Sequence[str], at: int) -> Item:
    """What begins at a word; the word alone where nothing known does."""
    for reader in (_tempo, _tonic):
        concepts, length = reader(words, at)
        if concepts:
            return Item(tuple(words[at : at + length]), tuple(concepts))
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        phrase = tuple(words[at : at + length])
        found = _TABLE.get(phrase) or _NEAREST.get(phrase)
        if found is not None:
            return Item(phrase, (found,))
    voice = (Concept("instrument", words[at]),) if words[at] in VOICES else ()
    return Item((words[at],), voice)


def _tempo(words: Sequence[str], at: int) -> tuple[list[Concept], int]:
    """``120 bpm``, ``120-128 bpm`` (their middle), ``bpm: 120``, ``♩ = 120``, ``tempo of 120``; between 30 and 300.

    The nearest tempo of the model's.
    """
    parts = [part for part in _RANGE.split(words[at]) if _is_number(part)]
    if not parts or not words[at][0].isdecimal():
        return [], 1
    asked = sum(map(float, parts)) / len(parts)
    follows = list(words[at + 1 : at + 4])
    named = 1 if follows[:1] == ["bpm"] else 3 if follows == ["beats", "per", "minute"] else 0
    before = [word for word in words[max(0, at - 3) : at] if word not in _BETWEEN_TEMPO]
    announced = (
        before[-1:] == ["note"] if "quarter" in before else bool(_BEFORE_TEMPO.intersection(before[-1:]))
    )
    if not (named or announced) or not _SLOWEST <= asked <= _FASTEST:
        return [], 1
    bpm = min(BPMS, key=lambda known: abs(known - asked))
    return [Concept("bpm", str(bpm))], 1 + named


def _is_number(word: str) -> bool:
    return word.isascii() and len(word) <= 6 and word.replace(".", "", 1).isdecimal()


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
