"""The built-in model as something that can be fine-tuned: it samples, and reads its samples again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from generation.builtin.model.network import Network, text_prefix
from generation.builtin.model.sampling import legal_after, write
from generation.builtin.model.tokens import PAD, features
from generation.builtin.music.composer import compose
from generation.builtin.text.captions import caption, mentioned
from generation.builtin.text.prompt_reading import read
from generation.decoding import DecodingOptions
from generation.finetuning.seam import Samples

_PLAIN = DecodingOptions()


@dataclass(frozen=True, slots=True)
class Pupil:
    """``generation.finetuning.seam.Model`` over the built-in network; the grammar is the mask."""

    network: Network

    def sample(self, prompts: Sequence[str], generators: Sequence[torch.Generator]) -> Samples:
        """One piece per prompt. ``tokens`` [B, T] are those after ``bos``."""
        text = [text_prefix(read(prompt).concepts) for prompt in prompts]
        return reread(text, write(self.network, text, _PLAIN, generators))

    def logits(self, samples: Samples, *, conditional: bool) -> Tensor:
        """``[B, T, V]``; the empty condition where ``conditional`` is False."""
        text = samples.inputs["text"]
        if not conditional:
            text = torch.tensor(text_prefix(())).expand_as(text)
        end = samples.tokens.shape[1]
        read_in, places = samples.inputs["read"][:, :end], samples.inputs["places"][:, :end]
        result: Tensor = self.network(text, read_in, places)
        return result


def reread(text: Sequence[Sequence[int]], pieces: Sequence[Sequence[int]]) -> Samples:
    """Written pieces with their prefixes as samples, padded on the right."""
    longest = max(map(len, pieces)) - 1
    read_in = torch.full((len(pieces), longest), PAD)
    drawn = torch.full((len(pieces), longest), PAD)
    places = torch.zeros(len(pieces), longest, 3, dtype=torch.long)
    legal = torch.ones(len(pieces), longest, 1, dtype=torch.bool)
    masks = [legal_after(piece) for piece in pieces]
    legal = legal.repeat(1, 1, masks[0].shape[-1])
    for row, (piece, mask) in enumerate(zip(pieces, masks, strict=True)):
        end = len(piece) - 1
        read_in[row, :end] = torch.tensor(piece[:-1])
        drawn[row, :end] = torch.tensor(piece[1:])
        places[row, :end] = torch.tensor(features(piece[:-1]))
        legal[row, :end] = mask
    inputs = {"text": torch.tensor(text), "read": read_in, "places": places}
    return Samples(drawn, drawn != PAD, legal, inputs)


def written(samples: Samples) -> list[list[int]]:
    """The pieces of ``reread``, ``bos`` to ``eos``."""
    first = samples.inputs["read"][:, :1]
    rows = torch.cat((first, samples.tokens), dim=1)
    return [[token for token in row if token != PAD] for row in rows.tolist()]


def fresh_prompts(purpose: str, seed: int, step: int, count: int) -> list[str]:
    """Captions of composed pieces, without noise; a pure function of its arguments."""
    prompts = []
    for index in range(count):
        random = Random(f"{purpose} {seed} prompt {step} {index}")
        prompts.append(caption(mentioned(compose(random), random, noise=0.0), random))
    return prompts
