"""Make finished clips again and compare bytes: the promise that the same seed on the same device is the same clip."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from generation.backends.base import Clip
from generation.making.finishing import raw_of
from generation.making.provenance import surroundings
from generation.making.worker import Workbench, request_of, target_of
from generation.models import Sample
from studies.models import Study


@dataclass(frozen=True, slots=True)
class Remade:
    """One clip made again. ``changed`` names what is not as it was when the clip was made first."""

    key: str
    same: bool
    changed: tuple[str, ...]


def handful(*, study: Study, count: int, seed: int) -> list[Sample]:
    """``count`` of the study's finished clips, the same for the same ``seed``."""
    made = study.samples.filter(source=None).exclude(raw_sha256="").order_by("key")
    keys = list(made.values_list("key", flat=True))
    chosen = random.Random(seed).sample(keys, min(count, len(keys)))
    rows = study.samples.filter(key__in=chosen).select_related("system", "prompt", "study")
    return sorted(rows, key=lambda row: (row.system_id, _batch_of(row), row.key))


def remake(*, bench: Workbench, samples: Sequence[Sample]) -> Iterator[Remade]:
    """Each with the whole batch it was made in: a model's last bits may depend on its neighbours. Writes nothing.

    Raises:
        BackendRefused, AudioRejected: a system cannot be loaded any more, or does not make the clip any more.
    """
    for _, together in groupby(samples, key=_batch_of):
        group = list(together)
        made = _made_again(bench, group[0])
        for sample in group:
            raw, _ = raw_of(made[sample.key], target_of(sample.study))
            same = hashlib.sha256(raw).hexdigest() == sample.raw_sha256
            yield Remade(sample.key, same, _changed(sample, bench.device))


def _made_again(bench: Workbench, sample: Sample) -> dict[str, Clip]:
    """The clips of the sample's whole batch."""
    keys = _batch_of(sample)
    rows = {row.key: row for row in sample.study.samples.filter(key__in=keys).select_related("prompt")}
    target = target_of(sample.study)
    clips = bench.load(sample).backend.generate([request_of(rows[key], target) for key in keys])
    return dict(zip(keys, clips, strict=True))


def _batch_of(sample: Sample) -> list[str]:
    return sample.provenance.get("batch") or [sample.key]


def _changed(sample: Sample, device: str) -> tuple[str, ...]:
    """Card or processor, threads, packages."""
    now, then = _flat(surroundings(device)), _flat(sample.provenance)
    return tuple(f"{name} {then.get(name)}, here {new}" for name, new in now.items() if then.get(name) != new)


def _flat(record: Mapping[str, object]) -> dict[str, object]:
    versions = record.get("versions")
    named = {name: record.get(name) for name in ("device_name", "threads")}
    return named | (dict(versions) if isinstance(versions, Mapping) else {})
