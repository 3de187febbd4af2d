"""The built-in model's network: a small decoder-only transformer that reads a text prefix and writes tokens.

RMSNorm before every block (Zhang and Sennrich, 2019), rotary positions (Su et al., 2021, eq. 34), the output
head tied to the token embedding (Press and Wolf, 2017). Three learned embeddings say where in the music a
token stands: bars begun, bars still to come, position in the bar; they follow from the tokens before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.builtin.model.tokens import LONGEST, MOST_POSITIONS, VOCABULARY
from generation.builtin.music.ending import MOST_BARS
from generation.builtin.text.lexicon import CONCEPTS, Concept
from generation.builtin.text.prompt_reading import MOST_CONCEPTS

EMPTY, NULL = 0, 1
_FIRST_CONCEPT = 2
_CONCEPT_NUMBERS = {concept: _FIRST_CONCEPT + index for index, concept in enumerate(CONCEPTS)}
TEXT_SIZE = _FIRST_CONCEPT + len(CONCEPTS)


@dataclass(frozen=True, slots=True)
class Size:
    """The network's shape. ``width`` must divide by ``heads`` into an even number."""

    width: int = 192
    layers: int = 4
    heads: int = 6


@dataclass(slots=True)
class Cache:
    """Keys and values of what was read so far: ``[layers, B, heads, places, width / heads]`` each."""

    keys: Tensor
    values: Tensor
    filled: int = 0

    def rows(self, chosen: Tensor) -> Cache:
        """The cache of some of the sequences."""
        return Cache(self.keys[:, chosen], self.values[:, chosen], self.filled)


def text_names() -> tuple[str, ...]:
    """One readable name per number of the text prefix."""
    return ("empty", "null", *(f"{group}:{value}" for group, value in CONCEPTS))


def text_prefix(concepts: Sequence[Concept]) -> list[int]:
    """``MOST_CONCEPTS`` numbers; without concepts the empty condition, all ``NULL``."""
    if not concepts:
        return [NULL] * MOST_CONCEPTS
    numbers = [_CONCEPT_NUMBERS[concept] for concept in concepts[:MOST_CONCEPTS]]
    return numbers + [EMPTY] * (MOST_CONCEPTS - len(numbers))


class _Block(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.before_attention = nn.RMSNorm(size.width, eps=1e-6)
        self.attention_in = nn.Linear(size.width, 3 * size.width, bias=False)
        self.attention_out = nn.Linear(size.width, size.width, bias=False)
        self.before_mixing = nn.RMSNorm(size.width, eps=1e-6)
        self.mixing_in = nn.Linear(size.width, 4 * size.width, bias=False)
        self.mixing_out = nn.Linear(4 * size.width, size.width, bias=False)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], cache: Cache | None, layer: int) -> Tensor:
        x = x + self._attend(self.before_attention(x), turn, cache, layer)
        hidden = functional.gelu(self.mixing_in(self.before_mixing(x)))
        mixed: Tensor = x + self.mixing_out(hidden)
        return mixed

    def _attend(self, x: Tensor, turn: tuple[Tensor, Tensor], cache: Cache | None, layer: int) -> Tensor:
        batch, length, width = x.shape
        heads = self.attention_in(x).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = _rotated(heads[0], turn), _rotated(heads[1], turn), heads[2]
        if cache is not None:
            end = cache.filled + length
            cache.keys[layer, :, :, cache.filled : end] = key
            cache.values[layer, :, :, cache.filled : end] = value
            key, value = cache.keys[layer, :, :, :end], cache.values[layer, :, :, :end]
        seen = functional.scaled_dot_product_attention(query, key, value, is_causal=length > 1)
        out: Tensor = self.attention_out(seen.transpose(1, 2).reshape(batch, length, width))
        return out


def _rotated(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = turn
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), dim=-1)


class Network(nn.Module):
    """Text prefix and tokens in, logits of the next token out."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.text = nn.Embedding(TEXT_SIZE, size.width)
        self.tokens = nn.Embedding(len(VOCABULARY), size.width)
        self.bars_begun = nn.Embedding(MOST_BARS + 1, size.width)
        self.bars_left = nn.Embedding(MOST_BARS + 1, size.width)
        self.position = nn.Embedding(MOST_POSITIONS + 1, size.width)
        self.blocks = nn.ModuleList(_Block(size) for _ in range(size.layers))
        self.last_norm = nn.RMSNorm(size.width, eps=1e-6)
        self._initialise()

    def _initialise(self) -> None:
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                deep = name.endswith(("attention_out.weight", "mixing_out.weight"))
                nn.init.normal_(parameter, std=0.02 / ((2 * self.size.layers) ** 0.5 if deep else 1.0))

    def forward(self, text: Tensor, tokens: Tensor, places: Tensor) -> Tensor:
        """Logits ``[B, T, V]`` after each token, from text ``[B, MOST_CONCEPTS]``, tokens ``[B, T]`` and
        places ``[B, T, 3]`` (``tokens.features``)."""
        x = torch.cat((self.text(text), self._written(tokens, places)), dim=1)
        return self._logits(self._through(x, None)[:, text.shape[1] :])

    def new_cache(self, batch: int) -> Cache:
        """An empty cache for ``batch`` sequences of at most ``LONGEST`` tokens."""
        weight = self.tokens.weight
        head = self.size.width // self.size.heads
        shape = (self.size.layers, batch, self.size.heads, MOST_CONCEPTS + LONGEST, head)
        return Cache(weight.new_zeros(shape), weight.new_zeros(shape))

    def read_text(self, text: Tensor, cache: Cache) -> None:
        """Put the text prefix ``[B, MOST_CONCEPTS]`` into an empty cache."""
        self._through(self.text(text), cache)

    def step(self, tokens: Tensor, places: Tensor, cache: Cache) -> Tensor:
        """Logits ``[B, V]`` after one more token ``[B]`` at places ``[B, 3]``."""
        x = self._written(tokens[:, None], places[:, None])
        return self._logits(self._through(x, cache))[:, 0]

    def _written(self, tokens: Tensor, places: Tensor) -> Tensor:
        begun, left, position = places.unbind(dim=-1)
        where = self.bars_begun(begun) + self.bars_left(left) + self.position(position)
        embedded: Tensor = self.tokens(tokens) + where
        return embedded

    def _through(self, x: Tensor, cache: Cache | None) -> Tensor:
        start = 0 if cache is None else cache.filled
        if cache is not None and start + x.shape[1] > cache.keys.shape[3]:
            raise ValueError(
                f"the cache has {cache.keys.shape[3]} places; {start + x.shape[1]} are asked for"
            )
        turn = self._turn(start, x.shape[1], x)
        for layer, block in enumerate(self.blocks):
            x = block(x, turn, cache, layer)
        if cache is not None:
            cache.filled += x.shape[1]
        return x

    def _turn(self, start: int, length: int, like: Tensor) -> tuple[Tensor, Tensor]:
        half = self.size.width // self.size.heads // 2
        exact = torch.promote_types(like.dtype, torch.float32)  # bfloat16 has no number between 256 and 258
        at = torch.arange(start, start + length, device=like.device, dtype=exact)
        rate = 10000.0 ** (-torch.arange(half, device=like.device, dtype=exact) / half)
        angle = at[:, None] * rate
        return angle.cos().to(like.dtype), angle.sin().to(like.dtype)

    def _logits(self, x: Tensor) -> Tensor:
        return functional.linear(self.last_norm(x), self.tokens.weight)
