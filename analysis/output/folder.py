"""A bundle on disk."""

from pathlib import Path

from analysis.findings.bundle import Bundle


def write_bundle(bundle: Bundle, folder: Path) -> None:
    """Write every file under `folder`, made if absent. Files that are there already are replaced."""
    for name, content in bundle.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
