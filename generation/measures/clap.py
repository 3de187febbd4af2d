"""CLAP (Wu et al., 2023) through transformers: text and sound in one space, from a folder of the user's.

transformers' feature extractor cuts a random piece out of whatever is longer than the model hears at once. Here a clip
is heard in consecutive pieces and their embeddings are averaged, so that the same clip has the same embedding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from torch.nn.functional import normalize
from torchaudio.functional import resample
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

from generation.backends.base import BackendRefused
from generation.backends.pretrained import LOAD_ERRORS, located, require_every_weight, unloadable

# The last piece of a clip counts if it is at least this long.
LEAST_SECONDS = 1.0
_NEEDS = (
    "config.json",
    "*.safetensors|*.bin",
    "preprocessor_config.json|processor_config.json",
    "tokenizer_config.json",
)


class Clap:
    """A checkpoint in memory, in float32. ``made_with`` is JSON-able: which one, and what ran it."""

    def __init__(self, model: Any, extractor: Any, tokenizer: Any, made_with: Mapping[str, object]) -> None:  # noqa: ANN401 - transformers' own, untyped
        self.model, self.extractor, self.tokenizer, self.made_with = model, extractor, tokenizer, made_with

    @classmethod
    def load(cls, place: Path, *, device: str) -> Clap:
        """A folder written by ``save_pretrained`` of model and processor.

        Raises:
            BackendRefused: there is no such folder, it is half-copied, or it is another kind of model.
        """
        if not place.is_dir():
            raise BackendRefused(f"CLAP checkpoint: {str(place)!r}; allowed: a folder saved by transformers")
        found = located(place.name, place.parent, revision=None, weights=(), needs=_NEEDS)
        try:
            pair: Any = ClapModel.from_pretrained(place, local_files_only=True, output_loading_info=True)
            extractor = ClapFeatureExtractor.from_pretrained(place, local_files_only=True)
            tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=True)
        except LOAD_ERRORS as error:
            raise unloadable(place.name, "CLAP", error) from error
        model, report = pair
        require_every_weight(place.name, report["missing_keys"])
        versions = {"torch": torch.__version__, "transformers": transformers.__version__}
        made_with = {"embedding": "clap", **found.notes, "versions": versions}
        return cls(model.to(device=device, dtype=torch.float32).eval(), extractor, tokenizer, made_with)

    @torch.inference_mode()
    def text(self, prompt: str) -> Tensor | None:
        """``[dimensions]`` of length 1; None for a prompt of which the model would not hear the end."""
        tokens = self.tokenizer(prompt, return_tensors="pt").to(self.model.device)
        if tokens["input_ids"].shape[1] > self._most_tokens():
            return None
        return self._embedding(self.model.get_text_features(**tokens))

    def _most_tokens(self) -> int:
        # RoBERTa counts positions from its padding token's number on.
        config = self.model.config.text_config
        most: int = config.max_position_embeddings - config.pad_token_id - 1
        return min(most, int(self.tokenizer.model_max_length))

    @torch.inference_mode()
    def audio(self, audio: Tensor, sample_rate: int) -> Tensor:
        """``[dimensions]`` of length 1 from ``[channels, frames]``."""
        rate: int = self.extractor.sampling_rate
        mono = resample(audio.float().mean(0), sample_rate, rate)
        heard = [self._heard(piece, rate) for piece in self._pieces(mono, rate)]
        return normalize(torch.stack(heard).mean(0), dim=0)

    def _pieces(self, mono: Tensor, rate: int) -> Iterator[Tensor]:
        for number, piece in enumerate(torch.split(mono, self.extractor.nb_max_samples)):
            if number == 0 or len(piece) >= LEAST_SECONDS * rate:
                yield piece

    def _heard(self, piece: Tensor, rate: int) -> Tensor:
        # One at a time: of several short pieces the extractor marks a random one as long.
        features = self.extractor(piece.numpy(), sampling_rate=rate, return_tensors="pt").to(
            self.model.device
        )
        return self._embedding(self.model.get_audio_features(**features.to(torch.float32)))

    @staticmethod
    def _embedding(output: Any) -> Tensor:  # noqa: ANN401 - transformers' own, untyped
        embedding: Tensor = normalize(output.pooler_output[0].double(), dim=0).cpu()
        return embedding
