"""May I stop? The always-valid monitor of planned contrasts, from the same table as everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import SettingRefused
from analysis.findings.selection import kept_rows, levels_of, main_rows, votes_of
from analysis.stats.sequential import Monitor, monitor, rater_blocks
from analysis.stats.votes import Floats, Votes
from analysis.table.coded import Table
from analysis.table.read import read_table


@dataclass(frozen=True)
class ContrastMonitor:
    """One planned contrast: `monitor.estimate` is the share of `system_b`, the later in the alphabet.

    `prompts`: how many the raters are asked about; the monitor speaks of these.
    """

    system_a: str
    system_b: str
    criterion: str
    monitor: Monitor
    prompts: int

    @property
    def sentence(self) -> str:
        """The honest answer, in words."""
        found, label = self.monitor, self.criterion.replace("_", " ")
        if found.blocks == 0:
            return f"No rating of {self.system_a} and {self.system_b} for {label} counts yet."
        interval = f"[{100 * found.low:.0f}, {100 * found.high:.0f}]"
        if not found.decided:
            raters = "1 rater" if found.blocks == 1 else f"{found.blocks} raters"
            return (
                f"Not decided after {raters}: {self.system_b} against {self.system_a} for {label}, "
                f"{100 * found.estimate:.0f}% {interval}. Going on is fine, and so is looking again."
            )
        ahead, behind = (
            (self.system_b, self.system_a) if found.estimate > 0.5 else (self.system_a, self.system_b)
        )
        return (
            f"You may stop: raters prefer {ahead} to {behind} for {label} on these prompts, however often this page "
            f"was opened.{self._few_prompts}"
        )

    @property
    def _few_prompts(self) -> str:
        if self.prompts >= FEW_PROMPTS:
            return ""
        noun = "prompt" if self.prompts == 1 else "prompts"
        return (
            f" With {self.prompts} {noun}, others may say otherwise: only the interval of the results, which allows "
            "for that, speaks of new prompts."
        )


Contrast = tuple[str, str, str]  # system, system, criterion
FEW_PROMPTS = 30


def follow(
    contrasts: Sequence[Contrast], blocks: Mapping[Contrast, Floats], *, prompts: int, confidence: float
) -> tuple[ContrastMonitor, ...]:
    """Follow planned contrasts through their blocks: per rater who is over, in the order in which they were, the share
    of their answers for the later system, ties split. Contrasts are named in the order of the alphabet; one without
    blocks may be missing. Raises SettingRefused for a contrast of a system with itself.
    """
    for one, two, _ in contrasts:
        if one == two:
            raise SettingRefused(f"contrast: got {one!r} against itself; allowed: two different systems")
    named = [(min(one, two), max(one, two), criterion) for one, two, criterion in contrasts]
    scores = [blocks.get(contrast, np.zeros(0)) for contrast in named]
    return tuple(
        ContrastMonitor(*contrast, monitor(score, confidence=confidence, contrasts=len(contrasts)), prompts)
        for contrast, score in zip(named, scores, strict=True)
    )


def monitor_csv(
    data: bytes, contrasts: Sequence[Contrast], *, confidence: float
) -> tuple[ContrastMonitor, ...]:
    """The same from `ratings.csv`, whose rows are in the order they came.

    A table does not say who has finished, so every rater in it counts as one who has, in the order of last ratings:
    give it the table of raters who are over. Raises TableRefused for the table and SettingRefused for
    a contrast of a system with itself.
    """
    table = read_table(data)
    named = {(min(one, two), max(one, two), criterion) for one, two, criterion in contrasts}
    return follow(
        contrasts,
        {contrast: _scores(table, *contrast) for contrast in named},
        prompts=len(table.texts["prompt_id"].labels),
        confidence=confidence,
    )


def _scores(table: Table, a: str, b: str, criterion: str) -> Floats:
    rows = main_rows(table) & kept_rows(table) & table.texts["criterion"].rows_with(criterion)
    if not rows.any():
        return np.zeros(0)
    votes = votes_of(table, rows, reach=max(levels_of(table, criterion)))
    pair = _pair(votes, a, b)
    return np.zeros(0) if pair is None else rater_blocks(votes, pair, _last_rows(votes))


def _pair(votes: Votes, a: str, b: str) -> int | None:
    names = [(votes.systems[first], votes.systems[second]) for first, second in votes.pairs]
    return names.index((a, b)) if (a, b) in names else None


def _last_rows(votes: Votes) -> Floats:
    """Where each rater's last rating is, [R]."""
    last = np.zeros(votes.n_raters)
    np.maximum.at(last, votes.rater, np.arange(votes.n))
    return last
