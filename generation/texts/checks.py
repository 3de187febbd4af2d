"""What no rater should read: texts that are empty, that go round in circles, or that refuse to answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|[^\w\s]")
LOOP_TOKENS = 8
FEWEST_TOKENS_OF_A_LOOP = 32
SHARE_OF_A_LOOP = 0.5
APOLOGY = re.compile(
    r"""\s*(?: i['\u2019]?m\ (?:very\ )?sorry | i\ am\ sorry | sorry | i\ apologi[sz]e | as\ an\ ai | unfortunately
      | (?:es\ )?tut\ mir\ leid | leider )\b .{0,160}?\b
    (?: i\ can(?:['\u2019]t|not) | i\ am\ (?:unable|not\ able)\ to | i['\u2019]m\ (?:unable|not\ able)\ to
      | i\ won['\u2019]t\ be\ able\ to | kann\ ich\ .{0,30}?nicht | ich\ kann\ .{0,30}?nicht )\b""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
BARE_REFUSAL = re.compile(
    r"""\s*(?: i\ can(?:['\u2019]t|not) | i(?:\ am|['\u2019]m)\ (?:not\ able|unable)\ to | ich\ kann\ .{0,20}?nicht )
    \W+(?:\w+\W+){0,3}? (?: assist | help | fulfil+ | comply | provide | answer | generate | create | do\ that
      | helfen | beantworten )\b""",
    re.IGNORECASE | re.VERBOSE,
)
LONGEST_REFUSAL = 400  # characters: longer texts apologise and then answer


class TextRejected(ValueError):
    """A text that cannot enter a study. The code is stable (it is stored and counted), the text is for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def require_readable(text: str) -> None:
    """Raise TextRejected for a canonical text that is empty (``empty_text``), repeats itself (``looping_text``), or
    refuses to answer (``refused_text``)."""
    if not any(char.isalnum() for char in text) and not any(ord(char) > 0x2190 for char in text):
        raise TextRejected("empty_text", f"the text has no word in it: {text[:60]!r}")
    share = repeated_share(TOKEN.findall(text.casefold()))
    if share > SHARE_OF_A_LOOP:
        raise TextRejected(
            "looping_text",
            f"{share:.0%} of the text repeats {LOOP_TOKENS} tokens that came before; allowed: up to "
            f"{SHARE_OF_A_LOOP:.0%}",
        )
    if len(text) <= LONGEST_REFUSAL and (APOLOGY.match(text) or BARE_REFUSAL.match(text)):
        raise TextRejected("refused_text", f"the model refuses to answer: {text[:80]!r}")


def repeated_share(tokens: Sequence[str]) -> float:
    """The share of runs of `LOOP_TOKENS` tokens that stood earlier in the text; 0 for texts too short to loop."""
    if len(tokens) < FEWEST_TOKENS_OF_A_LOOP:
        return 0.0
    runs = [tuple(tokens[start : start + LOOP_TOKENS]) for start in range(len(tokens) - LOOP_TOKENS + 1)]
    return 1 - len(set(runs)) / len(runs)
