"""Decoding for any autoregressive backend: options, guidance, filters and draws that a batch cannot change."""

from generation.decoding.drawing import (
    IMPOSSIBLE,
    NotFinite,
    choose,
    clip_generators,
    draw,
    require_drawn,
    uniforms,
)
from generation.decoding.filters import only_legal, top_k, top_p
from generation.decoding.guidance import guide, guide_stacked
from generation.decoding.options import DecodingOptions, DecodingRefused

__all__ = [
    "IMPOSSIBLE",
    "DecodingOptions",
    "DecodingRefused",
    "NotFinite",
    "choose",
    "clip_generators",
    "draw",
    "guide",
    "guide_stacked",
    "only_legal",
    "require_drawn",
    "top_k",
    "top_p",
    "uniforms",
]
