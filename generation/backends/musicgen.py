"""MusicGen (Copet et al., 2023) through transformers: a folder saved by ``save_pretrained``, or a hub id.

The loop is our own, because three promises need it: every clip draws from its own seed whatever batch it is in, a
negative prompt takes the place of the unconditional branch, and both branches of guidance run as one batch. Codes
follow the delay pattern of the paper (section 2.2): codebook ``k`` runs ``k`` steps behind the first. Draws are made
on the model's device, from uniforms that each clip's seed gave before the first step; the CPU waits for the card once
a clip and not once a token. Clips longer than the checkpoint was trained on are made in windows, each of which
continues the end of the one before, as audiocraft does it (``extend_stride``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from transformers import (
    AutoTokenizer,
    DynamicCache,
    EncoderDecoderCache,
    MusicgenForConditionalGeneration,
    StaticCache,
)

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
    require_every_weight,
    require_finite,
    unloadable,
)
from generation.decoding import (
    DecodingOptions,
    DecodingRefused,
    NotFinite,
    choose,
    clip_generators,
    require_drawn,
    uniforms,
)
from generation.finetuning.merging import MergeRefused, merge

# A worker's log is no terminal.
transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call] # transformers does not annotate it


class MusicGenBackend:
    """One checkpoint in memory. ``precision`` is that of the study file, or bfloat16 on CUDA and float32 elsewhere.

    ``static_cache``: keys and values in memory of the clip's whole length, taken at once and never copied; on a card.
    """

    capabilities = Capabilities(guidance=True, negative_prompt=True, sampling_filters=True)

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - transformers' own, untyped
        tokenizer: Any,  # noqa: ANN401 - the same
        options: DecodingOptions,
        notes: Mapping[str, object],
        *,
        extend_stride: float | None = None,
        static_cache: bool = False,
    ) -> None:
        self.model, self.tokenizer, self.options, self.notes = model, tokenizer, options, notes
        self.extend_stride, self.static_cache = extend_stride, static_cache
        self.decoder, self.codec = model.decoder, model.audio_encoder
        self.books: int = self.decoder.num_codebooks
        stereo = self.decoder.config.audio_channels == 2
        self.delays = torch.arange(self.books, device=model.device) // (2 if stereo else 1)
        self.sample_rate: int = self.codec.config.sampling_rate
        self.longest = _most_frames(model, int(self.delays[-1]))

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> MusicGenBackend:
        """Load the checkpoint, or merge two.

        Raises:
            BackendRefused: one is missing, half-copied, damaged or no MusicGen; two do not match; or a bad option.
        """
        try:
            options = DecodingOptions.from_config(config)
            model, tokenizer, notes = _weights(config, folder)
            options.check_vocabulary(model.decoder.config.vocab_size)
        except (DecodingRefused, MergeRefused) as refused:
            raise BackendRefused(str(refused)) from refused
        dtype = precision_of(config, device, on_a_card=torch.bfloat16)
        # The bfloat16 of a card has eight bits of mantissa: a merge is made before, in the checkpoint's own precision.
        model = model.to(device=device, dtype=dtype).eval()
        stride = config.get("extend_stride")
        notes |= {
            "precision": str(dtype).removeprefix("torch."),
            # In eight or eleven bits of mantissa the kernels' rounding, which depends on the batch, changes tokens.
            "same_clip_in_any_batch": dtype == torch.float32,
        }
        return cls(
            model,
            tokenizer,
            options,
            notes,
            extend_stride=float(stride) if isinstance(stride, int | float) else None,
            static_cache=device.startswith("cuda"),
        )

    def provenance(self) -> Mapping[str, object]:
        versions = {"torch": torch.__version__, "transformers": transformers.__version__}
        windows = {} if self.extend_stride is None else {"extend_stride": self.extend_stride}
        device = str(self.model.device)
        return {**self.notes, **asdict(self.options), **windows, "device": device, "versions": versions}

    @torch.inference_mode()
    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """One clip per request, all of one duration.

        Raises:
            BackendRefused: the tokenizer would cut a prompt; the clip is longer than the model can count and the
                system has no ``extend_stride``; or the model's logits are no numbers (``not_finite``).
        """
        windows = self._windows(requests[0].duration)
        states, mask = self._conditions([request.prompt for request in requests])
        steps = sum(new + int(self.delays[-1]) for new in windows)
        chances = uniforms(clip_generators([request.seed for request in requests]), steps, self.books)
        codes = self._codes(states, mask, chances.to(states.device), windows)
        audio = self._sound(codes).float().cpu()
        notes = {"tokens": codes.shape[-1] * self.books} | (
            {"windows": len(windows)} if len(windows) > 1 else {}
        )
        return [Clip(clip, self.sample_rate, notes) for clip in audio]

    def _windows(self, duration: float) -> list[int]:
        """How many new frames of codes each window adds, to cover ``duration`` seconds."""
        rate = self.codec.config.frame_rate
        frames = math.ceil(duration * rate - 1e-9)
        if self.extend_stride is None:
            require_short_enough(duration, self.longest / rate)
            return [frames]
        stride = round(self.extend_stride * rate)
        if not 0 < stride < self.longest:
            raise BackendRefused(
                f"extend_stride: {self.extend_stride:g} s; allowed with this checkpoint: above 0 and below "
                f"{self.longest / rate:g} s",
                code="bad_option",
            )
        windows = [min(frames, self.longest)]
        while (left := frames - sum(windows)) > 0:
            windows.append(min(left, stride))
        return windows

    def _conditions(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Text states ``[B, S, D]`` and their mask ``[B, S]``; ``2 B`` with the other branch second under guidance."""
        texts = list(prompts)
        if self.options.guided:
            texts += [self.options.negative_prompt or ""] * len(prompts)
        tokens = self.tokenizer(texts, padding=True, return_tensors="pt")
        self._nothing_is_cut(tokens["attention_mask"], texts)
        ids, mask = tokens["input_ids"].to(self.model.device), tokens["attention_mask"].to(self.model.device)
        states = self.model.text_encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        if hasattr(self.model, "enc_to_dec_proj"):
            states = self.model.enc_to_dec_proj(states)
        if self.options.guided and self.options.negative_prompt is None:
            # MusicGen was trained with dropped text as no states at all, not as the empty text.
            mask = torch.cat([mask[: len(prompts)], torch.zeros_like(mask[len(prompts) :])])
        return states * mask.unsqueeze(-1), mask

    def _nothing_is_cut(self, mask: Tensor, texts: Sequence[str]) -> None:
        longest = self.tokenizer.model_max_length
        for count, text in zip(mask.sum(dim=1).tolist(), texts, strict=True):
            if count > longest:
                raise BackendRefused(
                    f"prompt {text[:60]!r}...: {count} tokens; allowed with this checkpoint: up to {longest}",
                    code="prompt_too_long",
                )

    def _codes(self, states: Tensor, mask: Tensor, chances: Tensor, windows: Sequence[int]) -> Tensor:
        """Codes ``[B, K, frames]`` of all windows; ``chances`` [B, steps, K] holds a uniform for every draw."""
        codes = torch.zeros((len(chances), self.books, 0), dtype=torch.long, device=states.device)
        used = 0
        for new in windows:
            kept = codes[:, :, codes.shape[-1] - min(codes.shape[-1], self.longest - new) :]
            steps = new + int(self.delays[-1])
            drawn = self._continued(kept, states, mask, chances[:, used : used + steps])
            codes, used = torch.cat((codes, drawn), dim=-1), used + steps
        return codes

    def _continued(self, before: Tensor, states: Tensor, mask: Tensor, chances: Tensor) -> Tensor:
        """The frames of codes after ``before`` [B, K, P], drawn column by column along the delay pattern."""
        clips, known, steps = len(before), before.shape[-1], chances.shape[1]
        frames = known + steps - int(self.delays[-1])
        pad = self.decoder.config.pad_token_id
        columns = torch.full((clips, self.books, known + steps + 1), pad, device=states.device)
        columns.scatter_(2, self._places(known).expand(clips, -1, -1), before)
        branches, cache, read = 2 if self.options.guided else 1, self._cache(columns.shape[-1]), 0
        for step in range(known + 1, known + steps + 1):
            out = self.decoder(
                input_ids=columns[:, :, read:step].clamp(min=0).repeat(branches, 1, 1).flatten(0, 1),
                encoder_hidden_states=states,
                encoder_attention_mask=mask,
                past_key_values=cache,
                use_cache=True,
            )
            read, cache = step, out.past_key_values
            logits = out.logits[:, -1].float().view(branches * clips, self.books, -1)
            drawn = choose(logits, self.options, chances[:, step - known - 1])
            heard = (step > self.delays + known) & (step <= self.delays + frames)
            columns[:, :, step] = torch.where(heard, drawn, columns[:, :, step])
        codes = columns.gather(2, self._places(frames).expand(clips, -1, -1))
        try:
            require_drawn(codes)
        except NotFinite as error:
            raise BackendRefused(str(error), code=NotFinite.CODE) from error
        return codes[:, :, known:]

    def _cache(self, length: int) -> EncoderDecoderCache | None:
        """Room for ``length`` columns at once; None lets the decoder make one that grows."""
        if not self.static_cache:
            return None
        config = self.decoder.config
        return EncoderDecoderCache(
            StaticCache(config=config, max_cache_len=length), DynamicCache(config=config)
        )

    def _places(self, frames: int) -> Tensor:
        """In which column each frame of each codebook stands: ``[K, frames]``."""
        return 1 + self.delays.unsqueeze(1) + torch.arange(frames, device=self.delays.device)

    def _sound(self, codes: Tensor) -> Tensor:
        """``[B, channels, samples]``; a stereo checkpoint's codebooks alternate left and right."""
        if self.decoder.config.audio_channels == 1:
            return self._decoded(codes)
        return torch.cat([self._decoded(codes[:, 0::2]), self._decoded(codes[:, 1::2])], dim=1)

    def _decoded(self, codes: Tensor) -> Tensor:
        sound: Tensor = self.codec.decode(codes.unsqueeze(0), audio_scales=[None] * len(codes)).audio_values
        return sound

    def release(self) -> None:
        """Give back the card's memory; the backend cannot generate afterwards."""
        del self.model, self.decoder, self.codec
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _most_frames(model: Any, delay: int) -> int:  # noqa: ANN401 - transformers' own, untyped
    """How many frames of codes the checkpoint can make at once.

    Its own ``generation_config`` says it (1500 for the published ones, the 30 s they were trained on): positions go on
    to 2048, but nothing was trained there.
    """
    counted = int(model.decoder.config.max_position_embeddings) - delay - 1
    said = model.generation_config.max_length
    return counted if said is None else min(counted, int(said))


