"""Names that a person takes for one and the table holds as two."""

import unicodedata
from collections import defaultdict

from analysis.stats.notice import Notice
from analysis.table.coded import Table

NAMED = {
    "criterion": ("criterion",),
    "system": ("system_first", "system_second"),
    "prompt": ("prompt_id",),
    "rater": ("rater",),
    "group of raters": ("rater_group",),
}
MOST = 5


def name_notices(table: Table) -> tuple[Notice, ...]:
    """A warning about names that look the same, or differ only in case or blanks: they are counted apart."""
    alike = [f"{noun} {' / '.join(map(_shown, names))}" for noun, names in _alike(table)]
    if not alike:
        return ()
    more = f", and {len(alike) - MOST} more" if len(alike) > MOST else ""
    text = (
        "These names look the same, or differ only in case or blanks, and are counted apart: "
        f"{', '.join(alike[:MOST])}{more}."
    )
    return (Notice("similar_names", text),)


def _as_seen(name: str) -> str:
    """What a person sees of a name: one form of each character, nothing of no width, one kind of blank, no case."""
    composed = unicodedata.normalize("NFKC", name)
    visible = "".join(character for character in composed if unicodedata.category(character) != "Cf")
    return " ".join(visible.casefold().split())


def _shown(name: str) -> str:
    """Quoted, with what cannot be seen written as an escape."""
    unseen = unicodedata.normalize("NFC", name) != name or any(
        unicodedata.category(character) == "Cf" for character in name
    )
    return ascii(name) if unseen else repr(name)


def _alike(table: Table) -> list[tuple[str, list[str]]]:
    found = []
    for noun, columns in NAMED.items():
        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted({label for column in columns for label in table.text(column, "").labels}):
            groups[_as_seen(name)].append(name)
        found += [(noun, names) for names in groups.values() if len(names) > 1]
    return found
