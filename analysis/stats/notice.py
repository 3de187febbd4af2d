"""What happened instead of a number: a stable code and a sentence for the reader."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Why a number is absent, or why a present one needs care. Codes stay put; texts may be reworded."""

    code: str
    text: str
