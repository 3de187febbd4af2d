"""A tiny MusicGen with random weights, saved in transformers' own format: the true code path without gigabytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import (
    EncodecConfig,
    MusicgenConfig,
    MusicgenForConditionalGeneration,
    PreTrainedTokenizerFast,
    T5Config,
)
from transformers.models.musicgen.configuration_musicgen import MusicgenDecoderConfig

WORDS = ["<pad>", "</s>", "<unk>", "happy", "sad", "rock", "jazz", "slow", "fast", "noise"]


def save_tiny(folder: Path, *, seed: int = 0, channels: int = 1) -> Path:
    """Write model and tokenizer; stereo checkpoints have twice the codebooks."""
    torch.manual_seed(seed)
    text = T5Config(vocab_size=32, d_model=24, d_kv=8, d_ff=32, num_layers=1, num_heads=2, dropout_rate=0.0)
    codec = EncodecConfig(
        hidden_size=16,
        num_filters=4,
        codebook_size=64,
        codebook_dim=16,
        num_lstm_layers=1,
        upsampling_ratios=[8, 5, 4, 2],
    )
    decoder = MusicgenDecoderConfig(
        vocab_size=64, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, ffn_dim=64,
        num_codebooks=4 * channels, pad_token_id=64, bos_token_id=64, audio_channels=channels, dropout=0.0,
        max_position_embeddings=400,
    )  # fmt: skip
    model = MusicgenForConditionalGeneration(
        MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=decoder)
    )
    # Random weights of the usual size make nearly flat distributions; larger ones make guidance visible.
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.mul_(3.0)
        # A fresh codec's codebooks are all zero: every code would sound the same.
        for name, buffer in model.audio_encoder.named_buffers():
            if name.endswith("codebook.embed"):
                buffer.normal_()
        # Random filters have an offset, which no study takes: the last one lets none through.
        sounder: Any = model.audio_encoder.decoder  # transformers annotates it as whatever a module may hold
        last = sounder.layers[-1].conv
        last.bias.zero_()
        direction = last.parametrizations.weight.original1
        direction.sub_(direction.mean(dim=-1, keepdim=True))
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


def tokenizer() -> PreTrainedTokenizerFast:
    words = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = Whitespace()
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call] # not annotated
        tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=12
    )
