"""Where a study stands: for `study status`, for `--json` and for the console's first line."""

from __future__ import annotations

from typing import Any

from generation import selectors as generation
from raters.assigning.rating_counts import rating_counts
from raters.selectors.people import count_people
from studies.models import Study

Status = dict[str, Any]


def status(study: Study) -> Status:
    """Counts of one study as plain data, the shape of `study status --json`."""
    samples, ratings, people = (
        generation.sample_counts(study),
        rating_counts(study),
        count_people(study),
    )
    return {
        "study": study.slug,
        "state": study.state,
        "sha256": study.sha256,
        "samples": {
            "total": samples.total,
            "ready": samples.ready,
            "under_way": samples.under_way,
            "failed": samples.failed,
        },
        "comparisons": {
            "planned": ratings.planned,
            "submitted": ratings.submitted,
            "under_way": ratings.under_way,
        },
        "raters": {"started": people.started, "finished": people.finished, "simulated": people.simulated},
    }


def status_text(state: Status) -> str:
    samples, rated, people = state["samples"], state["comparisons"], state["raters"]
    if state["state"] == Study.State.DRAFT:
        return f"{state['study']}: draft, nothing is planned before `study launch {state['study']}`"
    ratings = f"{rated['submitted']} of {rated['planned']}, {rated['under_way']} under way"
    return "\n".join(
        [
            f"{state['study']}: {state['state']}",
            f"  samples   {samples['ready']} of {samples['total']} ready, {samples['failed']} failed",
            f"  rated     {ratings if rated['planned'] else 'comparisons are planned when the study opens'}",
            f"  raters    {people['finished']} finished of {people['started']}, {people['simulated']} simulated",
        ]
    )
