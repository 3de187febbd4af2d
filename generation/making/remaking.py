"""Make finished clips again and compare bytes: the promise that the same seed on the same device is the same clip."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from generation.audio import pack_raw, shape
from generation.backends.base import Backend, Clip
from generation.making.provenance import all_versions, surroundings
from generation.making.targets import target_of
from generation.making.workbench import Workbench
from generation.making.worker import request_of
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
        backend = bench.load(group[0]).backend
        clips = _batch_again(backend, group[0])
        now = {**surroundings(bench.device)}
        now["versions"] = all_versions(now, backend.provenance())
        for sample in group:
            clip, target = clips[sample.key], target_of(sample.study)
            raw = pack_raw(shape(clip.audio, clip.sample_rate, target), target.sample_rate)
            same = hashlib.sha256(raw).hexdigest() == sample.raw_sha256
            yield Remade(sample.key, same, changed_surroundings(sample.provenance, now))


def _batch_again(backend: Backend, sample: Sample) -> dict[str, Clip]:
    """The clips of the sample's whole batch, by key."""
    keys = _batch_of(sample)
    rows = {row.key: row for row in sample.study.samples.filter(key__in=keys).select_related("prompt")}
    target = target_of(sample.study)
    clips = backend.generate([request_of(rows[key], target) for key in keys])
    return dict(zip(keys, clips, strict=True))


def _batch_of(sample: Sample) -> list[str]:
    return sample.provenance.get("batch") or [sample.key]


def changed_surroundings(then: Mapping[str, object], now: Mapping[str, object]) -> tuple[str, ...]:
    """Card or processor, threads and packages that are others now, in words.

    Versions are compared without their build tags: 2.14.1+cu130 and 2.14.1+cpu are the same code, and on which device
    it ran is compared by name. A package that the clip's record does not name was not part of making it.
    """
    pairs = [(name, then.get(name), now.get(name)) for name in ("device_name", "threads")]
    before = all_versions(then)
    pairs += [(name, before[name], version) for name, version in all_versions(now).items() if name in before]
    return tuple(
        f"{name} {old}, here {new}" for name, old, new in pairs if _without_build(old) != _without_build(new)
    )


def _without_build(version: object) -> str:
    """A version without its local part (PEP 440)."""
    return str(version).partition("+")[0]
