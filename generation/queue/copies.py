"""Rows of samples taken over from another study: the sounds are stored by content and are not copied."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from generation.models import Mastering, Sample
from studies.models import Study

_KEPT = (
    "key",
    "index",
    "seed",
    "state",
    "raw_sha256",
    "audio_sha256",
    "reachable_loudness",
    "measures",
    "provenance",
    "made_at",
)


def copy_ready_samples(*, source: Study, target: Study) -> int:
    """Give ``target`` the ready samples of ``source`` for the systems and prompts that both have. Returns how many.

    Clips that are left out of ``source`` are not copied.
    """
    systems = dict(target.systems.values_list("name", "pk"))
    prompts = dict(target.prompts.values_list("key", "pk"))
    ready = source.samples.filter(
        state=Sample.State.READY, system__name__in=systems, prompt__key__in=prompts
    ).exclude(review__left_out_because__gt="")
    with transaction.atomic():
        originals = list(ready.filter(source=None).select_related("system", "prompt"))
        copies = _copy(originals, target, systems, prompts, {})
        by_key = {sample.key: sample for sample in copies}
        twins = list(ready.filter(source__key__in=by_key).select_related("system", "prompt", "source"))
        copied_twins = _copy(twins, target, systems, prompts, by_key)
        mastering = Mastering.objects.filter(study=source).first()
        if mastering is not None:
            Mastering.objects.get_or_create(study=target, defaults={"loudness": mastering.loudness})
    return len(copies) + len(copied_twins)


def _copy(
    samples: Sequence[Sample],
    target: Study,
    systems: dict[str, int],
    prompts: dict[str, int],
    sources: dict[str, Sample],
) -> list[Sample]:
    rows = [
        Sample(
            study=target,
            system_id=systems[sample.system.name],
            prompt_id=prompts[sample.prompt.key],
            source=sources[sample.source.key] if sample.source else None,
            **{name: getattr(sample, name) for name in _KEPT},
        )
        for sample in samples
    ]
    return Sample.objects.bulk_create(rows, batch_size=1000)


def delete_planned_samples(*, study: Study, systems: Collection[str]) -> None:
    """Nothing more is made for systems that were withdrawn; what was made stays."""
    study.samples.filter(state=Sample.State.PLANNED, system__name__in=systems).delete()


def delete_samples(*, study: Study) -> None:
    """Remove all samples of a study, broken copies first. Sounds stay in the store: another study may hold them."""
    with transaction.atomic():
        study.samples.exclude(source=None).delete()
        study.samples.all().delete()
