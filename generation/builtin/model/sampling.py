"""Writing pieces with the network: a batch of prompts to a batch of token sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from generation.builtin.model.grammar import START, State, advance, allowed, hurried
from generation.builtin.model.network import Network, text_prefix
from generation.builtin.model.tokens import BOS, EOS, LONGEST
from generation.decoding import DecodingOptions, choose, require_drawn, uniforms

_TOKENS_TO_END_A_BAR = 4
_WORTH_CLEARING = 0.75
"""Ended pieces leave the batch once a quarter has ended: each time, the cache of the others is copied."""


@torch.no_grad()
def write(
    network: Network,
    prompts: Sequence[Sequence[int]],
    options: DecodingOptions,
    generators: Sequence[torch.Generator],
    *,
    negatives: Sequence[Sequence[int]] | None = None,
    forbidden: Tensor | None = None,
    seconds: float | None = None,
) -> list[list[int]]:
    """One piece's tokens per prompt, ``bos`` to ``eos``; each spells a piece, because the grammar allows no other.

    ``prompts`` and ``negatives`` (of the other branch of guidance, one per prompt; without them it is the empty
    condition) are prefixes from ``text_prefix``. ``forbidden``, bool [B, V], is never drawn where the grammar
    leaves a choice. ``seconds`` of the clip decide how many bars it has; None: as many as the composer writes.
    With the network in double precision a piece does not depend on the batch it was written in, and its generator
    has drawn ``LONGEST`` uniforms, however long the piece is.

    Raises:
        NotFinite: the network's logits are no numbers.
    """
    device = network.tokens.weight.device
    other = negatives if negatives is not None else [text_prefix(())] * len(prompts)
    branches = [list(prompt) for prompt in (*prompts, *(other if options.guided else ()))]
    cache = network.new_cache(len(branches))
    network.read_text(torch.tensor(branches, device=device), cache)
    chances = uniforms(generators, LONGEST)
    copies = 2 if options.guided else 1
    written = [[BOS] for _ in prompts]
    states = [advance(replace(START, seconds=seconds), BOS) for _ in prompts]
    rows = list(range(len(prompts)))
    for step in range(LONGEST - 1):
        going = [row for row, clip in enumerate(rows) if written[clip][-1] != EOS]
        if not going:
            return written
        if len(going) <= _WORTH_CLEARING * len(rows):
            cache = cache.rows(_branches(going, len(rows), copies))
            rows, going = [rows[row] for row in going], list(range(len(going)))
        logits = network.step(*_last(rows, written, states, copies, device), cache)
        clips = [rows[row] for row in going]
        legal = torch.stack([_legal(states[clip], len(written[clip])) for clip in clips])
        if forbidden is not None:
            legal = _without(legal, forbidden[clips])
        unfinished = logits[_branches(going, len(rows), copies)]
        drawn = choose(unfinished, options, chances[clips, step].to(device), legal.to(device))
        require_drawn(drawn)
        for clip, token in zip(clips, drawn.tolist(), strict=True):
            written[clip].append(token)
            states[clip] = advance(states[clip], token)
    if any(piece[-1] != EOS for piece in written):
        raise RuntimeError(f"a piece of {LONGEST} tokens has no end: the grammar should have hurried it")
    return written


def _without(legal: Tensor, forbidden: Tensor) -> Tensor:
    """What is legal and not forbidden; all that is legal where nothing else is left."""
    kept = legal & ~forbidden
    return torch.where(kept.any(dim=-1, keepdim=True), kept, legal)


def _branches(rows: Sequence[int], count: int, copies: int) -> Tensor:
    """The numbers of some rows in every branch of a batch of ``count`` rows a branch."""
    return torch.tensor([row + branch * count for branch in range(copies) for row in rows])


def legal_after(tokens: Sequence[int]) -> Tensor:
    """Bool ``[len(tokens) - 1, V]``: what could have been drawn where each token after ``bos`` was."""
    state, masks = START, []
    for length, token in enumerate(tokens[:-1], start=1):
        state = advance(state, token)
        masks.append(_legal(state, length))
    return torch.stack(masks)


def _last(
    rows: Sequence[int],
    written: Sequence[Sequence[int]],
    states: Sequence[State],
    copies: int,
    device: torch.device,
) -> tuple[Tensor, Tensor]:
    """The last token and its place in the music, for every row of every branch."""
    tokens = torch.tensor([written[clip][-1] for clip in rows], device=device)
    places = torch.tensor([states[clip].features() for clip in rows], device=device)
    return tokens.repeat(copies), places.repeat(copies, 1)


def _legal(state: State, length: int) -> Tensor:
    needed = 2 + _TOKENS_TO_END_A_BAR * (state.needed - state.bars + 1)
    return hurried(state) if length + needed >= LONGEST else allowed(state)
