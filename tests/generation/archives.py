"""ZIP archives of clips for tests, honest and not."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping

import numpy as np
import soundfile

MANIFEST = b"prompt_id,path\np0,a.wav\np1,b.flac\n"


def clip(
    kind: str = "WAV", *, seed: int = 0, seconds: float = 1.2, rate: int = 44_100, channels: int = 1
) -> bytes:
    """Noise as a sound file."""
    buffer = io.BytesIO()
    noise = 0.1 * np.random.default_rng(seed).standard_normal((round(seconds * rate), channels))
    soundfile.write(buffer, noise, rate, format=kind)
    return buffer.getvalue()


def a_system(seed: int = 0) -> dict[str, bytes]:
    """Manifest and clips of two prompts."""
    return {
        "manifest.csv": MANIFEST,
        "a.wav": clip(seed=seed),
        "b.flac": clip("FLAC", seed=seed + 1, channels=2, rate=48_000),
    }


def two_systems() -> dict[str, bytes]:
    """``ours`` and ``theirs``, complete."""
    systems = {"ours": a_system(0), "theirs": a_system(10)}
    return {f"{name}/{file}": data for name, files in systems.items() for file, data in files.items()}


def zipped(files: Mapping[str, bytes], *, links: Mapping[str, str] | None = None) -> bytes:
    """An archive; ``links`` are symbolic links and where they lead."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # no time of day in the bytes
        for name, target in (links or {}).items():
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    return buffer.getvalue()
