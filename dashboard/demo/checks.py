"""What must hold at the end of an unattended demo. Each check says what it looked at."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q

from generation.selectors import sample_counts
from raters.assigning.rating_counts import rating_counts
from raters.models import Assignment
from raters.selectors.people import count_people
from studies.models import Study
from studies.selectors import spec_of

PLANTED = "text_adherence"


@dataclass(frozen=True, slots=True)
class Check:
    holds: bool
    text: str


def checks(study: Study, export: Path, *, raters: int) -> Iterator[Check]:
    yield _samples(study)
    yield _raters(study, raters)
    yield _never_too_many(study)
    yield _all_marked(study, export)
    yield _same_numbers(study, export)
    yield _planted(export)


def _samples(study: Study) -> Check:
    counts = sample_counts(study)
    return Check(counts.ready == counts.total > 0, f"{counts.ready} of {counts.total} samples are ready")


def _raters(study: Study, wanted: int) -> Check:
    finished = count_people(study).finished
    return Check(
        finished >= wanted, f"{finished} raters went through the pages to the end (at least {wanted})"
    )


def _never_too_many(study: Study) -> Check:
    target = spec_of(study).design.ratings_per_comparison
    counted = Q(assignments__state=Assignment.State.SUBMITTED, assignments__role=Assignment.Role.MAIN)
    submitted = Count("assignments", filter=counted)
    over = study.comparisons.annotate(n=submitted).filter(n__gt=target).count()
    counts = rating_counts(study)
    return Check(not over, f"{counts.submitted} ratings of comparisons, none above its target of {target}")


def _all_marked(study: Study, export: Path) -> Check:
    with (export / "ratings.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    simulated = sum(row["simulated"] == "true" for row in rows)
    made = study.assignments.filter(state=Assignment.State.SUBMITTED, rater__simulated=True)
    expected = made.aggregate(n=Count("ratings", filter=~Q(ratings__preference=None)))["n"]
    return Check(
        simulated == expected > 0, f"{len(rows)} rows in ratings.csv, {simulated} marked as simulated"
    )


def _same_numbers(study: Study, export: Path) -> Check:
    """`python -m analysis` on the exported table, in a process of its own, without Django."""
    again = export.parent / "again"
    shutil.rmtree(again, ignore_errors=True)
    command = [sys.executable, "-m", "analysis", str(export / "ratings.csv"), "--out", str(again)]
    command += ["--confidence", str(spec_of(study).analysis.confidence)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        return Check(False, f"python -m analysis ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    names = sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    differing = [str(name) for name in names if (again / name).read_bytes() != (export / name).read_bytes()]
    text = f"python -m analysis gives the same {len(names)} files to the last byte"
    return Check(bool(names) and not differing, text + (f"; not {', '.join(differing)}" if differing else ""))


def _system_b(pair: dict[str, Any]) -> str:
    return str(pair["system_b"])


def _planted(export: Path) -> Check:
    """The simulated raters were made to prefer later systems, the last one most; the analysis must find that."""
    results: dict[str, Any] = json.loads((export / "results.json").read_text())
    pairs = results["criteria"][PLANTED]["pairs"]
    pair = max((pair for pair in pairs if pair["system_a"] == pairs[0]["system_a"]), key=_system_b)
    text = (
        f"the planted preference is found: {pair['system_b']} over {pair['system_a']} for {PLANTED}, "
        f"{pair['win_rate_b']:.0%}"
    )
    return Check(pair["win_rate_b"] > 0.5, text)


def sides(study: Study) -> tuple[int, int]:
    """How often the pair was shown straight and swapped."""
    counts = study.assignments.filter(state=Assignment.State.SUBMITTED).aggregate(
        swapped=Count("pk", filter=Q(swapped=True)), total=Count(F("pk"))
    )
    return counts["total"] - counts["swapped"], counts["swapped"]
