"""Which pair a rater's browser may prefetch, sealed: it can be brought back, and neither read nor made."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from typing import Self

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

# Longer than anybody judges one pair; short, so that nobody collects tokens to choose from.
LIFETIME = 3600
_FORM = struct.Struct(">QQQI?16s")


@dataclass(frozen=True, slots=True)
class PrefetchToken:
    """What comes at ``position`` of ``session``: the waiting ``row`` (0: a pair made when it is given), as ``key``."""

    session: int
    row: int
    comparison: int
    position: int
    swapped: bool
    key: str

    def seal(self) -> str:
        """Text that says nothing, and is as long for every pair."""
        packed = _FORM.pack(
            self.session, self.row, self.comparison, self.position, self.swapped, bytes.fromhex(self.key)
        )
        return token_cipher().encrypt(packed).decode()

    @classmethod
    def unseal(cls, sealed: str, session: int) -> Self | None:
        """None: not sealed here, too old, or another session's."""
        try:
            packed = token_cipher().decrypt(sealed, ttl=LIFETIME)
        except (InvalidToken, ValueError):
            return None
        owner, row, comparison, position, swapped, key = _FORM.unpack(packed)
        return cls(owner, row, comparison, position, swapped, key.hex()) if owner == session else None


def token_cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac("raters.promises", "", algorithm="sha256").digest()))
