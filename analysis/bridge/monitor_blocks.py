"""From the counts by rater to the monitor's blocks: nothing is read twice, however many ratings there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from analysis.findings.monitoring import Contrast
from analysis.stats.votes import Floats
from raters.assigning.counts import tally_of
from raters.models import RaterCounts
from studies.models import Study


def blocks_of(study: Study, excluded: Collection[str]) -> Mapping[Contrast, Floats]:
    """Per contrast: each rater's share for the later system, ties split, in the order of their last answers."""
    tally_of(study)
    rows = RaterCounts.objects.filter(rater__study=study).exclude(rater__pseudonym__in=excluded)
    found: dict[Contrast, list[tuple[str, float]]] = defaultdict(list)
    for criteria in rows.values_list("blocks", flat=True).iterator():
        for contrast, block in _blocks(criteria):
            found[contrast].append(block)
    return {contrast: np.array([share for _, share in sorted(part)]) for contrast, part in found.items()}


def _blocks(criteria: Mapping[str, Any]) -> list[tuple[Contrast, tuple[str, float]]]:
    return [
        ((*pair.split(" "), criterion), (block["last"], points / (2 * n)))
        for criterion, block in criteria.items()
        for pair, (n, points) in block["pairs"].items()
    ]
