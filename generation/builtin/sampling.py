"""Writing pieces with the network: a batch of prompts to a batch of token sequences."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from generation.builtin.grammar import START, State, advance, allowed, hurried
from generation.builtin.network import Network, text_prefix
from generation.builtin.tokens import BOS, EOS, LONGEST, PAD
from generation.decoding import DecodingOptions, choose

_TOKENS_TO_END_A_BAR = 4


@torch.no_grad()
def write(
    network: Network,
    prompts: Sequence[Sequence[int]],
    options: DecodingOptions,
    generators: Sequence[torch.Generator],
    negative: Sequence[int] | None = None,
) -> list[list[int]]:
    """One piece's tokens per prompt, ``bos`` to ``eos``; each spells a piece, because the grammar allows no other.

    ``prompts`` and ``negative`` are prefixes from ``text_prefix``; without ``negative`` the other branch of
    guidance is the empty condition. With the network in double precision a piece does not depend on the
    batch it was written in (see ``generation.decoding.draw``).
    """
    device = network.tokens.weight.device
    other = [list(negative if negative is not None else text_prefix(()))] * len(prompts)
    branches = [list(prompt) for prompt in prompts] + (other if options.guided else [])
    cache = network.new_cache(len(branches))
    network.read_text(torch.tensor(branches, device=device), cache)
    written = [[BOS] for _ in prompts]
    states = [advance(START, BOS) for _ in prompts]
    while any(tokens[-1] not in (EOS, PAD) for tokens in written):
        logits = network.step(*_last(written, states, len(branches), device), cache)
        legal = torch.stack(
            [_legal(state, len(tokens)) for state, tokens in zip(states, written, strict=True)]
        )
        drawn = choose(logits, options, generators, legal.to(device)).tolist()
        for index, tokens in enumerate(written):
            ended = tokens[-1] in (EOS, PAD)
            tokens.append(PAD if ended else drawn[index])
            states[index] = states[index] if ended else advance(states[index], drawn[index])
    return [tokens[: tokens.index(EOS) + 1] for tokens in written]


def legal_after(tokens: Sequence[int]) -> Tensor:
    """Bool ``[len(tokens) - 1, V]``: what could have been drawn where each token after ``bos`` was."""
    state, masks = START, []
    for length, token in enumerate(tokens[:-1], start=1):
        state = advance(state, token)
        masks.append(_legal(state, length))
    return torch.stack(masks)


def _last(
    written: Sequence[Sequence[int]], states: Sequence[State], rows: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """The last token and its place in the music, for every row of both branches."""
    copies = rows // len(written)
    tokens = torch.tensor([tokens[-1] for tokens in written], device=device)
    places = torch.tensor([state.features() for state in states], device=device)
    return tokens.repeat(copies), places.repeat(copies, 1)


def _legal(state: State, length: int) -> Tensor:
    if state.last == "eos":
        return allowed(START)
    needed = 2 + _TOKENS_TO_END_A_BAR * (state.needed - state.bars + 1)
    return hurried(state) if length + needed >= LONGEST else allowed(state)
