"""A tiny CLAP with random weights, saved in transformers' own format."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

from tests.backends.tiny_musicgen import tokenizer


def save_tiny_clap(folder: Path, *, seed: int = 0, fusion: bool = False) -> Path:
    """Model, feature extractor (48 kHz, 2 s) and tokenizer (12 tokens)."""
    torch.manual_seed(seed)
    text = {
        "vocab_size": 32, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 32, "max_position_embeddings": 40, "projection_dim": 8, "pad_token_id": 1,
    }  # fmt: skip
    audio = {
        "window_size": 8, "num_mel_bins": 64, "spec_size": 256, "patch_size": 4, "patch_stride": [4, 4],
        "num_classes": 4, "hidden_size": 32, "projection_dim": 8, "depths": [1, 1], "num_attention_heads": [2, 2],
        "patch_embeds_hidden_size": 16, "enable_fusion": fusion, "num_hidden_layers": 2,
    }  # fmt: skip
    config = ClapConfig(text_config=text, audio_config=audio, projection_dim=8)
    ClapModel(config).save_pretrained(folder)
    ClapFeatureExtractor(max_length_s=2, truncation="fusion" if fusion else "rand_trunc").save_pretrained(
        folder
    )
    tokenizer().save_pretrained(folder)
    return folder
