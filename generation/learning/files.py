"""Writing so that a kill leaves the old file or the new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write into; it takes the place of ``path`` once it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    yield fresh
    fresh.replace(path)
