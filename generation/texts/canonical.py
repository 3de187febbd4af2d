"""One form for every text of a study, so that nothing but the words tells two systems apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Tokens that steer a model and that some servers leave in: <|im_end|>, <s>, </s>, [INST] and their like.
SPECIAL_TOKENS = re.compile(r"<\|[^|<>\n]{1,40}\|>|</?s>|<(?:bos|eos|pad|unk)>|\[/?INST\]|<</?SYS>>")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
BLANKS_BEFORE_LINE_END = re.compile(r"[^\S\n]+(?=\n|\Z)")
# Marks that turn the direction of what follows; each text gets its direction from its content instead.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# A full stop of any script with its closing quotes and brackets, or the end of a line. Chinese and Japanese write no
# space after theirs.
SENTENCE_END = re.compile(
    "[.!?\u2026\u061f\u06d4\u0964][\"'\u201d\u2019)\\]\u00bb]*(?=\\s|\\Z)"
    "|[\u3002\uff01\uff1f][\u201d\u2019\u300d\u300f\uff09]*"
    "|\n"
)
CUT_MARK = " \u2026"
EARLIEST_CUT = 0.5  # of the limit: a sentence that ends earlier would lose more than a mark tells


@dataclass(frozen=True, slots=True)
class TextLimits:
    """How long a text may be: tokens of the model that writes it, and characters (code points) of what is shown."""

    max_tokens: int
    max_characters: int


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """The text as raters read it. ``cut``: its end was taken off, at a sentence or with a mark."""

    text: str
    cut: bool


def canonical_text(text: str, limits: TextLimits, *, ended: bool = True) -> CanonicalText:
    """NFC, one kind of line end, no control characters, no special tokens, no blanks at line ends, at most the limit.

    ``ended``: the model stopped by itself. A text that did not, or that is longer than the limit, is cut at the end
    of its last sentence, or at a word and then marked.
    """
    plain = SPECIAL_TOKENS.sub("", LINE_ENDS.sub("\n", text))
    kept = "".join(char for char in plain if not _is_removed(char))
    whole = BLANKS_BEFORE_LINE_END.sub("", unicodedata.normalize("NFC", kept)).strip("\n").strip()
    if ended and len(whole) <= limits.max_characters:
        return CanonicalText(whole, cut=False)
    return _cut_at_a_sentence(whole, limits.max_characters)


def _is_removed(char: str) -> bool:
    """Control characters, surrogates, byte-order and direction marks; not the joiners of emoji."""
    if char in "\n\t":
        return False
    return unicodedata.category(char) in {"Cc", "Cs"} or char in DIRECTION_MARKS or char == "\ufeff"


def _cut_at_a_sentence(whole: str, limit: int) -> CanonicalText:
    head = whole[:limit]
    ends = [match.end() for match in SENTENCE_END.finditer(whole[: limit + 1]) if match.end() <= limit]
    if ends and ends[-1] == len(whole):
        return CanonicalText(whole, cut=False)
    if ends and ends[-1] >= EARLIEST_CUT * len(head):
        return CanonicalText(head[: ends[-1]].rstrip(), cut=True)
    room = head[: limit - len(CUT_MARK)]
    inside_a_word = not whole[len(room) : len(room) + 1].isspace() and len(whole) > len(room)
    at_a_word = room[: room.rfind(" ")] if " " in room and inside_a_word else room
    # A mark or a joiner belongs to the character before it: half of an emoji would be shown as another one.
    while at_a_word and _belongs_to_the_last(whole[len(at_a_word) : len(at_a_word) + 1]):
        at_a_word = at_a_word[:-1]
    return CanonicalText(at_a_word.rstrip(" \n\t\u200d") + CUT_MARK, cut=True)


def _belongs_to_the_last(char: str) -> bool:
    return bool(char) and (unicodedata.combining(char) != 0 or char in "\u200d\ufe0e\ufe0f")
