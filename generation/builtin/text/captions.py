"""Captions for composed pieces: true attributes, in several sentence shapes, some of them wrong on purpose.

Real captions are incomplete and partly wrong. Here every attribute is mentioned only sometimes, and
``NOISE`` of the mentions are replaced by another value of the same kind, so that guidance has something
to sharpen (Ho and Salimans, "Classifier-free diffusion guidance", 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from statistics import fmean

from generation.builtin.music.composer import tempo_class
from generation.builtin.music.piece import Piece
from generation.builtin.music.theory import TONICS
from generation.builtin.text.lexicon import PHRASES, Concept

NOISE = 0.15
_MENTION: Mapping[str, float] = {
    "genre": 0.75, "mood": 0.6, "tempo": 0.5, "lead": 0.6, "kit": 0.4, "texture": 0.25, "key": 0.3, "mode": 0.15,
    "chords": 0.25, "bass": 0.15, "bpm": 0.08, "meter": 0.1, "feel": 0.12, "articulation": 0.15, "dynamics": 0.15,
}  # fmt: skip
_ADJECTIVES = ("tempo", "mood", "texture", "articulation", "dynamics", "feel")
_PLAYERS = ("lead", "chords", "bass", "kit")
_NOUNS = ("piece", "track", "tune", "song", "clip")


def facts(piece: Piece) -> dict[str, tuple[Concept, ...]]:
    """Everything true of the piece that a caption may say, by what is said at once."""
    plan = piece.plan
    level = fmean(bar.dynamic for bar in piece.bars)
    key = (Concept("tonic", TONICS[plan.tonic]), Concept("mode", plan.mode))
    single = {
        "genre": plan.genre,
        "mood": plan.mood,
        "tempo": tempo_class(plan.bpm),
        "lead": plan.lead,
        "bpm": str(plan.bpm),
        "mode": plan.mode,
        "kit": plan.kit,
        "feel": "swing" if plan.feel == "swing" else None,
        "meter": "3" if plan.meter == 3 else None,
        "articulation": plan.articulation if plan.articulation != "normal" else None,
        "dynamics": "soft" if level <= 1.5 else "loud" if level >= 4 else None,
        "texture": plan.texture if plan.texture != "trio" else None,
        "chords": plan.chords if any(bar.comping for bar in piece.bars) else None,
        "bass": plan.bass if any(bar.bass for bar in piece.bars) else None,
    }
    said = {group: (Concept(group, value),) for group, value in single.items() if value is not None}
    return {**said, "key": key}


def mentioned(piece: Piece, random: Random, *, noise: float = NOISE) -> dict[str, tuple[Concept, ...]]:
    """A random part of the facts, ``noise`` of them replaced; never nothing."""
    true = facts(piece)
    eager = random.choice((0.5, 1.0, 1.0, 1.4))
    chosen = {name: true[name] for name in true if random.random() < eager * _MENTION[name]}
    chosen = chosen or {"genre": true["genre"]}
    if "key" in chosen:
        chosen.pop("mode", None)
    if "bpm" in chosen:
        chosen.pop("tempo", None)
    if "kit" in chosen and piece.plan.kit != "none" and random.random() < 0.3:
        chosen["kit"] = (Concept("kit", "any"),)
    if piece.plan.groove != piece.plan.genre and "genre" in chosen:
        chosen["genre"] = (*chosen["genre"], Concept("genre", piece.plan.groove))
    return {name: tuple(_noisy(concept, noise, random) for concept in said) for name, said in chosen.items()}


def _noisy(concept: Concept, noise: float, random: Random) -> Concept:
    if random.random() >= noise:
        return concept
    return Concept(concept.group, random.choice(list(PHRASES[concept.group])))


def caption(said: Mapping[str, Sequence[Concept]], random: Random) -> str:
    """One sentence, or a list of tags, that says exactly ``said``."""
    shape = random.choice((_sentence, _tags, _features, _player_first))
    return shape(said, random)


def phrase(concept: Concept, random: Random) -> str:
    """One of the concept's phrases."""
    if concept.group == "tonic":
        return f"key of {concept.value.capitalize()}"
    if concept.group == "bpm":
        return f"{concept.value} {random.choice(('bpm', 'beats per minute'))}"
    return random.choice(PHRASES[concept.group][concept.value])


def _genre(said: Mapping[str, Sequence[Concept]], random: Random) -> str:
    joint = random.choice((" mixed with ", " meets ", " and "))
    return joint.join(phrase(concept, random) for concept in said.get("genre", ()))


def _adjectives(said: Mapping[str, Sequence[Concept]], random: Random) -> str:
    words = [phrase(said[name][0], random) for name in _ADJECTIVES if name in said]
    random.shuffle(words)
    return ", ".join(words)


def _players(said: Mapping[str, Sequence[Concept]], random: Random, names: Sequence[str] = _PLAYERS) -> str:
    return " and ".join(phrase(said[name][0], random) for name in names if name in said)


def _setting(said: Mapping[str, Sequence[Concept]], random: Random) -> list[str]:
    """Key, mode, metre and tempo in figures."""
    words = []
    if "key" in said:
        tonic, mode = said["key"]
        words.append(f"in {tonic.value.capitalize()} {mode.value}")
    words += [f"in {phrase(said[name][0], random)}" for name in ("mode", "meter") if name in said]
    return words + [f"at {phrase(said[name][0], random)}" for name in ("bpm",) if name in said]


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _sentence(said: Mapping[str, Sequence[Concept]], random: Random) -> str:
    players = _players(said, random)
    setting = _setting(said, random)
    noun = random.choice(_NOUNS)
    return _joined(
        "A", _adjectives(said, random), _genre(said, random), noun, f"with {players}" if players else "", *setting
    ) + "."  # fmt: skip


def _tags(said: Mapping[str, Sequence[Concept]], random: Random) -> str:
    tags = [phrase(said[name][0], random) for name in (*_ADJECTIVES, *_PLAYERS) if name in said]
    tags += [word.removeprefix("in ").removeprefix("at ") for word in _setting(said, random)]
    tags += [phrase(concept, random) for concept in said.get("genre", ())]
    random.shuffle(tags)
    return ", ".join(tags)


def _features(said: Mapping[str, Sequence[Concept]], random: Random) -> str:
    first = _joined(_genre(said, random), random.choice(_NOUNS), *_setting(said, random))
    players = _players(said, random)
    mood = _adjectives(said, random)
    return _joined(
        f"{first}.", f"It features {players}." if players else "", f"The feel is {mood}." if mood else ""
    )


def _player_first(said: Mapping[str, Sequence[Concept]], random: Random) -> str:
    lead = _players(said, random, ("lead",))
    others = _players(said, random, ("chords", "bass", "kit"))
    playing = f"{lead} playing" if lead else ""
    return _joined(
        playing, "a", _adjectives(said, random), _genre(said, random), "tune",
        f"over {others}" if others else "", *_setting(said, random),
    )  # fmt: skip
