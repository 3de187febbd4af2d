"""Causal language models through transformers: a folder, a hub id, or one GGUF file. They write texts.

Classifier-free guidance as in "Stay on topic with classifier-free guidance" (Sanchez et al. 2023, arXiv 2306.17806,
equation 7): in log-probabilities, uncond + scale * (cond - uncond). Without a negative prompt the unconditional branch
starts at the prompt's last token; with a chat template it is the same conversation without the user's text. Both
branches run in one batch, each sample draws from its own generator, and a batch never changes a text.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

from generation.backends.base import BackendRefused, Capabilities, SampleRequest, Writing
from generation.backends.pretrained import (
    LOAD_ERRORS,
    Located,
    located,
    packaged,
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

GGUF = ".gguf"
NEEDS = ("config.json", "*.safetensors|*.bin", "tokenizer.json|tokenizer.model|vocab.json")


class LanguageModelBackend:
    """A causal language model and how it is decoded. ``generate`` gives `Writing` objects."""

    capabilities = Capabilities(guidance=True, negative_prompt=True, sampling_filters=True, medium="text")

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - transformers' own, untyped
        tokenizer: Any,  # noqa: ANN401 - the same
        options: DecodingOptions,
        *,
        chat: bool,
        system_prompt: str | None,
        notes: Mapping[str, object],
    ) -> None:
        self.model, self.tokenizer, self.options = model, tokenizer, options
        self.chat, self.system_prompt, self.notes = chat, system_prompt, notes
        self.window: int = model.config.max_position_embeddings
        ends = model.generation_config.eos_token_id
        self.ends = set(ends if isinstance(ends, list) else [ends]) - {None}

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> LanguageModelBackend:
        """Load the checkpoint.

        Raises:
            BackendRefused: it is missing, half-copied or no causal language model, or an option cannot be followed.
        """
        chat = str(config.get("chat", "auto"))
        system_prompt = config.get("system_prompt")
        revision = config.get("revision")
        try:
            options = DecodingOptions.from_config(config)
            model, tokenizer, notes = load_language_model(
                str(config["checkpoint"]), folder, None if revision is None else str(revision)
            )
            options.check_vocabulary(model.config.vocab_size)
        except DecodingRefused as refused:
            raise BackendRefused(str(refused)) from refused
        has_template = bool(tokenizer.chat_template)
        if system_prompt is not None and (chat == "none" or not has_template):
            why = "chat is none" if chat == "none" else "the checkpoint's tokenizer has no chat template"
            raise BackendRefused(f"system_prompt: {why}, so it would be read by nobody; leave it out")
        return cls(
            model.to(device).eval(),
            tokenizer,
            options,
            chat=chat == "auto" and has_template,
            system_prompt=None if system_prompt is None else str(system_prompt),
            notes=notes,
        )

    def provenance(self) -> Mapping[str, object]:
        versions = {name: importlib.metadata.version(name) for name in ("torch", "transformers")}
        return {
            **self.notes,
            **asdict(self.options),
            "chat_template": self.chat,
            "system_prompt": self.system_prompt,
            "precision": str(self.model.dtype).removeprefix("torch."),
            "device": str(self.model.device),
            "versions": versions,
        }

    @torch.inference_mode()
    def generate(self, requests: Sequence[SampleRequest]) -> list[Writing]:
        """One text per request, in order.

        Raises:
            BackendRefused: ``prompt_too_long`` where a prompt and what may be written do not fit into the model's
                window together (nothing is ever cut from a prompt); ``not_finite`` where its logits are no numbers.
        """
        branches = [self.prompt_tokens(request) for request in requests]
        if self.options.guided:
            branches += [self.other_branch(request) for request in requests]
        for request, tokens in zip([*requests, *requests], branches, strict=False):
            self._require_room(request, tokens)
        steps = max(request.max_tokens for request in requests)
        try:
            written = self._write(branches, requests, steps)
        except NotFinite as error:
            raise BackendRefused(str(error), code=NotFinite.CODE) from error
        return [
            Writing(
                self.tokenizer.decode(
                    [token for token in tokens if token not in self.ends], skip_special_tokens=True
                ),
                ended=bool(tokens) and tokens[-1] in self.ends,
                notes={"tokens": len(tokens), "prompt_tokens": len(branches[number])},
            )
            for number, tokens in enumerate(written)
        ]

    def prompt_tokens(self, request: SampleRequest) -> list[int]:
        """What the model reads before it writes: the prompt, in the chat template where the system uses one."""
        asked = f"{request.context}\n\n{request.prompt}" if request.context else request.prompt
        return self._conversation(asked) if self.chat else self._tokens(asked)

    def other_branch(self, request: SampleRequest) -> list[int]:
        """What the unconditional branch of guidance reads."""
        instead = self.options.negative_prompt
        if self.chat:
            return self._conversation(instead or "")
        return self._tokens(instead) if instead is not None else self.prompt_tokens(request)[-1:]

    def _conversation(self, asked: str) -> list[int]:
        messages = (
            [{"role": "system", "content": self.system_prompt}] if self.system_prompt is not None else []
        )
        messages.append({"role": "user", "content": asked})
        tokens: list[int] = self.tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_dict=True
        )["input_ids"]
        return tokens

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self.tokenizer(text)["input_ids"]
        if not tokens:
            raise BackendRefused("the prompt has no token that the model knows", code="prompt_empty")
        return tokens

    def _require_room(self, request: SampleRequest, tokens: Sequence[int]) -> None:
        if len(tokens) + request.max_tokens > self.window:
            raise BackendRefused(
                f"prompt {request.prompt[:60]!r}...: {len(tokens)} tokens, and {request.max_tokens} to write; allowed "
                f"with this checkpoint: {self.window} together",
                code="prompt_too_long",
            )

    def _write(
        self, branches: Sequence[Sequence[int]], requests: Sequence[SampleRequest], steps: int
    ) -> list[list[int]]:
        """The tokens written for each request, the one that ended it included; ``branches`` as in `choose`."""
        tokens, mask = _left_padded(branches, device=self.model.device)
        positions = mask.cumsum(dim=1) - 1
        chances, cache = uniforms(clip_generators([request.seed for request in requests]), steps), None
        written: list[list[int]] = [[] for _ in requests]
        for step in range(steps):
            out = self.model(
                input_ids=tokens,
                attention_mask=mask,
                position_ids=positions.clamp(min=0),
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            cache = out.past_key_values
            likelihood = out.logits[:, -1].float().log_softmax(dim=-1)
            drawn = choose(likelihood, self.options, chances[:, step].to(likelihood.device))
            require_drawn(drawn)
            for text, request, token in zip(written, requests, drawn.tolist(), strict=True):
                if len(text) < request.max_tokens and not (text and text[-1] in self.ends):
                    text.append(token)
            if all(
                len(text) == request.max_tokens or text[-1] in self.ends
                for text, request in zip(written, requests, strict=True)
            ):
                break
            tokens = drawn.repeat(len(branches) // len(requests)).unsqueeze(1)
            mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
            positions = positions[:, -1:] + 1
        return written

    def release(self) -> None:
        """Give back the card's memory; the backend cannot generate afterwards."""
        del self.model
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _left_padded(rows: Sequence[Sequence[int]], *, device: torch.device) -> tuple[Tensor, Tensor]:
    """Tokens and their mask, ``[rows, longest]`` each; padded left, so that every row ends at the last column."""
    longest = max(len(row) for row in rows)
    tokens = torch.tensor([[0] * (longest - len(row)) + list(row) for row in rows], device=device)
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows], device=device)
    return tokens, mask


