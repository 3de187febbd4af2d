"""Which backend a system's entry names. A new backend is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from generation.backends.base import Backend, BackendRefused

# Imported only when asked for: a worker without transformers still serves the built-in model.
BACKENDS: Mapping[str, str] = {
    "builtin": "generation.backends.builtin:BuiltinBackend",
    "folder": "generation.backends.folder:FolderBackend",
    "musicgen": "generation.backends.musicgen:MusicGenBackend",
    "http": "generation.backends.http:HttpBackend",
}


def prepare(config: Mapping[str, object], *, folder: Path, device: str) -> Backend:
    """Load the system that ``config`` (its entry in the study file) describes.

    Raises:
        BackendRefused: no such backend, or its configuration cannot work here.
    """
    name = str(config.get("backend"))
    if name not in BACKENDS:
        raise BackendRefused(f"backend: {name!r} is not known; allowed: {', '.join(sorted(BACKENDS))}")
    module, _, attribute = BACKENDS[name].partition(":")
    backend = getattr(import_module(module), attribute)
    # The study's canonical form writes out every option; null means that it was not asked for.
    asked = {key: value for key, value in config.items() if value is not None}
    return cast("Backend", backend.prepare(asked, folder=folder, device=device))
