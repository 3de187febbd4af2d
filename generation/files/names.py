"""File names as people see them: the same name in two spellings is found, and two that look alike are told apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath


def composed(name: str) -> str:
    """Accents as one character with their letter (Unicode NFC): a Mac writes them apart, everybody else together."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """Equal for names that some machines cannot hold side by side: in accents, upper case and width."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def difference(first: str, second: str) -> str:
    """How two names differ that may look alike, in a few words; empty where they are equal."""
    if first == second:
        return ""
    if composed(first) == composed(second):
        return "accents composed in one and decomposed in the other"
    if first.casefold() == second.casefold():
        return "upper and lower case"
    if "".join(first.split()) == "".join(second.split()):
        return "blanks"
    place = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), -1)
    if place < 0 or len(first) != len(second):
        return "length"
    return f"character {place + 1}: {_named(first[place])} in one, {_named(second[place])} in the other"


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def lookalike(name: str, others: Iterable[str]) -> str | None:
    """The other name that somebody may have taken for ``name``; None where there is none."""
    there = list(others)
    for same in (composed, folded, _without_blanks, _skeleton):
        for other in there:
            if other != name and same(other) == same(name):
                return other
    return None


def _without_blanks(name: str) -> str:
    return "".join(
        character for character in folded(name) if not character.isspace() and character not in "_-"
    )


# Letters of other scripts, and signs, that a typeface draws like these.
_DRAWN_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u03bf\u03b1\u0131\u2010\u2011\u2012\u2013\u2014\u2212\u2019\u2018\u02bc",
    "aeopcyxijshdqoai------'''",
)


def _skeleton(name: str) -> str:
    return _without_blanks(folded(name).translate(_DRAWN_ALIKE))


class Listing:
    """The files below a folder, found by how they are named or spelled. Listings are read once."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._listings: dict[Path, list[str]] = {}

    def find(self, written: str) -> Path:
        """The path that ``written`` means; where nothing is there, the one it would be.

        As it stands if that exists; else with backslashes as slashes, and accents in either spelling.
        """
        exact = self.place / written
        if exact.exists():
            return exact
        path = self.place
        for part in PurePosixPath(written.replace("\\", "/")).parts:
            same = [name for name in self.names(path) if composed(name) == composed(part)]
            path /= same[0] if len(same) == 1 and part not in same else part
        return path if path.exists() else exact

    def names(self, folder: Path) -> list[str]:
        """What lies in a folder below; nothing where there is no such folder."""
        if folder not in self._listings:
            self._listings[folder] = (
                sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
            )
        return self._listings[folder]
