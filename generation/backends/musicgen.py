"""MusicGen (Copet et al., 2023) through transformers: a folder saved by ``save_pretrained``, or a hub id.

The loop is our own, because three promises need it: every clip draws from its own seed whatever batch it is in, a
negative prompt takes the place of the unconditional branch, and both branches of guidance run as one batch. Codes
follow the delay pattern of the paper (section 2.2): codebook ``k`` runs ``k`` steps behind the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from transformers import AutoTokenizer, MusicgenForConditionalGeneration

from generation.backends.base import (
    BackendRefused,
    Capabilities,
    Clip,
    SampleRequest,
    require_short_enough,
)
from generation.backends.pretrained import (
    LOAD_ERRORS,
    Located,
    located,
    require_every_weight,
    unloadable,
)
from generation.decoding import DecodingOptions, DecodingRefused, choose, clip_generators
from generation.finetuning.merging import MergeRefused, merge

# A worker's log is no terminal.
transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call] # transformers does not annotate it


class MusicGenBackend:
    """One checkpoint in memory. bfloat16 on CUDA, float32 elsewhere."""

    capabilities = Capabilities(guidance=True, negative_prompt=True, sampling_filters=True)

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - transformers' own, untyped
        tokenizer: Any,  # noqa: ANN401 - the same
        options: DecodingOptions,
        notes: Mapping[str, object],
    ) -> None:
        self.model, self.tokenizer, self.options, self.notes = model, tokenizer, options, notes
        self.decoder, self.codec = model.decoder, model.audio_encoder
        self.books: int = self.decoder.num_codebooks
        stereo = self.decoder.config.audio_channels == 2
        self.delays = torch.arange(self.books, device=model.device) // (2 if stereo else 1)
        self.sample_rate: int = self.codec.config.sampling_rate

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> MusicGenBackend:
        """Load the checkpoint, or merge two.

        Raises:
            BackendRefused: one is missing, half-copied or no MusicGen; two do not match; or a bad option.
        """
        try:
            options = DecodingOptions.from_config(config)
            model, tokenizer, notes = _weights(config, folder)
            options.check_vocabulary(model.decoder.config.vocab_size)
        except (DecodingRefused, MergeRefused) as refused:
            raise BackendRefused(str(refused)) from refused
        dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
        # The bfloat16 of a card has eight bits of mantissa: a merge is made before, in the checkpoint's own precision.
        model = model.to(device=device, dtype=dtype).eval()
        return cls(model, tokenizer, options, notes | {"precision": str(dtype).removeprefix("torch.")})

    def provenance(self) -> Mapping[str, object]:
        versions = {"torch": torch.__version__, "transformers": transformers.__version__}
        return {**self.notes, **asdict(self.options), "device": str(self.model.device), "versions": versions}

    @torch.inference_mode()
    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """One clip per request, all of one duration.

        Raises:
            BackendRefused: the tokenizer would cut a prompt, or the clip is longer than the model can count.
        """
        frames = self._frames(requests[0].duration)
        states, mask = self._conditions([request.prompt for request in requests])
        codes = self._codes(states, mask, [request.seed for request in requests], frames)
        audio = self._sound(codes).float().cpu()
        return [Clip(clip, self.sample_rate, {"tokens": frames * self.books}) for clip in audio]

    def _frames(self, duration: float) -> int:
        """Frames of codes that cover ``duration`` seconds."""
        rate = self.codec.config.frame_rate
        frames = int(-(-duration * rate // 1))
        most: int = self.decoder.config.max_position_embeddings - int(self.delays[-1]) - 1
        require_short_enough(frames / rate, most / rate)
        return frames

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

    def _codes(self, states: Tensor, mask: Tensor, seeds: Sequence[int], frames: int) -> Tensor:
        """Codes ``[B, K, frames]``, drawn column by column along the delay pattern."""
        clips, length = len(seeds), frames + int(self.delays[-1]) + 1
        pad = self.decoder.config.pad_token_id
        columns = torch.full((clips, self.books, length), pad, device=states.device)
        generators, cache = clip_generators(seeds), None
        branches = 2 if self.options.guided else 1
        for step in range(1, length):
            before = columns[:, :, step - 1].repeat(branches, 1).reshape(-1, 1)
            out = self.decoder(
                input_ids=before,
                encoder_hidden_states=states,
                encoder_attention_mask=mask,
                past_key_values=cache,
                use_cache=True,
            )
            cache = out.past_key_values
            logits = out.logits[:, -1].view(branches * clips, self.books, -1)
            drawn = choose(logits, self.options, generators)
            heard = (step > self.delays) & (step <= self.delays + frames)
            columns[:, :, step] = torch.where(heard, drawn, pad)
        return self._undelayed(columns, frames)

    def _undelayed(self, columns: Tensor, frames: int) -> Tensor:
        places = 1 + self.delays.unsqueeze(1) + torch.arange(frames, device=columns.device)
        return columns.gather(2, places.expand(columns.shape[0], -1, -1))

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
    return model, tokenizer
