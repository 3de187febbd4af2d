"""The built-in model's checkpoints: where they are, what they say of themselves, and how they load.

The one place that turns a checkpoint's name or path into a network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from generation.builtin.model.network import Network, Size, text_names
from generation.builtin.model.tokens import VOCABULARY, digest
from generation.finetuning.merging import MergeRefused, Method, check_weight, merge
from generation.learning import placed

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
    """The checkpoint's network in ``dtype`` on ``device``. Raises CheckpointRefused."""
    path = resolve(checkpoint, folder)
    try:
        with safe_open(path, framework="pt") as file:
            metadata = dict(file.metadata() or {})
            _check_alphabet("tokens", metadata, VOCABULARY.names(), path)
            _check_alphabet("text", metadata, text_names(), path)
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except SafetensorError as error:
        raise CheckpointRefused(f"checkpoint: {path} is no safetensors file: {error}") from error
    network = Network(Size(**json.loads(metadata["size"])))
    network.load_state_dict(weights)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    ready = network.to(device=device, dtype=dtype).eval().requires_grad_(requires_grad=False)
    return Checkpoint(ready, checkpoint, sha256, json.loads(metadata["made"]))


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
    theirs = json.loads(metadata[kind])
    if digest(theirs) == digest(ours):
        return
    missing = [name for name in ours if name not in set(theirs)]
    unknown = [name for name in theirs if name not in set(ours)]
    difference = f"missing {missing[:5]}, unknown {unknown[:5]}" if missing or unknown else "another order"
    raise CheckpointRefused(
        f"checkpoint: {path} was trained on other {kind} ({len(theirs)} against {len(ours)}): {difference}"
    )
