"""Where a study stands: for `study status`, for `--json` and for the console's first line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from generation import selectors as generation
from generation.models import Worker
from generation.queue import throughput
from raters.assigning.rating_counts import rating_counts
from raters.selectors.people import count_people
from raters.selectors.quarantine import report_summary
from studies.models import Study

Status = dict[str, Any]
GIB = 2**30
SILENCE_SHOWN = 0.05


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
        "reported_clips": report_summary(study),
        "raters": {"started": people.started, "finished": people.finished, "simulated": people.simulated},
        "generation": generation_status(study),
    }


def generation_status(study: Study) -> Status:
    """How the study's samples are made, system by system, and what every worker does."""
    steering = throughput.steering_of(study)
    return {
        "paused": steering.paused,
        "priority": steering.priority,
        "systems": [
            {
                "system": system.name,
                "made": system.made,
                "total": system.total,
                "claimed": system.claimed,
                "failed": dict(system.codes),
                "paused": system.paused,
                "priority": system.priority,
                "clips_per_minute": system.per_minute,
            }
            for system in throughput.making_by_system(study)
        ],
        "sound": [asdict(system) for system in generation.sound_by_system(study)],
        "workers": [
            {
                "host": worker.host,
                "pid": worker.pid,
                "device": worker.device,
                "device_name": worker.device_name,
                "memory_used": worker.memory_used,
                "memory_total": worker.memory_total,
                "activity": worker.activity,
                "study": worker.study,
                "system": worker.system,
                "clips_held": worker.clips_held,
                "seen_at": worker.seen_at.isoformat(),
                "silent": worker.silent,
            }
            for worker in throughput.workers()
        ],
    }


def generation_lines(state: Status) -> list[str]:
    """What ``generation_status`` says, for people: paused or not, systems that are not done, workers."""
    lines = []
    if state["paused"]:
        lines.append("  making    paused: no worker claims a sample of this study")
    elif state["priority"]:
        lines.append(f"  making    priority {state['priority']}")
    for system in state["systems"]:
        notes = [f"{count} {code}" for code, count in system["failed"].items()]
        notes += ["paused"] if system["paused"] else []
        notes += [f"priority {system['priority']}"] if system["priority"] else []
        if notes or system["made"] < system["total"]:
            shown = f": {', '.join(notes)}" if notes else ""
            lines.append(f"  {system['system']}: {system['made']} of {system['total']} made{shown}")
    lines += [
        f"  {sound['name']}: sound of {sound['clips']} clips: {', '.join(notes)}"
        for sound in state["sound"]
        if (notes := _sound_notes(sound))
    ]
    for worker in state["workers"]:
        doing = Worker.Activity(worker["activity"]).label
        holds = (
            f"{worker['study']}/{worker['system']}, {worker['clips_held']} clips" if worker["system"] else ""
        )
        said = "silent" if worker["silent"] else ", ".join(filter(None, [doing, holds]))
        memory = f"{worker['memory_used'] / GIB:.1f} of {worker['memory_total'] / GIB:.1f} GiB"
        lines.append(
            f"  worker    {worker['host']}:{worker['pid']} {worker['device']} "
            f"({worker['device_name']}, {memory}): {said}"
        )
    return lines


def _sound_notes(sound: Status) -> list[str]:
    """What is odd about a system's clips, and nothing where nothing is."""
    notes = [f"{sound['silent_share']:.0%} silence"] if sound["silent_share"] >= SILENCE_SHOWN else []
    for count, what in ((sound["clipped"], "clipped at the source"), (sound["mono"], "mono")):
        notes += [f"{count} {what}"] if count else []
    return notes + ([f"{sound['offset']} with a constant offset (DC)"] if sound["offset"] else [])


def status_text(state: Status) -> str:
    samples, rated, people = state["samples"], state["comparisons"], state["raters"]
    if state["state"] == Study.State.DRAFT:
        return f"{state['study']}: draft, nothing is planned before `study launch {state['study']}`"
    ratings = f"{rated['submitted']} of {rated['planned']}, {rated['under_way']} under way"
    reported = [
        f"  reported  {clip['sample']}: {clip['reports']} times"
        f"{', in gold pairs' if clip['gold'] else ''}{', quarantined' if clip['quarantined'] else ''}"
        for clip in state["reported_clips"]
    ]
    return "\n".join(
        [
            f"{state['study']}: {state['state']}",
            f"  samples   {samples['ready']} of {samples['total']} ready, {samples['failed']} failed",
            f"  rated     {ratings if rated['planned'] else 'comparisons are planned when the study opens'}",
            f"  raters    {people['finished']} finished of {people['started']}, {people['simulated']} simulated",
            *reported,
            *generation_lines(state["generation"]),
        ]
    )
