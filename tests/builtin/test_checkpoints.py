from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from generation.builtin.model.checkpoints import CheckpointRefused, load, save, shipped
from generation.builtin.model.network import text_names
from generation.builtin.model.tokens import VOCABULARY
from tests.builtin.small import SIZE, small_network


def saved(folder: Path) -> Path:
    path = folder / "small.safetensors"
    save(small_network(), path, {"step": 3})
    return path


def altered(path: Path, kind: str, names: list[str]) -> None:
    metadata = {"size": json.dumps({"width": 32, "layers": 2, "heads": 2}), "made": "{}"}
    alphabets = {"tokens": json.dumps(VOCABULARY.names()), "text": json.dumps(text_names())}
    save_file(load_file(path), path, metadata={**metadata, **alphabets, kind: json.dumps(names)})


def test_a_checkpoint_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    saved(tmp_path)
    checkpoint = load("small.safetensors", tmp_path)
    assert checkpoint.made == {"step": 3}
    assert checkpoint.network.size == SIZE
    assert len(checkpoint.sha256) == 64
    expected = small_network(torch.float32).tokens.weight
    assert torch.allclose(checkpoint.network.tokens.weight, expected, atol=1e-4)


def test_a_checkpoint_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(CheckpointRefused, match=r"'bass' is neither .*base.* nor a file"):
        load("bass", tmp_path)


@pytest.mark.parametrize(
    ("kind", "names", "said"),
    [
        (
            "tokens",
            [*VOCABULARY.names()[:-1], "lead_note:77"],
            r"other tokens .*missing \['lead_note:99'\].*77",
        ),
        ("text", list(text_names()[:-1]), r"other text .*missing \['dynamics:loud'\]"),
        ("tokens", list(VOCABULARY.names()[::-1]), "another order"),
    ],
)
def test_a_checkpoint_of_another_alphabet_is_refused(
    tmp_path: Path, kind: str, names: list[str], said: str
) -> None:
    altered(saved(tmp_path), kind, names)
    with pytest.raises(CheckpointRefused, match=said):
        load("small.safetensors", tmp_path)


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(CheckpointRefused, match="does not say its tokens"):
        load("other.safetensors", tmp_path)


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noise.safetensors").write_bytes(b"this is not a checkpoint at all")
    with pytest.raises(CheckpointRefused, match="no safetensors file"):
        load("noise.safetensors", tmp_path)


def changed(path: Path, **tensors: torch.Tensor | None) -> None:
    """The same file with other tensors; None takes one away."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    weights = {**load_file(path), **{name: value for name, value in tensors.items() if value is not None}}
    save_file(
        {name: value for name, value in weights.items() if tensors.get(name, value) is not None},
        path,
        metadata=metadata,
    )


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({"tokens.weight": None}, r"tokens\.weight is missing"),
        (
            {"tokens.weight": torch.zeros(3, 32)},
            r"tokens\.weight has the shape \[3, 32\] and not \[373, 32\]",
        ),
        ({"extra": torch.zeros(2)}, "extra is no part of the model"),
        ({"last_norm.weight": torch.full((32,), torch.nan)}, r"last_norm\.weight is not finite"),
        ({"last_norm.weight": torch.full((32,), -torch.inf)}, r"last_norm\.weight is not finite"),
    ],
)
def test_a_checkpoint_is_checked_whole(
    tmp_path: Path, tensors: dict[str, torch.Tensor | None], said: str
) -> None:
    changed(saved(tmp_path), **tensors)
    with pytest.raises(CheckpointRefused, match=f"is damaged: {said}") as refused:
        load("small.safetensors", tmp_path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("size", '{"width": 32}', "allowed are width, layers and heads"),
        ("size", '{"width": 33, "layers": 2, "heads": 2}', "allowed are width, layers and heads"),
        ("size", '{"width": 1e99, "layers": 2, "heads": 2}', "allowed are width, layers and heads"),
        ("size", "[1]", r"gives its size as \[1\]"),
        ("made", "{", "does not say its made"),
        ("tokens", "7", "in a form that is no list"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(
    tmp_path: Path, kind: str, value: str, said: str
) -> None:
    path = saved(tmp_path)
    with safe_open(path, framework="pt") as file:
        metadata = {**file.metadata(), kind: value}
    save_file(load_file(path), path, metadata=metadata)
    with pytest.raises(CheckpointRefused, match=said):
        load("small.safetensors", tmp_path)


def test_the_shipped_base_loads_and_says_how_it_was_made(tmp_path: Path) -> None:
    assert "base" in shipped()
    checkpoint = load("base", tmp_path)
    assert sum(p.numel() for p in checkpoint.network.parameters()) == 1_869_312
    assert checkpoint.made["tokens"]
