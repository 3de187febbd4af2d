"""What is recorded of every clip beside what its backend says: on what, beside which others, at what cost."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version

import torch

from generation.backends.base import Backend
from generation.making.memory import Reading
from generation.models import Sample

PACKAGES = ("torch", "torchaudio", "numpy", "scipy", "soundfile")


@lru_cache(maxsize=4)
def surroundings(device: str) -> Mapping[str, object]:
    """Device, its name, threads and package versions: what has to be the same for the same bytes."""
    card = device.startswith("cuda")
    name = torch.cuda.get_device_name(torch.device(device)) if card else platform.machine()
    versions = {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}}
    return {
        "device": device,
        "device_name": name,
        "threads": torch.get_num_threads(),
        "versions": versions | ({"cuda": str(torch.version.cuda)} if card else {}),
    }


def of_batch(
    backend: Backend, device: str, samples: Sequence[Sample], seconds: float, reading: Reading
) -> dict[str, object]:
    """The part that all clips of a batch share. ``seconds`` is of the whole batch.

    ``batch`` names its clips in order: a model's last bits may depend on it, so whoever makes a clip again to the
    byte (``manage.py remake``) makes them all.
    """
    ours, theirs = surroundings(device), backend.provenance()
    return {
        **ours,
        **theirs,
        "versions": all_versions(ours, theirs),
        "seconds": round(seconds / len(samples), 4),
        "peak_memory": reading.peak,
        "batch": [sample.key for sample in samples],
    }


def all_versions(*records: Mapping[str, object]) -> dict[str, object]:
    """The package versions of several records together; later ones win."""
    found: dict[str, object] = {}
    for record in records:
        versions = record.get("versions")
        found |= versions if isinstance(versions, Mapping) else {}
    return found


def of_clip(sample: Sample, shared: Mapping[str, object], notes: Mapping[str, object]) -> dict[str, object]:
    return {**shared, **notes, "seed": sample.seed, "attempt": sample.attempts}
