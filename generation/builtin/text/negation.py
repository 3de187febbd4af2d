"""Which parts of a text are said to be absent: negating words and how far each of them reaches.

Works on items, the words of a text after its attributes were found. A negation before an attribute reaches to the end
of its phrase and through ``or``, ``nor`` and lists that end with them; through ``and`` between players ("without drums
and bass") and between attributes of one kind. A negation after it takes the whole list before it ("drums and bass are
not used").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.builtin.text.lexicon import Concept, words_of

PLAYERS = frozenset(("lead", "chords", "bass", "kit", "instrument"))


@dataclass(frozen=True, slots=True)
class Item:
    """One word or mark of a text, or all the words of one phrase that the lexicon knows (``concepts``)."""

    words: tuple[str, ...]
    concepts: tuple[Concept, ...] = ()

    @property
    def text(self) -> str:
        """The words as one."""
        return " ".join(self.words)

    @property
    def player(self) -> bool:
        """Whether it names a thing that sounds, and no quality."""
        return any(concept.group in PLAYERS for concept in self.concepts)


_ENDS = frozenset(".;!?")
_NEGATORS = words_of("""
    no not without never minus sans avoid avoiding avoids exclude excludes excluding except omit omits omitting skip
    skips skipping lack lacks lacking hardly barely neither zero forbid forbids remove removing besides
""")
_NEGATING_PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "instead of", "rather than", "other than", "free of", "free from", "devoid of", "absence of", "apart from",
        "anything but", "everything but", "all but", "far from", "away from", "leave out", "leaves out", "leaving out",
    )
)  # fmt: skip
_NO_NEGATIONS = frozenset(
    tuple(phrase.split())
    for phrase in ("not only", "not just", "not merely", "nothing but", "no doubt", "without doubt", "without a doubt")
)  # fmt: skip
# A player may follow these at once ("no fast drums"); after "not" and "never" an adjective stands alone ("not fast").
_BEFORE_NOUNS = _NEGATORS - {"not", "never", "hardly", "barely"}
_VERBS = words_of("use using add include have put play feature contain need want")
_DEGREES = words_of("too very so overly that particularly really especially")
_JOINS = words_of("or nor / and &")
_ARTICLES = words_of("a an the any")
_ARTICLES_OF_LISTS = words_of("any the either")
# What may stand between an attribute and "or" without ending the phrase.
_TRAILING = words_of("""
    sound sounds part parts track tracks music loop loops fills hits at all whatsoever please instrument instruments
    section sections line lines
""")
_AUXILIARIES = words_of("is are was were be being should must shall may can will to do does have has of kind")
_WANTED = words_of("""
    used allowed wanted needed required included permitted desired present there heard necessary welcome played
