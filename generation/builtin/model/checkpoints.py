"""The built-in model's checkpoints: where they are, what they say of themselves, and how they load.

The one place that turns a checkpoint's name or path into a network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from generation.builtin.model.network import Network, Size, text_names
from generation.builtin.model.tokens import VOCABULARY, digest
from generation.finetuning.merging import MergeRefused, Method, check_weight, merge
from generation.learning import placed

MOST_WIDTH = 4096
MOST_NAMED = 3
WEIGHTS = Path(__file__).parents[1] / "weights"


class CheckpointRefused(ValueError):
    """No such checkpoint, or one that this code cannot play."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A loaded network and where it came from."""

    network: Network
    name: str
    sha256: str
    made: Mapping[str, object]


def shipped() -> tuple[str, ...]:
    """The names of the checkpoints that come with the code."""
    return tuple(sorted(path.stem for path in WEIGHTS.glob("*.safetensors")))


def resolve(checkpoint: str, folder: Path) -> Path:
    """The file behind a name of ``shipped()`` or a path relative to ``folder``."""
    if checkpoint in shipped():
        return WEIGHTS / f"{checkpoint}.safetensors"
    path = (folder / checkpoint).resolve()
    if path.is_file():
        return path
    names = ", ".join(shipped()) or "none yet"
    raise CheckpointRefused(
        f"checkpoint: {checkpoint!r} is neither a built-in checkpoint ({names}) nor a file at {path}"
    )


def save(network: Network, path: Path, made: Mapping[str, object]) -> None:
    """Write the weights in half precision, with the alphabets they were trained on and how they were made."""
    weights = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    metadata = {
        "size": json.dumps(asdict(network.size)),
        "tokens": json.dumps(VOCABULARY.names()),
        "text": json.dumps(text_names()),
        "made": json.dumps(dict(made)),
    }
    with placed(path) as fresh:
        save_file(weights, fresh, metadata=metadata)


def load(
    checkpoint: str, folder: Path, device: str = "cpu", dtype: torch.dtype = torch.float32
) -> Checkpoint:
    """The checkpoint's network in ``dtype`` on ``device``, checked whole: every tensor is there, and a number.

    Raises:
        CheckpointRefused: in one sentence.
    """
    path = resolve(checkpoint, folder)
    try:
        with safe_open(path, framework="pt") as file:
            metadata = dict(file.metadata() or {})
            _check_alphabet("tokens", metadata, VOCABULARY.names(), path)
            _check_alphabet("text", metadata, text_names(), path)
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        data = path.read_bytes()
    except SafetensorError as error:
        raise CheckpointRefused(f"checkpoint: {path} is no safetensors file: {error}") from error
    except OSError as error:
        raise CheckpointRefused(f"checkpoint: {path} cannot be read: {error.strerror}") from error
    size, made = _size(metadata, path), _described("made", metadata, path)
    with torch.device("meta"):
        expected = {name: tuple(value.shape) for name, value in Network(size).state_dict().items()}
    _check_tensors(weights, expected, path)
    network = Network(size)
    network.load_state_dict(weights)
    ready = network.to(device=device, dtype=dtype).eval().requires_grad_(requires_grad=False)
    return Checkpoint(ready, checkpoint, hashlib.sha256(data).hexdigest(), made)


def _described(kind: str, metadata: Mapping[str, str], path: Path) -> dict[str, Any]:
    """A mapping among the metadata."""
    try:
        described = json.loads(metadata[kind])
    except (KeyError, ValueError) as error:
        raise CheckpointRefused(
            f"checkpoint: {path} does not say its {kind}; the built-in model's files do"
        ) from error
    if not isinstance(described, dict):
        raise CheckpointRefused(f"checkpoint: {path} gives its {kind} as {described!r}; allowed is a mapping")
    return described


def _size(metadata: Mapping[str, str], path: Path) -> Size:
    given = _described("size", metadata, path)
    whole = all(type(value) is int and 0 < value <= MOST_WIDTH for value in given.values())
    if set(given) != set(Size.__slots__) or not whole or given["width"] % (2 * given["heads"]):
        raise CheckpointRefused(
            f"checkpoint: {path} gives its size as {given!r}; allowed are width, layers and heads, whole numbers up to "
            f"{MOST_WIDTH}, width an even number times heads"
        )
    return Size(**given)


def _check_tensors(
    weights: Mapping[str, Tensor], expected: Mapping[str, tuple[int, ...]], path: Path
) -> None:
    problems = [
        *(f"{name} is missing" for name in expected if name not in weights),
        *(f"{name} is no part of the model" for name in weights if name not in expected),
        *(
            f"{name} has the shape {list(value.shape)} and not {list(expected[name])}"
            for name, value in weights.items()
            if name in expected and tuple(value.shape) != expected[name]
        ),
        *(f"{name} is not finite" for name, value in weights.items() if not bool(value.isfinite().all())),
    ]
    if problems:
        more = f" and {len(problems) - MOST_NAMED} more" if len(problems) > MOST_NAMED else ""
        raise CheckpointRefused(f"checkpoint: {path} is damaged: {'; '.join(problems[:MOST_NAMED])}{more}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Two checkpoints to merge; ``weight`` 0 is all quality, 1 all diversity."""

    quality: str
    diversity: str
    weight: float
    method: Method = "linear"
    extrapolate: bool = False


def load_merged(
    recipe: Recipe, folder: Path, device: str = "cpu", dtype: torch.dtype = torch.float32
) -> Checkpoint:
    """The network between two checkpoints. Its digest is that of both files' digests and the weight.

    Raises CheckpointRefused, also where the two do not match.
    """
    try:
        check_weight(recipe.weight, extrapolate=recipe.extrapolate)
        quality, diversity = (
            load(name, folder, device, dtype) for name in (recipe.quality, recipe.diversity)
        )
        weights = merge(
            quality.network.state_dict(),
            diversity.network.state_dict(),
            recipe.weight,
            method=recipe.method,
            extrapolate=recipe.extrapolate,
        )
    except MergeRefused as refusal:
        raise CheckpointRefused(str(refusal)) from refusal
    quality.network.load_state_dict(weights)
    made = {
        "merge": {
            "method": recipe.method,
            "weight": recipe.weight,
            "quality": {"checkpoint": recipe.quality, "sha256": quality.sha256, **quality.made},
            "diversity": {"checkpoint": recipe.diversity, "sha256": diversity.sha256, **diversity.made},
        }
    }
    sources = f"{recipe.method} {recipe.weight!r} {quality.sha256} {diversity.sha256}"
    name = f"{recipe.quality} + {recipe.weight:g} * ({recipe.diversity} - {recipe.quality})"
    return Checkpoint(quality.network, name, hashlib.sha256(sources.encode()).hexdigest(), made)


def _check_alphabet(kind: str, metadata: Mapping[str, str], ours: Sequence[str], path: Path) -> None:
    if kind not in metadata:
        raise CheckpointRefused(f"checkpoint: {path} does not say its {kind}; the built-in model's files do")
    try:
        theirs = [str(name) for name in json.loads(metadata[kind])]
    except (ValueError, TypeError) as error:
        raise CheckpointRefused(f"checkpoint: {path} names its {kind} in a form that is no list") from error
    if digest(theirs) == digest(ours):
        return
    missing = [name for name in ours if name not in set(theirs)]
    unknown = [name for name in theirs if name not in set(ours)]
    difference = f"missing {missing[:5]}, unknown {unknown[:5]}" if missing or unknown else "another order"
    raise CheckpointRefused(
        f"checkpoint: {path} was trained on other {kind} ({len(theirs)} against {len(ours)}): {difference}"
    )
