"""Texts and numbers as columns that a linear classifier can use. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """``values`` is [rows, columns]; ``names`` says what each column is."""

    names: tuple[str, ...]
    values: Floats

    def rows(self, start: int, stop: int) -> Columns:
        return Columns(self.names, self.values[start:stop])


def beside(*parts: Columns) -> Columns:
    return Columns(
        tuple(name for part in parts for name in part.names), np.hstack([part.values for part in parts])
    )


def numbers(name: str, values: Iterable[float]) -> Columns:
    return Columns((name,), np.array(list(values), dtype=np.float64).reshape(-1, 1))


def characters(name: str, texts: Sequence[str]) -> Columns:
    """The code of each character, -1 after the end, and the length."""
    longest = max((len(text) for text in texts), default=0)
    codes = [[*map(ord, text), *[-1] * (longest - len(text)), len(text)] for text in texts]
    names = [f"{name}, character {place + 1}" for place in range(longest)]
    return Columns((*names, f"{name}, length"), np.array(codes, dtype=np.float64))


def digits(name: str, texts: Sequence[str]) -> Columns:
    """Hexadecimal digits by value: a digit that depends on a system is found whatever its neighbours are."""
    longest = max((len(text) for text in texts), default=0)
    values = [[_value(character) for character in text.ljust(longest)] for text in texts]
    names = tuple(f"{name}, digit {place + 1}" for place in range(longest))
    return Columns(names, np.array(values, dtype=np.float64).reshape(len(texts), longest))


def _value(character: str) -> int:
    return int(character, 16) if character in "0123456789abcdefABCDEF" else -1


def words(name: str, bags: Sequence[Sequence[str]]) -> Columns:
    """One column for each word that some rows have and some have not, the most common ones; and the length."""
    counts = Counter(word for bag in bags for word in set(bag))
    telling = [word for word, count in counts.most_common() if count < len(bags)][:MOST_WORDS]
    places = {word: place for place, word in enumerate(telling)}
    values = np.zeros((len(bags), len(telling) + 1))
    for row, bag in enumerate(bags):
        values[row, [places[word] for word in bag if word in places]] = 1
        values[row, -1] = sum(map(len, bag))
    return Columns((*(f"{name} {word[:60]!r}" for word in telling), f"{name}, length"), values)
