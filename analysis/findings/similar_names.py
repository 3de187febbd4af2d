"""Names that a person takes for one and the table holds as two."""

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
    """A warning about names that differ only in case or blanks: they are counted apart."""
    alike = [f"{noun} {' / '.join(map(repr, names))}" for noun, names in _alike(table)]
    if not alike:
        return ()
    more = f", and {len(alike) - MOST} more" if len(alike) > MOST else ""
    text = (
        f"These names differ only in case or blanks and are counted apart: {', '.join(alike[:MOST])}{more}."
    )
    return (Notice("similar_names", text),)


def _alike(table: Table) -> list[tuple[str, list[str]]]:
    found = []
    for noun, columns in NAMED.items():
        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted({label for column in columns for label in table.text(column, "").labels}):
            groups[" ".join(name.casefold().split())].append(name)
        found += [(noun, names) for names in groups.values() if len(names) > 1]
    return found
