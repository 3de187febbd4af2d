"""From the raters who are over to the monitor's blocks: nothing is read twice, however many ratings there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import numpy as np

from analysis.findings.monitoring import Contrast
from analysis.stats.votes import Floats
from raters.assigning.monitor_path import path_of
from studies.models import Study


def blocks_of(study: Study, excluded: Collection[str]) -> Mapping[Contrast, Floats]:
    """Per contrast: each rater's share for the later system, ties split, in the order in which they were over.

    Every look continues the path of the looks before it. `excluded`: pseudonyms whom a pre-declared rule leaves out.
    """
    found: dict[Contrast, list[float]] = defaultdict(list)
    for criteria in path_of(study, excluded):
        for criterion, block in criteria.items():
            for pair, (n, points) in block["pairs"].items():
                a, b = pair.split(" ")
                found[a, b, criterion].append(points / (2 * n))
    return {contrast: np.array(shares) for contrast, shares in found.items()}
