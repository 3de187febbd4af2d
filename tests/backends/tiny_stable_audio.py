"""A tiny Stable Audio with random weights, saved in diffusers' own format: the true code path without gigabytes."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import (
    AutoencoderOobleck,
    CosineDPMSolverMultistepScheduler,
    StableAudioDiTModel,
    StableAudioPipeline,
)
from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel
from transformers import T5Config, T5EncoderModel

from tests.backends.tiny_musicgen import tokenizer


def save_tiny_stable_audio(folder: Path, *, seed: int = 0) -> Path:
    """Write a whole pipeline: stereo, 16 kHz, clips of up to 2.56 s."""
    torch.manual_seed(seed)
    transformer = StableAudioDiTModel(
        sample_size=2560, in_channels=4, num_layers=1, attention_head_dim=8, num_attention_heads=2,
        num_key_value_attention_heads=1, out_channels=4, cross_attention_dim=8, time_proj_dim=8,
        global_states_input_dim=16, cross_attention_input_dim=8,
    )  # fmt: skip
    vae = AutoencoderOobleck(
        encoder_hidden_size=4, downsampling_ratios=[4, 4], channel_multiples=[1, 2], decoder_channels=4,
        decoder_input_channels=4, audio_channels=2, sampling_rate=16_000,
    )  # fmt: skip
    text = T5EncoderModel(
        T5Config(vocab_size=32, d_model=8, d_kv=4, d_ff=16, num_layers=1, num_heads=2, dropout_rate=0.0)
    )
    pipeline = StableAudioPipeline(
        vae=vae,
        text_encoder=text,
        projection_model=StableAudioProjectionModel(
            text_encoder_dim=8, conditioning_dim=8, min_value=0, max_value=512
        ),
        tokenizer=tokenizer(),
        transformer=transformer,
        scheduler=CosineDPMSolverMultistepScheduler(),
    )
    pipeline.save_pretrained(folder)
    return folder
