"""From a system's entry in the study file to a loaded system."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from generation.backends.base import Backend, BackendRefused, require_capable
from studies.backends import BACKENDS


def prepare(config: Mapping[str, object], *, folder: Path, device: str) -> Backend:
    """Load the system that ``config`` (its entry in the study file) describes.

    Raises:
        BackendRefused: no such backend, what it needs is not installed, it cannot do what the entry asks for
            (``not_capable``), or its configuration cannot work here.
    """
    # The study's canonical form writes out every option; null means that it was not asked for.
    asked = {key: value for key, value in config.items() if value is not None}
    kind = _backend(str(config.get("backend")))
    require_capable(asked, kind.capabilities)
    return kind.prepare(asked, folder=folder, device=device)


def _backend(name: str) -> type[Backend]:
    if name not in BACKENDS:
        raise BackendRefused(f"backend: {name!r} is not known; allowed: {', '.join(sorted(BACKENDS))}")
    module, _, attribute = BACKENDS[name].partition(":")
    try:
        kind: type[Backend] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        text = f"backend: {name!r} needs {error.name!r}, which is not installed here (requirements/generation.txt)"
        raise BackendRefused(text, code="not_installed") from error
    return kind
