"""MusicGen-small's true shape with random weights on a card: our loop against transformers' own `generate`.

Shapes are those of `facebook/musicgen-small` (T5-base, a decoder of 24 layers of 1024, EnCodec at 32 kHz); time does
not depend on what the weights say. `static` is transformers' static cache, which it compiles by itself on CUDA.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import EncodecConfig, MusicgenConfig, MusicgenForConditionalGeneration, T5Config
from transformers.models.musicgen.configuration_musicgen import MusicgenDecoderConfig

from generation.backends.base import OUT_OF_MEMORY, SampleRequest
from generation.backends.musicgen import MusicGenBackend
from tests.backends.tiny_musicgen import save_tiny

SECONDS = 10.0
BATCHES = (1, 8, 32, 64, 128)


def musicgen(folder: Path, *, tiny: bool) -> None:
    """Print the table, or that there is no card."""
    if not torch.cuda.is_available() and not tiny:
        print("MusicGen-small's shape on a card: not measured: no GPU")
        return
    device = "cuda" if torch.cuda.is_available() else "cpu"
    place = save_tiny(folder / "tiny") if tiny else save_small(folder / "small")
    backend = MusicGenBackend.prepare(
        {"checkpoint": place.name, "guidance_scale": 3.0}, folder=folder, device=device
    )
    print(
        f"| MusicGen, {'tiny' if tiny else 'small'}, {device} | batch | clips a minute | busy |\n|---|---|---|---|"
    )
    for batch in BATCHES[:2] if tiny else BATCHES:
        ways = {"ours": lambda: _ours(backend, batch, tiny=tiny)}  # noqa: B023 - called in this turn
        for cache in ("dynamic", "static"):
            ways[f"transformers, {cache} cache"] = lambda: _theirs(backend, batch, cache, tiny=tiny)  # noqa: B023
        for name, way in ways.items():
            print(f"| {name} | {batch} | {_timed(way, batch)} |")


def save_small(place: Path) -> Path:
    """A checkpoint of the small model's shape with the tiny one's tokenizer."""
    save_tiny(place)
    text = T5Config(vocab_size=32128, d_model=768, d_kv=64, d_ff=3072, num_layers=12, num_heads=12)
    codec = EncodecConfig(
        sampling_rate=32_000, num_filters=64, hidden_size=128, codebook_size=2048, codebook_dim=128,
        upsampling_ratios=[8, 5, 4, 4], num_lstm_layers=2, target_bandwidths=[2.2], norm_type="weight_norm",
    )  # fmt: skip
    decoder = MusicgenDecoderConfig(
        vocab_size=2048, hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, ffn_dim=4096,
        num_codebooks=4, pad_token_id=2048, bos_token_id=2048, max_position_embeddings=2048,
    )  # fmt: skip
    config = MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=decoder)
    MusicgenForConditionalGeneration(config).save_pretrained(place)
    return place


def _timed(way: Callable[[], object], batch: int) -> str:
    """Clips a minute and the share of the time that the card was busy, of the second of two calls."""
    try:
        way()
        started = time.perf_counter()
        way()
        spent = time.perf_counter() - started
    except OUT_OF_MEMORY:
        return "out of memory | "
    return f"{60 * batch / spent:.1f} | {_busy()}"


def _busy() -> str:
    return f"{torch.cuda.utilization()}%" if torch.cuda.is_available() else "no card"


def _ours(backend: MusicGenBackend, batch: int, *, tiny: bool) -> object:
    seconds = 0.4 if tiny else SECONDS
    return backend.generate([SampleRequest(f"x{seed}", "happy rock", seed, seconds) for seed in range(batch)])


@torch.inference_mode()
def _theirs(backend: MusicGenBackend, batch: int, cache: str, *, tiny: bool) -> Any:  # noqa: ANN401 - transformers' own
    tokens = backend.tokenizer(["happy rock"] * batch, return_tensors="pt").to(backend.model.device)
    frames = round((0.4 if tiny else SECONDS) * backend.codec.config.frame_rate)
    return backend.model.generate(
        input_ids=tokens["input_ids"],
        attention_mask=tokens["attention_mask"],
        do_sample=True,
        guidance_scale=3.0,
        max_new_tokens=frames + 3,
        cache_implementation=None if cache == "dynamic" else cache,
    ).cpu()
