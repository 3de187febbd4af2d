"""A small untrained network, for tests that need any network."""

from __future__ import annotations

import torch

from generation.builtin.model.network import Network, Size

SIZE = Size(width=32, layers=2, heads=2)


def small_network(dtype: torch.dtype = torch.float64) -> Network:
    """The same weights every time."""
    torch.manual_seed(3)
    return Network(SIZE).to(dtype).eval().requires_grad_(requires_grad=False)
