"""How near a text is to a known good answer: cosine of sentence embeddings, from a local checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
import transformers
from torch import Tensor
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

from generation.backends.base import BackendRefused
from generation.backends.pretrained import (
    LOAD_ERRORS,
    located,
    packaged,
    require_every_weight,
    unloadable,
)
from generation.measures.base import Gives, Measured, MeasureRefused, Need, Subject

NEEDS = ("config.json", "*.safetensors|*.bin", "tokenizer.json|vocab.txt")


class Similarity:
    """`similarity` of a text and the prompt's reference, -1 to 1."""

    needs: frozenset[Need] = frozenset({"text", "reference"})
    of: Literal["sample", "set"] = "sample"
    gives: tuple[Gives, ...] = (Gives("similarity", "cosine", -1.0, 1.0, "higher"),)

    def __init__(self, model: Any, tokenizer: Any, notes: Mapping[str, object]) -> None:  # noqa: ANN401 - transformers' own, untyped
        self.model, self.tokenizer, self.notes = model, tokenizer, notes

    @classmethod
    def prepare(cls, options: Mapping[str, object], *, folder: Path, device: str) -> Similarity:
        """``checkpoint``: a folder of a sentence encoder that was trained with mean pooling."""
        name = str(options.get("checkpoint", ""))
        try:
            place = packaged(name) or folder / name
        except BackendRefused as refused:
            raise MeasureRefused(refused.code, str(refused)) from refused
        if not place.is_dir():
            raise MeasureRefused(
                "checkpoint_unreachable", f"checkpoint: {name!r}; allowed: a folder saved by transformers"
            )
        try:
            found = located(place.name, place.parent, revision=None, weights=(), needs=NEEDS)
            pair: Any = AutoModel.from_pretrained(
                found.place, local_files_only=True, output_loading_info=True, dtype=torch.float32
            )
            tokenizer = AutoTokenizer.from_pretrained(found.place, local_files_only=True)
            # A pooler that the checkpoint does not have is not used here.
            require_every_weight(
                name, [key for key in pair[1]["missing_keys"] if not key.startswith("pooler")]
            )
        except LOAD_ERRORS as error:
            why = (
                error if isinstance(error, BackendRefused) else unloadable(name, "a sentence encoder", error)
            )
            raise MeasureRefused(why.code, str(why)) from error
        notes = {
            "measure": "similarity",
            **found.notes,
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        }
        return cls(pair[0].to(device).eval(), tokenizer, notes)

    def provenance(self) -> Mapping[str, object]:
        return self.notes

    def measure(self, subjects: Sequence[Subject]) -> list[Measured]:
        return [self._measured(subject) for subject in subjects]

    def _measured(self, subject: Subject) -> Measured:
        window = self.window
        for name, text in (("text", subject.text), ("reference", subject.reference)):
            tokens = len(self.tokenizer(text)["input_ids"])
            if tokens > window:
                return Measured(
                    code="text_too_long", why=f"the {name} has {tokens} tokens; the checkpoint reads {window}"
                )
        cosine = float(self.embed(subject.text) @ self.embed(subject.reference))
        return Measured({"similarity": min(1.0, max(-1.0, cosine))})

    @property
    def window(self) -> int:
        """How many tokens the checkpoint reads."""
        most: int = min(self.model.config.max_position_embeddings, self.tokenizer.model_max_length)
        return most

    @torch.inference_mode()
    def embed(self, text: str) -> Tensor:
        """``[dimensions]`` of length 1: the mean of the last hidden states (Reimers and Gurevych 2019)."""
        tokens = self.tokenizer(text, return_tensors="pt").to(self.model.device)
        states = self.model(**tokens).last_hidden_state[0]
        mask = tokens["attention_mask"][0].unsqueeze(-1)
        embedding: Tensor = normalize(((states * mask).sum(0) / mask.sum()).double(), dim=0).cpu()
        return embedding
