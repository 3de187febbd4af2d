"""`study plan`: what a study file asks of machines and raters, before anything is launched."""

from __future__ import annotations

from raters.pages import seconds_per_task
from studies.design import totals
from studies.spec import StudySpec


def plan_text(spec: StudySpec) -> str:
    """Samples, comparisons, raters and hours of the design as it stands."""
    size = totals(spec)
    each = size.tasks_per_session * seconds_per_task(spec) / 60
    hours = size.ratings * seconds_per_task(spec) / 3600
    return "\n".join(
        [
            f"{spec.study.slug}: {len(spec.systems)} systems, {len(spec.prompts)} prompts, {spec.scale}",
            f"  samples      {size.samples} of {spec.audio.duration:g} s",
            f"  comparisons  {size.comparisons}, {size.ratings} ratings in all",
            f"  raters       at least {size.sessions}, {size.tasks_per_session} tasks each, about {each:.0f} min",
            f"  listening    about {hours:.1f} hours of people's time in all",
        ]
    )
