"""Which checkpoints of the built-in model are installed. Imports no torch, so the web may ask."""

from pathlib import Path

WEIGHTS = Path(__file__).resolve().parent / "builtin" / "weights"


def builtin_checkpoints() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in WEIGHTS.glob("*.safetensors")))
