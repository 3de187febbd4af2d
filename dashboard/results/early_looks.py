"""Looking before the close. While people rate, the page shows a monitor that is valid at every look; the
fixed-sample results need a decision, which is written into the study's history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from analysis.bridge.monitor_blocks import blocks_of
from analysis.bridge.rater_records import excluded_of
from analysis.findings.monitoring import ContrastMonitor, follow
from analysis.output.figures.curves import monitor_curve
from dashboard import selectors
from dashboard.results.blinding import Letters
from raters.assigning.counts import tally_of
from raters.assigning.rating_counts import rating_counts
from studies.models import Study, StudyEvent
from studies.selectors import spec_of
from studies.services import record
from studies.spec import StudySpec
from studies.spec.model import Kind

RUNNING = (Study.State.OPEN, Study.State.PAUSED)
KINDS: tuple[Kind, ...] = ("quality", "diversity")


def watched(study: Study) -> bool:
    """Whether looking could bend the study: it is running, and people, not only programs, have rated."""
    return study.state in RUNNING and selectors.people_rated(tally_of(study))


def hidden(study: Study) -> bool:
    """Fixed-sample results wait for the close, or for a look that was recorded at just these ratings."""
    if not watched(study):
        return False
    last = looks(study)[-1:]
    return not last or last[0].detail.get("comparisons") != rating_counts(study).submitted


def looks(study: Study) -> list[StudyEvent]:
    return list(study.events.filter(kind="peeked"))


def look(*, study: Study) -> None:
    """Show the results as of now; every look at more ratings is another one."""
    record(study, "peeked", comparisons=rating_counts(study).submitted)


def note_export(*, study: Study) -> None:
    """The downloaded tables hold the results too."""
    if watched(study):
        record(study, "exported", comparisons=rating_counts(study).submitted)


@dataclass(frozen=True, slots=True)
class Watched:
    """One pair and criterion. `figure` is empty before the first rater."""

    found: ContrastMonitor
    figure: str


def monitors(study: Study, letters: Letters | None = None) -> Mapping[str, list[Watched]]:
    """The always-valid monitors of the study's contrasts, by criterion; all of them share the error."""
    spec = spec_of(study)
    contrasts = _contrasts(spec)
    threshold = len(contrasts) / (1 - spec.analysis.confidence)
    blocks = blocks_of(study, excluded_of(study))
    if letters:
        contrasts, blocks = sorted(map(letters.contrast, contrasts)), letters.blocks(blocks)
    found = follow(contrasts, blocks, prompts=len(spec.prompts), confidence=spec.analysis.confidence)
    drawn = [Watched(one, _figure(one, threshold)) for one in found]
    return {name: list(group) for name, group in groupby(drawn, key=lambda one: one.found.criterion)}


def _contrasts(spec: StudySpec) -> list[tuple[str, str, str]]:
    """The planned contrasts, or every pair where none is planned; criterion by criterion, as in the study file."""
    kinds = [kind for kind in KINDS if kind == "quality" or spec.diversity]
    names = dict.fromkeys(criterion.id for kind in kinds for criterion in spec.criteria_for(kind))
    every = [(a, b, name) for name in names for a, b in spec.pairs()]
    planned = planned_contrasts(spec)
    return [contrast for contrast in every if contrast in planned] if planned else every


def planned_contrasts(spec: StudySpec) -> frozenset[tuple[str, str, str]]:
    """What the study file says it wants to know, each pair in the order of the alphabet."""
    return frozenset((min(a, b), max(a, b), name) for a, b, name in spec.analysis.primary)


def _figure(found: ContrastMonitor, threshold: float) -> str:
    drawing = monitor_curve(found.monitor, threshold, f"{found.system_a} vs {found.system_b}")
    return drawing.inline(f"evidence-{found.criterion}-{found.system_a}-{found.system_b}") if drawing else ""