""")
ABSENT = "absent"
"""What ``drum-free`` and ``drumless`` say after the attribute."""
_UNWANTED = words_of("forbidden excluded banned prohibited omitted removed muted missing avoided") | {ABSENT}
NEGATING_WORDS = (
    _NEGATORS
    | {word for phrase in (*_NEGATING_PHRASES, *_NO_NEGATIONS) for word in phrase}
    | _DEGREES
    | _WANTED
    | _UNWANTED
    | {"nor"}
)
"""Words that say something of others, and ask for nothing themselves."""


def negated(items: Sequence[Item]) -> list[bool]:
    """For every item, whether the text says that it is to be absent."""
    result = _negated_before(items)
    for index, item in enumerate(items):
        if item.concepts and _negated_after(items, index):
            for earlier in _list_before(items, index):
                result[earlier] = True
    return result


@dataclass(slots=True)
class _Scope:
    """What an open negation has seen."""

    of_nouns: bool
    degree: bool = False
    colon: bool = False
    last: Item | None = None
    joined: str = ""


def _negated_before(items: Sequence[Item]) -> list[bool]:
    result = [False] * len(items)
    scope: _Scope | None = None
    index = 0
    while index < len(items):
        if length := _phrase_at(items, index, _NO_NEGATIONS):
            scope = None
        elif length := _phrase_at(items, index, _NEGATING_PHRASES) or int(items[index].text in _NEGATORS):
            # A second negation before anything was named takes the first one back ("not without drums").
            doubled = scope is not None and scope.last is None
            scope = None if doubled else _Scope(of_nouns=length > 1 or items[index].text in _BEFORE_NOUNS)
        elif scope is not None:
            scope = _next_scope(items, index, scope)
            if scope is not None and items[index].concepts:
                result[index], scope.last, scope.joined = True, items[index], ""
        index += max(length, 1)
    return result


def _phrase_at(items: Sequence[Item], index: int, phrases: frozenset[tuple[str, ...]]) -> int:
    """How many items from ``index`` spell one of the phrases; 0 if none."""
    texts = [item.text for item in items[index : index + 3]]
    return next((length for length in (3, 2) if tuple(texts[:length]) in phrases), 0)


def _next_scope(items: Sequence[Item], index: int, scope: _Scope) -> _Scope | None:
    """The scope at this item; None where it has ended."""
    item, word = items[index], items[index].text
    if word in _ENDS or word == "but":
        return None
    if item.concepts:
        return scope if scope.last is None or _reaches(scope, scope.last, item) else None
    return _before_name(scope, word) if scope.last is None else _after_name(items, index, scope)


def _before_name(scope: _Scope, word: str) -> _Scope | None:
    """The scope at a word between the negation and the first attribute."""
    scope.degree |= word in _DEGREES
    scope.of_nouns |= word in _VERBS
    scope.colon |= word == ":"
    return scope if word != "," else None


def _after_name(items: Sequence[Item], index: int, scope: _Scope) -> _Scope | None:
    """The scope at a word after an attribute: only a list, or words of the same phrase, hold it open."""
    word = items[index].text
    if word in _JOINS:
        scope.joined = "or" if scope.joined == "or" or word not in ("and", "&") else "and"
        return scope
    if word == ",":
        scope.joined = "or"
        return scope if scope.colon or _list_ends_with_or(items, index) else None
    return scope if word in (_ARTICLES if scope.joined else _TRAILING) else None


def _reaches(scope: _Scope, last: Item, item: Item) -> bool:
    """Whether the negation of ``last`` is one of ``item`` too, which follows it."""
    if scope.joined == "or":
        return True
    if scope.joined == "and":
        alike = {concept.group for concept in last.concepts} & {concept.group for concept in item.concepts}
        return (last.player and item.player) or (bool(alike) and not scope.degree)
    if last.player:
        return item.text in ("solo", "solos")
    return scope.of_nouns and not scope.degree


def _list_ends_with_or(items: Sequence[Item], comma: int) -> bool:
    """Whether what follows a comma is a list of attributes whose last one comes after ``or`` or ``nor``."""
    for item in items[comma + 1 :]:
        if item.text in ("or", "nor"):
            return True
        if not (item.concepts or item.text == "," or item.text in _ARTICLES_OF_LISTS | _TRAILING):
            return False
    return False


def _negated_after(items: Sequence[Item], index: int) -> bool:
    """Whether the words after an attribute say that it is not there: "drum-free", "drums are not wanted"."""
    after = [item.text for item in items[index + 1 : index + 8]]
    if after[:1] == ["free"]:
        return items[index].player and after[1:2] != ["jazz"]
    said = [word for word in after if word not in _AUXILIARIES]
    if said[:1] in (["not"], ["never"]):
        return any(word in _WANTED for word in said[1:3])
    return bool(said) and said[0] in _UNWANTED


def _list_before(items: Sequence[Item], index: int) -> list[int]:
    """The places of the attributes listed up to ``index``."""
    places = [index]
    for earlier in range(index - 1, -1, -1):
        if items[earlier].player:
            places.append(earlier)
        elif items[earlier].text not in _JOINS | _ARTICLES | {","}:
            break
    return places
