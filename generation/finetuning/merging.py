"""Merging: one set of weights between two, made when loading (arXiv 2410.06084, LERP; slerp: Shoemake, 1985)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Literal

import torch
from torch import Tensor

Method = Literal["linear", "spherical"]
_MOST_NAMED = 5
_PARALLEL = 1e-6


class MergeRefused(ValueError):
    """These weights cannot be merged, or not like this."""


def check_weight(weight: float, *, extrapolate: bool = False) -> None:
    """Raise MergeRefused unless 0 <= weight <= 1, or any finite weight where extrapolation is asked for."""
    inside = 0.0 <= weight <= 1.0
    if not math.isfinite(weight) or not (inside or extrapolate):
        allowed = (
            "a number" if extrapolate else "0 (all quality) to 1 (all diversity), beyond it only by name"
        )
        raise MergeRefused(f"merge.weight: {weight}; allowed is {allowed}")


def merge(
    quality: Mapping[str, Tensor],
    diversity: Mapping[str, Tensor],
    weight: float,
    *,
    method: Method = "linear",
    extrapolate: bool = False,
) -> dict[str, Tensor]:
    """``(1 - weight) * quality + weight * diversity``, tensor by tensor; at 0 and 1 the ends, bit for bit.

    ``spherical`` turns the direction of each tensor evenly and changes its length evenly; between parallel
    tensors it is linear. Raises MergeRefused, naming the tensors, where the two do not match.
    """
    check_weight(weight, extrapolate=extrapolate)
    problems = list(_mismatches(quality, diversity))
    if problems:
        rest = f" and {len(problems) - _MOST_NAMED} more" if len(problems) > _MOST_NAMED else ""
        raise MergeRefused(f"merge: the checkpoints do not match: {'; '.join(problems[:_MOST_NAMED])}{rest}")
    return {name: _between(quality[name], diversity[name], weight, method) for name in quality}


def _mismatches(quality: Mapping[str, Tensor], diversity: Mapping[str, Tensor]) -> Iterator[str]:
    for name in sorted({*quality, *diversity}):
        if name not in quality or name not in diversity:
            yield f"{name} is only in {'quality' if name in quality else 'diversity'}"
        elif quality[name].shape != diversity[name].shape:
            yield f"{name} is {list(quality[name].shape)} in quality and {list(diversity[name].shape)} in diversity"


def _between(quality: Tensor, diversity: Tensor, weight: float, method: Method) -> Tensor:
    if weight in (0.0, 1.0):
        return (diversity if weight else quality).clone()
    if method == "spherical":
        return _turned(quality, diversity, weight)
    return (1.0 - weight) * quality + weight * diversity


def _turned(quality: Tensor, diversity: Tensor, weight: float) -> Tensor:
    a, b = quality.double(), diversity.double()
    lengths = a.norm(), b.norm()
    if min(lengths) == 0:
        return ((1.0 - weight) * a + weight * b).to(quality.dtype)
    one, other = a / lengths[0], b / lengths[1]
    angle = torch.arccos((one * other).sum().clamp(-1.0, 1.0))
    if angle < _PARALLEL or math.pi - angle < _PARALLEL:
        return ((1.0 - weight) * a + weight * b).to(quality.dtype)
    direction = (((1.0 - weight) * angle).sin() * one + (weight * angle).sin() * other) / angle.sin()
    length = (1.0 - weight) * lengths[0] + weight * lengths[1]
    turned: Tensor = direction * length
    return turned.to(quality.dtype)
