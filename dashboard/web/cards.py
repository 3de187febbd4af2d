"""The cards of a study's page: one number, one small plot, one sentence each; problems first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboard import selectors
from dashboard.selectors import History, Sides, Times
from dashboard.web.plots import Part, columns, stacked
from generation.selectors import SampleCounts
from raters.assigning.counts import Tally
from raters.assigning.rating_counts import RatingCounts, rating_counts
from raters.selectors.people import People
from studies.models import Study

State = Study.State
FEW = 30
FAR = 3.0  # standard errors from even
HASTY = 0.1


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    number: str
    unit: str
    sentence: str
    plot: str = ""
    trouble: bool = False


def cards(
    study: Study, samples: SampleCounts, systems: list[SampleCounts], tally: Tally, people: People
) -> list[Card]:
    ratings = rating_counts(study, tally)
    found = [_samples(study, samples, systems)]
    if ratings.planned:
        found += [_ratings(selectors.history(study, tally), ratings), _people(study, people)]
    if ratings.submitted:
        found += [_sides(selectors.sides(tally), ratings), *_times(selectors.times(study))]
    return sorted([*_failed(samples), *found], key=lambda card: not card.trouble)


def _failed(samples: SampleCounts) -> Iterator[Card]:
    if samples.failed:
        sentence = "No rater hears them, and their comparisons are left out."
        yield Card("Failed samples", str(samples.failed), f"of {samples.total}", sentence, trouble=True)


def _samples(study: Study, samples: SampleCounts, systems: list[SampleCounts]) -> Card:
    if samples.under_way:
        made = selectors.made_by_system(study)
        plot = _by_system(systems, made, "made")
        sentence = f"{samples.ready} are ready: once all are made, they are brought to one loudness."
        return Card("Samples made", str(sum(made.values())), f"of {samples.total}", sentence, plot)
    plot = _by_system(systems, {system.name: system.ready for system in systems}, "ready")
    sentence = "Made, checked, and all equally loud."
    return Card("Samples ready", str(samples.ready), f"of {samples.total}", sentence, plot)


def _by_system(systems: list[SampleCounts], done: Mapping[str, int], word: str) -> str:
    rows = []
    for system in systems:
        made = done.get(system.name, 0)
        left = system.total - system.failed - made
        counts = ((made, "mark", word), (system.failed, "wrong", "failed"), (left, "rest", "to go"))
        rows.append([Part(count, style, f"{system.name}: {count} {name}") for count, style, name in counts])
    return stacked(rows, f"Samples {word}, by system")


def _ratings(past: History, ratings: RatingCounts) -> Card:
    form, window = ("%d %b, %H:%M UTC", "day, by hour") if past.hourly else ("%a %d %b", "two weeks, by day")
    labels = [start.strftime(form) for start in past.starts]
    plot = columns(past.counts, f"Comparisons rated in the last {window}", labels)
    now = f"{ratings.under_way} with a rater" if ratings.under_way else "Nobody is rating"
    sentence = f"{now} at this moment." + (f" The bars: the last {window}." if plot else "")
    return Card("Comparisons rated", str(ratings.submitted), f"of {ratings.planned}", sentence, plot)


_WITHOUT_RATERS = {
    State.DRAFT: "Raters come once the study is open.",
    State.LAUNCHED: "Raters come once the study is open.",
    State.OPEN: "Nobody has come yet. Send out the link.",
    State.PAUSED: "Nobody has come yet. Open the study again to let raters in.",
    State.CLOSED: "Nobody came before the study was closed.",
}


def _people(study: Study, people: People) -> Card:
    parts = [
        Part(people.finished, "mark", f"{people.finished} finished"),
        Part(
            people.started - people.finished,
            "rest",
            f"{people.started - people.finished} under way or dropped out",
        ),
    ]
    plot = stacked([parts], f"{people.finished} of {people.started} finished")
    if not people.started:
        sentence = _WITHOUT_RATERS[State(study.state)]
    elif people.simulated:
        are = "is a simulated rater" if people.simulated == 1 else "are simulated raters"
        sentence = f"{people.simulated} of them {are}, marked as such in every table."
    else:
        sentence = "Everybody who agreed to take part is counted."
    return Card("Raters finished", str(people.finished), f"of {people.started}", sentence, plot)


def _sides(found: Sides, ratings: RatingCounts) -> Card:
    parts = [
        Part(found.first, "first", f"{found.first} answers for A"),
        Part(found.neither, "neutral", f"{found.neither} for neither"),
        Part(found.second, "second", f"{found.second} for B"),
    ]
    plot = stacked([parts], "Answers for A, for neither and for B")
    if not found.decided:
        return Card("Pull of side A", "\N{EN DASH}", "", "No answer has favoured a side yet.", plot)
    share = found.first / found.decided
    pulled = ratings.submitted >= FEW and abs(share - 0.5) > FAR * 0.5 / math.sqrt(ratings.submitted)
    sentence = "Share of decided answers. Near 50% no side pulls."
    if pulled:
        sentence = "Raters lean to one side. Sides are balanced, so it costs power, not truth."
    return Card("Side A chosen", f"{100 * share:.0f}%", "", sentence, plot, trouble=pulled)


def _times(found: Times | None) -> Iterator[Card]:
    if found is None:
        return
    most = max(found.seconds[int(0.95 * (len(found.seconds) - 1))], 1.0)
    counts = [0] * 20
    for seconds in found.seconds:
        counts[min(19, int(20 * seconds / (most * 1.05)))] += 1
    labels = [f"{most * 1.05 * place / 20:.0f} s and more" for place in range(20)]
    plot = columns(counts, "How long comparisons took", labels)
    hasty = found.hasty > HASTY * len(found.seconds)
    sentence = f"The median of the latest {len(found.seconds)} comparisons."
    if hasty:
        sentence = (
            f"The median. {found.hasty} of the latest {len(found.seconds)} took less time than their clips."
        )
    yield Card("Time per comparison", f"{found.median:.0f}", "s", sentence, plot, trouble=hasty)
