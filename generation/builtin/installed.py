"""Which checkpoints of the built-in model are installed. Imports no torch, so that the web may ask."""

from pathlib import Path

WEIGHTS = Path(__file__).resolve().parent / "weights"


def builtin_checkpoints() -> tuple[str, ...]:
    """Their names, sorted."""
    return tuple(sorted(path.stem for path in WEIGHTS.glob("*.safetensors")))
