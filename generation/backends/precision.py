"""In which precision a model's weights are held and its clips made."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from generation.backends.base import BackendRefused

# By their names in the study file (studies.spec.systems).
PRECISIONS: Mapping[str, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


def precision_of(config: Mapping[str, object], device: str, *, on_a_card: torch.dtype) -> torch.dtype:
    """What the system asks for; without a wish ``on_a_card`` on CUDA, and float32 elsewhere.

    Raises:
        BackendRefused: no such precision.
    """
    wanted = config.get("precision")
    if wanted is None:
        return on_a_card if device.startswith("cuda") else torch.float32
    if wanted not in PRECISIONS:
        raise BackendRefused(
            f"precision: {wanted!r}; allowed: {', '.join(PRECISIONS)}, or null", code="bad_option"
        )
    return PRECISIONS[str(wanted)]
