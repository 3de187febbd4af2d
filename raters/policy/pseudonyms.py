"""Names for raters and sessions that say nothing about the person and can be read over the telephone."""

from __future__ import annotations

from typing import Literal

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are misread
RANDOM_BYTES = 5
_LENGTH = 8  # 5 bytes are 40 bits are 8 characters of 5 bits

Prefix = Literal["R", "S"]


def pseudonym(prefix: Prefix, random_bytes: bytes) -> str:
    """``"R-7ZK3M0QX"`` for a rater (``R``) or a session (``S``), from ``RANDOM_BYTES`` random bytes."""
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"a pseudonym takes {RANDOM_BYTES} random bytes, not {len(random_bytes)}")
    number = int.from_bytes(random_bytes, "big")
    characters = [_CROCKFORD[(number >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5)]
    return f"{prefix}-{''.join(characters)}"
