"""What the adversary saw: plain values that can be saved, altered and judged again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says before the first byte of a body."""

    status: int
    headers: Headers


@dataclass(frozen=True, slots=True)
class ClipSeen:
    """One clip of one side. ``card`` is its part of the page without letter and address; ``whole`` and
    ``part`` are the answers to a request for all of it and for its first bytes; ``size`` in bytes; ``head``
    what precedes the sound, in hexadecimal; ``lead`` and ``follow`` the seconds of a download before and
    after the other side's; ``loudness`` in LUFS and ``peak`` in dBFS.
    """

    address: str
    card: str
    whole: Answer
    part: Answer
    size: int
    head: str
    lead: float
    follow: float
    loudness: float
    peak: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One assignment: its address, its page without prompt and tokens, its clips by side, and the truth:
    which system is presented as ``first`` (A) and as ``second`` (B) on which prompt. ``visit`` numbers the session;
    ``role`` is that of the assignment: of gold and training one side was broken by us.
    """

    key: str
    page: str
    a: tuple[ClipSeen, ...]
    b: tuple[ClipSeen, ...]
    first: str
    second: str
    prompt: str
    visit: int = 0
    role: str = "main"

    @property
    def swapped(self) -> bool:
        """Whether the later system of the alphabet is presented first."""
        return self.first > self.second


_ALL = TypeAdapter(tuple[Seen, ...])


def save(seen: tuple[Seen, ...], path: Path) -> None:
    path.write_bytes(_ALL.dump_json(seen, indent=1))


def load(path: Path) -> tuple[Seen, ...]:
    """Raises ``pydantic.ValidationError`` for a file that ``save`` did not write."""
    return _ALL.validate_json(path.read_bytes())
