"""What a prompt rules out, as tokens that are not drawn and as a condition to be guided away from.

Both say the same: the attributes stand in the plan that a piece begins with, so a piece without piano is one whose plan
draws another instrument. Without the tokens in question the model's own distribution is conditioned on their absence;
under guidance the other branch hears them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from generation.builtin.model.tokens import VOCABULARY
from generation.builtin.music.composer import tempo_class
from generation.builtin.music.piece import DYNAMICS
from generation.builtin.music.theory import TONICS
from generation.builtin.text.lexicon import CONCEPTS, Concept
from generation.builtin.text.prompt_reading import ANY_DRUMS, NO_DRUMS, Reading

# The fields of a plan that say what a group of attributes is about; all others are called as their group.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "genre": ("genre", "groove"),
    "tempo": ("bpm",),
    "dynamics": ("dynamic",),
}
# The two softest and the two loudest levels, as captions call them (text.captions.facts).
_DYNAMICS: Mapping[str, tuple[int, ...]] = {"soft": (0, 1), "loud": (DYNAMICS - 2, DYNAMICS - 1)}
_BASSES = frozenset(concept for concept in CONCEPTS if concept.group == "bass")
_WITH_BASS, _WITH_DRUMS = ("trio", "full"), ("full",)


def conditions_to_avoid(reading: Reading) -> list[Concept]:
    """What the other branch of guidance is to hear of the prompt itself."""
    heard = [concept for concept in reading.excluded if concept in CONCEPTS]
    return [*heard, ANY_DRUMS] if NO_DRUMS in reading.concepts else heard


def forbidden_tokens(reading: Reading) -> Tensor:
    """Bool [V]: the tokens of what the prompt rules out."""
    ruled_out = set(reading.excluded)
    textures: Sequence[str] = _WITH_DRUMS if NO_DRUMS in reading.concepts else ()
    if ruled_out >= _BASSES:
        # No bass at all is no kind of bass, but a texture without one.
        textures = _WITH_BASS
    mask = torch.zeros(len(VOCABULARY), dtype=torch.bool)
    for number, (kind, value) in enumerate(VOCABULARY.entries):
        mask[number] = (kind == "texture" and value in textures) or any(
            kind in _FIELDS.get(concept.group, (concept.group,)) and _means(concept, value)
            for concept in ruled_out
        )
    return mask


def _means(concept: Concept, value: object) -> bool:
    """Whether a plan's value is what the concept names."""
    match concept.group:
        case "tempo":
            return isinstance(value, int) and tempo_class(value) == concept.value
        case "tonic":
            return isinstance(value, int) and TONICS[value] == concept.value
        case "dynamics":
            return value in _DYNAMICS[concept.value]
        case _:
            return str(value) == concept.value