def _weights(config: Mapping[str, object], folder: Path) -> tuple[Any, Any, dict[str, object]]:
    """Model, tokenizer and what is recorded of them."""
    blend = config.get("merge")
    if not isinstance(blend, Mapping):
        revision = config.get("revision")
        found = _located(str(config["checkpoint"]), folder, None if revision is None else str(revision))
        return *_loaded(found), {"backend": "musicgen", **found.notes}
    ends = {end: _located(str(blend[end]), folder, None) for end in ("quality", "diversity")}
    model, tokenizer = _loaded(ends["quality"])
    other, _ = _loaded(ends["diversity"])
    merged = merge(_real(model), _real(other), float(blend["weight"]))
    model.load_state_dict(merged, strict=False)
    digests = {end: found.sha256 for end, found in ends.items()}
    return model, tokenizer, {"backend": "musicgen", "merge": dict(blend), "checkpoint_sha256": digests}


def _real(model: Any) -> dict[str, Tensor]:  # noqa: ANN401 - transformers' own, untyped
    """The weights that can lie between two others; counters and indices cannot."""
    return {name: value for name, value in model.state_dict().items() if value.is_floating_point()}


def _located(name: str, folder: Path, revision: str | None) -> Located:
    needs = ("config.json", "*.safetensors|*.bin", "tokenizer.json|spiece.model", "tokenizer_config.json")
    return located(name, folder, revision=revision, weights=("model*.safetensors",), needs=needs)


def _loaded(found: Located) -> tuple[Any, Any]:
    """Model and tokenizer, every weight of them from the checkpoint."""
    try:
        # With its report the method gives a pair, which its annotation does not know.
        pair: Any = MusicgenForConditionalGeneration.from_pretrained(
            found.place, local_files_only=True, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(found.place, local_files_only=True)
    except LOAD_ERRORS as error:
        raise unloadable(found.name, "MusicGen", error) from error
    model, report = pair
    require_every_weight(found.name, report["missing_keys"])
    require_finite(found.name, model)
    return model, tokenizer
