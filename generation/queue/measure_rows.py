"""What automatic measures found, one row a clip or set and measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generation.models import Measure, Sample


def write_clip_measure(*, clip: Sample, name: str, value: float, made_with: Mapping[str, object]) -> None:
    """Write or replace one measure of one clip."""
    Measure.objects.update_or_create(
        sample=clip,
        name=name,
        defaults={
            "study_id": clip.study_id,
            "system_id": clip.system_id,
            "prompt_id": clip.prompt_id,
            "value": value,
            "clips": 1,
            "made_with": made_with,
        },
    )


def forget_clip_measure(*, clips: Sequence[Sample], name: str) -> None:
    """Delete a measure of clips that can no longer be measured so."""
    Measure.objects.filter(sample__in=clips, name=name).delete()


def write_set_measure(
    *, clips: Sequence[Sample], name: str, value: float, made_with: Mapping[str, object]
) -> None:
    """Write or replace one measure of the set of clips that a system made for a prompt."""
    first = clips[0]
    Measure.objects.update_or_create(
        sample=None,
        system_id=first.system_id,
        prompt_id=first.prompt_id,
        name=name,
        defaults={
            "study_id": first.study_id,
            "value": value,
            "clips": len(clips),
            "made_with": made_with,
        },
    )
