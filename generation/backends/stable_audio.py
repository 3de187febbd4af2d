"""Stable Audio Open (Evans et al., 2024) through diffusers: a folder saved by ``save_pretrained``, or a hub id.

Latent diffusion: a transformer denoises the latents of the whole clip at once, told the text and the length. The
pipeline's own loop does what a study needs: one generator per clip, a negative prompt in the place of the unconditional
branch, both branches as one batch. What it would do silently (cut a prompt, leave out guidance below 1) is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from diffusers import StableAudioPipeline

from generation.backends.base import (
    BackendRefused,
    Capabilities,
    Clip,
    SampleRequest,
    require_short_enough,
)
from generation.backends.precision import precision_of
from generation.backends.pretrained import (
    LOAD_ERRORS,
    Located,
    located,
    missing_weights,
    require_every_weight,
    require_finite,
    unloadable,
)
from generation.decoding import clip_generators

# A worker's log is no terminal.
diffusers.utils.logging.disable_progress_bar()

STEPS = 100
_PARTS = ("text_encoder", "projection_model", "transformer", "vae")
_NEEDS = (
    "model_index.json",
    "scheduler/scheduler_config.json",
    "tokenizer/tokenizer_config.json",
    "tokenizer/tokenizer.json|tokenizer/spiece.model",
    *(f"{part}/config.json" for part in _PARTS),
    *(f"{part}/*.safetensors" for part in _PARTS),
)


class StableAudioBackend:
    """One checkpoint in memory. float16 on CUDA, as its authors run it, float32 elsewhere."""

    capabilities = Capabilities(guidance=True, negative_prompt=True)

    def __init__(
        self,
        pipeline: Any,  # noqa: ANN401 - diffusers' own, untyped
        options: Mapping[str, Any],
        notes: Mapping[str, object],
    ) -> None:
        self.pipeline, self.options, self.notes = pipeline, dict(options), notes
        self.sample_rate: int = pipeline.vae.config.sampling_rate
        latents = pipeline.transformer.config.sample_size * pipeline.vae.hop_length / self.sample_rate
        self.longest = min(latents, float(pipeline.projection_model.config.max_value))

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> StableAudioBackend:
        """Load the checkpoint.

        Raises:
            BackendRefused: it is missing, half-copied or no Stable Audio; or a bad option.
        """
        revision = config.get("revision")
        name = str(config["checkpoint"])
        weights = [f"{part}/*.safetensors" for part in _PARTS]
        found = located(
            name, folder, revision=None if revision is None else str(revision), weights=weights, needs=_NEEDS
        )
        dtype = precision_of(config, device, on_a_card=torch.float16)
        pipeline = _loaded(found, dtype).to(device)
        pipeline.set_progress_bar_config(disable=True)
        notes = {"backend": "stable-audio", **found.notes, "precision": str(dtype).removeprefix("torch.")}
        return cls(pipeline, _options(config), notes)

    def provenance(self) -> Mapping[str, object]:
        """JSON-able: checkpoint digest, decoding parameters, scheduler, device, package versions."""
        versions = {
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "transformers": transformers.__version__,
        }
        scheduler = type(self.pipeline.scheduler).__name__
        device = str(self.pipeline.device)
        return {**self.notes, **self.options, "scheduler": scheduler, "device": device, "versions": versions}

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """One clip per request, all of one duration.

        Raises:
            BackendRefused: the tokenizer would cut a prompt, or the clip is longer than the model can make.
        """
        duration, count = requests[0].duration, len(requests)
        require_short_enough(duration, self.longest)
        prompts, negative = [request.prompt for request in requests], self.options["negative_prompt"]
        self._nothing_is_cut([*prompts, *([negative] if negative else [])])
        made = self.pipeline(
            prompt=prompts,
            negative_prompt=[negative] * count if negative else None,
            audio_end_in_s=duration,
            num_inference_steps=self.options["steps"],
            guidance_scale=self.options["guidance_scale"],
            generator=clip_generators([request.seed for request in requests]),
        )
        return [Clip(audio, self.sample_rate) for audio in made.audios.float().cpu()]

    def _nothing_is_cut(self, texts: Sequence[str]) -> None:
        longest = self.pipeline.tokenizer.model_max_length
        for text, ids in zip(texts, self.pipeline.tokenizer(list(texts))["input_ids"], strict=True):
            if len(ids) > longest:
                raise BackendRefused(
                    f"prompt {text[:60]!r}...: {len(ids)} tokens; allowed with this checkpoint: up to {longest}",
                    code="prompt_too_long",
                )

    def release(self) -> None:
        """Give back the card's memory; the backend cannot generate afterwards."""
        del self.pipeline
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _options(config: Mapping[str, object]) -> dict[str, object]:
    """What the study file says of the drawing; its form was checked there, its sense is checked here."""
    scale = config.get("guidance_scale", 1.0)
    if not isinstance(scale, int | float) or scale < 1:
        raise BackendRefused(f"guidance_scale: {scale!r}; allowed is a number of 1 or more")
    return {
        "guidance_scale": float(scale),
        "negative_prompt": config.get("negative_prompt"),
        "steps": config.get("steps", STEPS),
    }


def _loaded(found: Located, dtype: torch.dtype) -> Any:  # noqa: ANN401 - diffusers' own, untyped
    """The pipeline, every weight of it from the checkpoint."""
    try:
        pipeline = StableAudioPipeline.from_pretrained(found.place, dtype=dtype, local_files_only=True)
    except LOAD_ERRORS as error:
        raise unloadable(found.name, "Stable Audio", error) from error
    missing = [
        f"{part}.{key}"
        for part in _PARTS
        for key in missing_weights(getattr(pipeline, part), found.place / part)
    ]
    require_every_weight(found.name, missing)
    for part in _PARTS:
        require_finite(found.name, getattr(pipeline, part))
    return pipeline
