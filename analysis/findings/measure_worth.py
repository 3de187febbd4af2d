"""What automatic measures are worth: each measure of the clips beside what people said of the same clips.

Measures are never ratings. They enter no win rate of people; the prediction-powered win rate is offered beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.findings.selection import kept_rows, kind_of, levels_of, main_rows, votes_of
from analysis.stats.cluster import Clusters
from analysis.stats.measure_agreement import (
    Share,
    agreement_with_raters,
    clusters_among,
    noise_ceiling,
)
from analysis.stats.measure_correlation import Correlation, correlation_by_system, tau_by_clip
from analysis.stats.prediction_powered import Measured, PoweredMean, Rated, powered_mean
from analysis.stats.votes import Floats, Ints, Votes
from analysis.table.coded import Table
from analysis.table.measure_table import MeasureTable


@dataclass(frozen=True)
class PoweredPair:
    """The win rate of `system_b`, with and without the measure."""

    system_a: str
    system_b: str
    mean: PoweredMean


@dataclass(frozen=True)
class MeasureWorth:
    """One measure beside one criterion. ``differs``: it is not the same on both sides of every pair."""

    measure: str
    criterion: str
    differs: bool
    agreement: Share
    ceiling: Share | None
    tau: Correlation | None
    by_system: Correlation | None
    powered: tuple[PoweredPair, ...]


def weigh_measures(table: Table, measures: MeasureTable, confidence: float) -> tuple[MeasureWorth, ...]:
    """Every measure beside every criterion that it can be held against, in the order of their names.

    The table must have been read with `samples_first` and `samples_second`. Measures of clips stand beside criteria
    of pairs, measures of sets beside criteria of sets. Only main ratings that no rule excludes are used.
    """
    return tuple(
        worth
        for criterion in table.texts["criterion"].labels
        for measure in sorted(measures.sets if kind_of(table, criterion) == "diversity" else measures.clips)
        if (worth := _weigh(table, measures, criterion, measure, confidence)) is not None
    )


def _weigh(
    table: Table, measures: MeasureTable, criterion: str, measure: str, confidence: float
) -> MeasureWorth | None:
    rows = table.texts["criterion"].rows_with(criterion) & main_rows(table) & kept_rows(table)
    if not rows.any():
        return None
    votes = votes_of(table, rows, reach=max(abs(level) for level in levels_of(table, criterion)))
    first, second = side_values(table, measures, criterion, measure, np.flatnonzero(rows))
    difference = np.where(votes.second_played_first, first - second, second - first)
    agreement = agreement_with_raters(votes, difference, confidence=confidence)
    if agreement is None:
        return None
    by_clip = clip_means(table, np.flatnonzero(rows), first, second)
    return MeasureWorth(
        measure=measure,
        criterion=criterion,
        differs=bool(np.nan_to_num(difference).any()),
        agreement=agreement,
        ceiling=noise_ceiling(votes, confidence=confidence),
        tau=None if by_clip is None else tau_by_clip(*by_clip, confidence=confidence),
        by_system=correlation_by_system(*system_means(votes, difference), confidence=confidence),
        powered=tuple(
            powered_pairs(table, votes, difference, measures, criterion, measure, rows, confidence)
        ),
    )


def side_values(
    table: Table, measures: MeasureTable, criterion: str, measure: str, index: Ints
) -> tuple[Floats, Floats]:
    """The measure of what was played first and second in the rows of `index`, nan where a clip has none."""
    prompt = table.texts["prompt_id"]
    sides = []
    for side in ("first", "second"):
        system, samples = table.texts[f"system_{side}"], table.texts[f"samples_{side}"]
        if kind_of(table, criterion) == "diversity":
            known = measures.sets[measure]
            values = [
                known.get((system.labels[s], prompt.labels[p]), np.nan)
                for s, p in zip(system.codes[index], prompt.codes[index], strict=True)
            ]
            sides.append(np.array(values, dtype=np.float64))
        else:
            clips = measures.clips[measure]
            of_label = [
                np.mean([clips.get(clip, np.nan) for clip in label.split()]) if label else np.nan
                for label in samples.labels
            ]
            sides.append(np.array(of_label, dtype=np.float64)[samples.codes[index]])
    return sides[0], sides[1]


def clip_means(
    table: Table, index: Ints, first: Floats, second: Floats
) -> tuple[Floats, Floats, Ints] | None:
    """Per clip (or set): its mean preference, its measure, its prompt. None where no row has both measures."""
    known = ~np.isnan(first + second)
    index, first, second = index[known], first[known], second[known]
    if index.size == 0:
        return None
    sides = [table.texts[name] for name in ("samples_first", "samples_second")]
    labels = sorted({label for side in sides for label in side.labels})
    number = {label: place for place, label in enumerate(labels)}
    clip = np.concatenate(
        [
            np.array([number[label] for label in side.labels], dtype=np.int64)[side.codes[index]]
            for side in sides
        ]
    )
    preference = table.preference[index].astype(np.float64)
    heard = np.bincount(clip, minlength=len(labels))
    kept = np.flatnonzero(heard)
    totals = (
        np.bincount(clip, values, len(labels))[kept] / heard[kept]
        for values in (np.concatenate([-preference, preference]), np.concatenate([first, second]))
    )
    human, measure = totals
    prompt = np.zeros(len(labels), dtype=np.int64)
    prompt[clip] = np.tile(table.texts["prompt_id"].codes[index], 2)
    return human, measure, np.unique(prompt[kept], return_inverse=True)[1].astype(np.int64)


def system_means(votes: Votes, difference: Floats) -> tuple[Floats, Floats]:
    """Per system: its mean win rate over opponents, and the mean measure's advantage over them, [K] each."""
    known = ~np.isnan(difference)
    size = len(votes.systems)
    pair = votes.pairs[votes.pair[known]]
    won = votes.outcome[known] / 2
    ahead = difference[known]
    times = np.bincount(pair.ravel(), minlength=size).astype(np.float64)
    kept = times > 0
    human = np.bincount(pair[:, 1], won, size) + np.bincount(pair[:, 0], 1 - won, size)
    measure = np.bincount(pair[:, 1], ahead, size) - np.bincount(pair[:, 0], ahead, size)
    return human[kept] / times[kept], measure[kept] / times[kept]