def load_language_model(name: str, folder: Path, revision: str | None) -> tuple[Any, Any, dict[str, object]]:
    """Model, tokenizer and what is recorded of them; a folder, a GGUF file, or a hub id at ``revision``.

    Raises:
        BackendRefused: it is missing, half-copied or no causal language model.
    """
    where, found = _located(name, folder, revision)
    try:
        # With its report the method gives a pair, which its annotation does not know.
        pair: Any = AutoModelForCausalLM.from_pretrained(
            found.place, local_files_only=True, output_loading_info=True, dtype=torch.float32, **where
        )
        tokenizer = AutoTokenizer.from_pretrained(found.place, local_files_only=True, **where)
    except ImportError as error:
        raise BackendRefused(
            f"checkpoint {name!r}: GGUF files need packages that are not installed here (requirements/text.txt)",
            code="not_installed",
        ) from error
    except LOAD_ERRORS as error:
        raise unloadable(name, "a causal language model", error) from error
    model, report = pair
    require_every_weight(name, report["missing_keys"])
    require_finite(name, model)
    return model, tokenizer, {"backend": "language-model", **found.notes}


def _located(name: str, folder: Path, revision: str | None) -> tuple[dict[str, str], Located]:
    """What transformers needs besides the folder, and the checkpoint."""
    file = packaged(name) or folder / name
    if file.suffix != GGUF:
        weights = ("model*.safetensors",)
        return {}, located(name, folder, revision=revision, weights=weights, needs=NEEDS)
    if not file.is_file():
        raise BackendRefused(f"checkpoint {name!r} is no file here", code="checkpoint_unreachable")
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    return {"gguf_file": file.name}, Located(name, file.parent, digest, digest)
