"""The built-in model as a backend: prompts to pieces to sound, on a CPU in well under a second a clip."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import torch

from generation.backends.base import BackendRefused, Capabilities, Clip, SampleRequest
from generation.builtin.model.checkpoints import (
    Checkpoint,
    CheckpointRefused,
    Recipe,
    load,
    load_merged,
)
from generation.builtin.model.exclusions import conditions_to_avoid, forbidden_tokens
from generation.builtin.model.network import text_prefix
from generation.builtin.model.sampling import write
from generation.builtin.model.tokens import VOCABULARY, decode, digest
from generation.builtin.music.ending import performed
from generation.builtin.music.piece import Piece
from generation.builtin.music.theory import TONICS
from generation.builtin.synth import SAMPLE_RATE, render
from generation.builtin.text.prompt_reading import Reading, read
from generation.decoding import DecodingOptions, DecodingRefused, NotFinite, clip_generators

_KEYS = frozenset(
    ("backend", "checkpoint", "guidance_scale", "merge", "negative_prompt", "temperature", "top_k", "top_p")
)
_MERGE_KEYS = frozenset(("diversity", "quality", "weight"))


class BuiltinBackend:
    """A checkpoint of the built-in model, or two merged, and how it is decoded."""

    capabilities = Capabilities(guidance=True, negative_prompt=True, sampling_filters=True)

    def __init__(self, checkpoint: Checkpoint, options: DecodingOptions, device: str) -> None:
        self._checkpoint: Checkpoint | None = checkpoint
        self._options = options
        self._device = device

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> Self:
        """Load the system of a study file's entry; ``checkpoint``, and both ends of ``merge``, are shipped
        names or paths under ``folder``.

        Raises BackendRefused with the entry's key, what was given and what is allowed.
        """
        unknown = sorted(set(config) - _KEYS)
        if unknown:
            raise BackendRefused(
                f"{unknown[0]}: no option of the built-in model; allowed: {', '.join(sorted(_KEYS))}"
            )
        try:
            options = DecodingOptions.from_config(config)
            options.check_vocabulary(len(VOCABULARY))
            checkpoint = _weights(config, folder, device)
        except (DecodingRefused, CheckpointRefused) as refusal:
            raise BackendRefused(str(refusal)) from refusal
        return cls(checkpoint, options, device)

    def provenance(self) -> Mapping[str, object]:
        """JSON-able: the checkpoint's name and digest, how it was trained, how it is decoded, on what."""
        checkpoint, options = self._loaded(), self._options
        return {
            "backend": "builtin",
            "checkpoint": checkpoint.name,
            "checkpoint_sha256": checkpoint.sha256,
            "vocabulary_sha256": digest(VOCABULARY.names()),
            "training": dict(checkpoint.made),
            "training_data": "procedurally composed",
            "guidance_scale": options.guidance_scale,
            "negative_prompt": options.negative_prompt,
            "temperature": options.temperature,
            "top_k": options.top_k,
            "top_p": options.top_p,
            "device": self._device,
            "precision": "float64",
            "versions": {"torch": torch.__version__, "python": platform.python_version()},
        }

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """One clip per request, in order; stereo, 32 kHz, ``[2, duration * 32000]``."""
        if not requests:
            return []
        generators = clip_generators([request.seed for request in requests])
        readings = [read(request.prompt) for request in requests]
        try:
            written = write(
                self._loaded().network,
                [text_prefix(reading.concepts) for reading in readings],
                self._options,
                generators,
                negatives=[self._negative(reading) for reading in readings],
                forbidden=torch.stack([forbidden_tokens(reading) for reading in readings]),
                seconds=requests[0].duration,
            )
        except NotFinite as error:
            raise BackendRefused(str(error), code=NotFinite.CODE) from error
        made = zip(requests, readings, written, generators, strict=True)
        return [_clip(request, reading, tokens, generator) for request, reading, tokens, generator in made]

    def release(self) -> None:
        """Give back the network's memory; the backend cannot generate afterwards."""
        self._checkpoint = None

    def _loaded(self) -> Checkpoint:
        if self._checkpoint is None:
            raise RuntimeError("this backend was released")
        return self._checkpoint

    def _negative(self, reading: Reading) -> list[int]:
        """What the other branch of guidance hears: the negative prompt, and what the prompt itself rules out."""
        text = self._options.negative_prompt
        asked = () if text is None else read(text).concepts
        return text_prefix(list(dict.fromkeys((*asked, *conditions_to_avoid(reading)))))


def _weights(config: Mapping[str, object], folder: Path, device: str) -> Checkpoint:
    if config.get("merge") is None:
        return load(_name(config, "checkpoint"), folder, device, torch.float64)
    if config.get("checkpoint") is not None:
        raise CheckpointRefused(
            "merge: given beside checkpoint; exactly one of them says where the weights are"
        )
    return load_merged(_recipe(config["merge"]), folder, device, torch.float64)


def _recipe(given: object) -> Recipe:
    if not isinstance(given, Mapping) or set(given) != _MERGE_KEYS:
        raise CheckpointRefused(
            f"merge: {given!r}; allowed is a mapping with {', '.join(sorted(_MERGE_KEYS))}"
        )
    weight = given["weight"]
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise CheckpointRefused(f"merge.weight: {weight!r} is no number; allowed is 0 to 1")
    return Recipe(_name(given, "quality"), _name(given, "diversity"), float(weight))


def _name(config: Mapping[str, object], key: str) -> str:
    name = config.get(key)
    if not isinstance(name, str):
        raise CheckpointRefused(f"{key}: {name!r} is no text; give a built-in checkpoint's name or a path")
    return name


def _clip(request: SampleRequest, reading: Reading, tokens: list[int], generator: torch.Generator) -> Clip:
    piece = decode(tokens, request.duration)
    audio = render(performed(piece, request.duration), seconds=request.duration, generator=generator)
    return Clip(audio, SAMPLE_RATE, {**_understanding(reading), **_music(piece), "tokens": len(tokens)})


def _understanding(reading: Reading) -> dict[str, object]:
    notes: dict[str, object] = {
        "understood": reading.understood(),
        "unknown_words": list(reading.unknown_words),
    }
    if reading.stand_ins:
        notes["stand_ins"] = {
            word: f"{concept.group}: {concept.value}" for word, concept in reading.stand_ins
        }
    if reading.beyond_limit:
        notes["not_used"] = f"{reading.beyond_limit} attributes beyond the {len(reading.concepts)} that fit"
    if reading.asks_for_nothing:
        notes["condition"] = "empty: no word of the prompt asks for anything the model knows"
    return notes


def _music(piece: Piece) -> dict[str, object]:
    plan = piece.plan
    return {
        "tempo": plan.bpm,
        "key": f"{TONICS[plan.tonic].capitalize()} {plan.mode}",
        "lead": plan.lead,
        "kit": plan.kit if any(bar.drums for bar in piece.bars) else "none",
        "genre": plan.genre if plan.genre == plan.groove else f"{plan.genre} over {plan.groove}",
        "mood": plan.mood,
        "texture": plan.texture,
    }