def powered_pairs(
    table: Table,
    votes: Votes,
    difference: Floats,
    measures: MeasureTable,
    criterion: str,
    measure: str,
    rows: np.ndarray[tuple[int], np.dtype[np.bool_]],
    confidence: float,
) -> Iterator[PoweredPair]:
    """The prediction-powered win rate of every pair with measured prompts that nobody rated."""
    of_prompts = prompt_values(measures, measure, sets=kind_of(table, criterion) == "diversity")
    prompt_labels = table.texts["prompt_id"].labels
    codes = table.texts["prompt_id"].codes[np.flatnonzero(rows)].astype(np.int64)
    for pair, (a, b) in enumerate(votes.pairs):
        mine = np.flatnonzero((votes.pair == pair) & ~np.isnan(difference))
        if mine.size == 0:
            continue
        names = votes.systems[a], votes.systems[b]
        clusters = clusters_among(votes, mine)
        everything = measured_pairs(of_prompts, names, rated_prompts(prompt_labels, codes[mine], clusters))
        rated = Rated(votes.outcome[mine] / 2, difference[mine], clusters)
        found = powered_mean(rated, everything, confidence=confidence)
        if found is not None:
            yield PoweredPair(*names, found)


def prompt_values(measures: MeasureTable, measure: str, *, sets: bool) -> dict[str, dict[str, float]]:
    """system -> prompt -> the mean of the measure over its clips, or the value of its set."""
    found: dict[str, dict[str, list[float]]] = {}
    if sets:
        for (system, prompt), value in measures.sets[measure].items():
            found.setdefault(system, {})[prompt] = [value]
    else:
        for clip, value in measures.clips[measure].items():
            system, prompt = measures.made_by[clip]
            found.setdefault(system, {}).setdefault(prompt, []).append(value)
    return {
        system: {prompt: float(np.mean(values)) for prompt, values in prompts.items()}
        for system, prompts in found.items()
    }


def rated_prompts(labels: tuple[str, ...], codes: Ints, clusters: Clusters) -> list[str]:
    """The rated prompts' ids, in the order of the clusters' numbers."""
    names = [""] * clusters.n_prompts
    for number, code in zip(clusters.prompt, codes, strict=True):
        names[number] = labels[code]
    return names


def measured_pairs(
    of_prompts: dict[str, dict[str, float]], names: tuple[str, str], rated: list[str]
) -> Measured:
    """Every prompt on which both systems were measured; the rated ones first, in their order."""
    first, second = (of_prompts.get(name, {}) for name in names)
    both = first.keys() & second.keys()
    others = sorted(both - set(rated))
    prompts = [(number, prompt) for number, prompt in enumerate(rated) if prompt in both]
    prompts += [(number, prompt) for number, prompt in enumerate(others, len(rated))]
    return Measured(
        np.array([second[prompt] - first[prompt] for _, prompt in prompts], dtype=np.float64),
        np.array([number for number, _ in prompts], dtype=np.int64),
    )
