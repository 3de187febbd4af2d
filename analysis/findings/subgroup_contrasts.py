"""Subgroups of a study: by tag of the prompt, by group of the rater. One interaction contrast per pair each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.settings import Settings
from analysis.stats.multiple import holm
from analysis.stats.notice import Notice
from analysis.stats.subgroups import Interaction, interaction
from analysis.stats.votes import Votes
from analysis.table.coded import Bools, Coded, Floats, Table

MOST_GROUPS = 20  # a way of dividing; the most frequent ones
NO_TAGS = ""


@dataclass(frozen=True)
class Subgroup:
    """One part of the ratings against all others. `p_holm` [P] is adjusted for every subgroup test of the criterion."""

    by: str  # prompt_tags or rater_group
    group: str
    found: Interaction
    p_holm: Floats


@dataclass(frozen=True)
class Subgroups:
    """Every subgroup of one criterion, and how many tests that made."""

    groups: tuple[Subgroup, ...]
    tests: int
    notices: tuple[Notice, ...]

    @property
    def caution(self) -> str:
        """What a reader must know before looking."""
        return (
            f"{self.tests} tests were made here, none of them planned; about {max(1, round(0.05 * self.tests))} in "
            f"{self.tests} would fall below .05 if no subgroup differed. Read p (Holm), which is adjusted for all of "
            "them, and take what you find for a question to the next study. The test is of the difference between a "
            "subgroup and all other ratings: that one interval holds 50% and another does not is no difference."
        )


def subgroups_of(table: Table, rows: Bools, votes: Votes, settings: Settings) -> Subgroups:
    """Subgroups of one criterion's `rows`; none where the file has neither column, or they divide nothing."""
    found, notices, divisions = [], [], []
    for by, parts in (("prompt_tags", _tags(table, rows)), ("rater_group", _groups(table, rows))):
        sizes = sorted(parts.items(), key=lambda part: (-int(part[1].sum()), part[0]))
        if len(sizes) > MOST_GROUPS:
            notices.append(_too_many(by, len(sizes)))
        for group, inside in sorted(sizes[:MOST_GROUPS]):
            contrast = interaction(votes, inside, confidence=settings.confidence)
            found.append(Subgroup(by, group, contrast, contrast.difference.p_value))
            divisions.append(inside)
    return _adjusted(found, _first_alike(divisions), tuple(notices))


def _first_alike(divisions: list[Bools]) -> list[int]:
    """For each division the first that divides the ratings the same way, itself or its mirror image: one test."""
    first: dict[bytes, int] = {}
    return [
        first.setdefault(np.packbits(inside == inside[0]).tobytes(), place)
        for place, inside in enumerate(divisions)
    ]


def _too_many(by: str, count: int) -> Notice:
    text = f"{count} subgroups by {by.replace('_', ' ')}: only the {MOST_GROUPS} with most ratings are shown."
    return Notice("many_subgroups", text)


def _adjusted(found: list[Subgroup], first: list[int], notices: tuple[Notice, ...]) -> Subgroups:
    if not found:
        return Subgroups((), 0, notices)
    tested = sorted(set(first))
    p_values = np.concatenate([found[place].p_holm for place in tested])
    adjusted = dict(zip(tested, np.split(holm(p_values), len(tested)), strict=True))
    groups = tuple(replace(part, p_holm=adjusted[place]) for part, place in zip(found, first, strict=True))
    tests = int((~np.isnan(p_values)).sum())
    return Subgroups(groups, tests, (*notices, *_uncomputed(groups)))


def _uncomputed(groups: tuple[Subgroup, ...]) -> Iterator[Notice]:
    names = [part.group for part in groups if np.isnan(part.found.difference.p_value).any()]
    if names:
        text = (
            "Subgroups in which some pairs have fewer than two raters or two prompts, inside or outside, or no "
            f"variation: those differences have no interval: {', '.join(names[:5])}"
        )
        yield Notice("small_subgroups", text + (" and others." if len(names) > 5 else "."))


def _tags(table: Table, rows: Bools) -> dict[str, Bools]:
    """Tag -> which of `rows` have it; tags that all or none of the rows have divide nothing."""
    column = table.text("prompt_tags", NO_TAGS)
    sets = [frozenset(tag.strip() for tag in label.split(";")) - {NO_TAGS} for label in column.labels]
    codes = column.codes[rows]
    parts = {
        tag: np.array([tag in tags for tags in sets], dtype=np.bool_)[codes]
        for tag in sorted(frozenset[str]().union(*sets))
    }
    return {tag: inside for tag, inside in parts.items() if 0 < inside.sum() < inside.size}


def _groups(table: Table, rows: Bools) -> dict[str, Bools]:
    """Group -> which of `rows` were rated by it; raters without a group are among the others."""
    column: Coded = table.text("rater_group", "")
    codes = column.codes[rows]
    parts = {label: codes == code for code, label in enumerate(column.labels) if label}
    return {label: inside for label, inside in parts.items() if 0 < inside.sum() < inside.size}
