"""Numbers that look random and never change: the first bits of SHA-256 of what they belong to."""

from __future__ import annotations

import hashlib

_BETWEEN = "\x1f"  # no id can contain it, so different parts never give the same text


def stable_number(*parts: str | int, bits: int = 63) -> int:
    """A whole number in ``[0, 2**bits)`` for these parts, the same on every machine. ``bits`` at most 64."""
    digest = hashlib.sha256(_BETWEEN.join(map(str, parts)).encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits)
