"""How surprised a named language model is by a text: exp of the mean negative log-likelihood of its tokens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import torch

from generation.backends.base import BackendRefused
from generation.backends.language_model import load_language_model
from generation.measures.base import Gives, Measured, MeasureRefused, Need, Subject


class Perplexity:
    """`perplexity` of a text after its prompt, under one model: lower is likelier, which need not be better."""

    needs: frozenset[Need] = frozenset({"text", "prompt"})
    of: Literal["sample", "set"] = "sample"
    gives: tuple[Gives, ...] = (Gives("perplexity", "per token", 1.0, None, "neither"),)

    def __init__(self, model: Any, tokenizer: Any, notes: Mapping[str, object]) -> None:  # noqa: ANN401 - transformers' own, untyped
        self.model, self.tokenizer, self.notes = model, tokenizer, notes

    @classmethod
    def prepare(cls, options: Mapping[str, object], *, folder: Path, device: str) -> Perplexity:
        """``checkpoint``: a folder of a causal language model, or a GGUF file; ``revision`` of a hub id."""
        revision = options.get("revision")
        try:
            model, tokenizer, notes = load_language_model(
                str(options.get("checkpoint", "")), folder, None if revision is None else str(revision)
            )
        except BackendRefused as refused:
            raise MeasureRefused(refused.code, str(refused)) from refused
        return cls(model.to(device).eval(), tokenizer, {**notes, "measure": "perplexity"})

    def provenance(self) -> Mapping[str, object]:
        return self.notes

    def measure(self, subjects: Sequence[Subject]) -> list[Measured]:
        return [self._measured(subject) for subject in subjects]

    @torch.inference_mode()
    def _measured(self, subject: Subject) -> Measured:
        """The prompt is read and not counted; a text that does not fit the model's window has no value."""
        before = self.tokenizer(subject.prompt + "\n\n")["input_ids"]
        text = self.tokenizer(subject.text, add_special_tokens=False)["input_ids"]
        window: int = self.model.config.max_position_embeddings
        if len(before) + len(text) > window:
            why = f"{len(before) + len(text)} tokens; the checkpoint reads {window}"
            return Measured(code="text_too_long", why=why)
        tokens = torch.tensor([[*before, *text]], device=self.model.device)
        logits = self.model(input_ids=tokens).logits[0, len(before) - 1 : -1].float()
        likelihood = logits.log_softmax(dim=-1).gather(-1, tokens[0, len(before) :].unsqueeze(-1))
        return Measured({"perplexity": math.exp(-float(likelihood.mean()))}, {"tokens": len(text)})
