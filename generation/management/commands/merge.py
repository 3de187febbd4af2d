"""``manage.py merge QUALITY DIVERSITY --weight 0.5 --out FILE``: write the checkpoint between two."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.builtin.model.checkpoints import CheckpointRefused, Recipe, load_merged, save


class Command(BaseCommand):
    """Thin: everything is in ``generation.finetuning.merging``. A study file can merge without it."""

    help = "Merge two checkpoints of the built-in model into a file: (1 - weight) * QUALITY + weight * DIVERSITY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two ends, how far between them, and how."""
        parser.add_argument("quality", help="a shipped checkpoint's name, or a path")
        parser.add_argument("diversity", help="a shipped checkpoint's name, or a path")
        parser.add_argument(
            "--weight", type=float, required=True, help="0 (all quality) to 1 (all diversity)"
        )
        parser.add_argument("--out", type=Path, required=True, help="the file to write, NAME.safetensors")
        parser.add_argument("--method", choices=("linear", "spherical"), default="linear")
        parser.add_argument("--extrapolate", action="store_true", help="allow a weight below 0 or above 1")

    def handle(self, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Write the file, in half precision like every checkpoint."""
        names = ("quality", "diversity", "weight", "method", "extrapolate")
        try:
            merged = load_merged(Recipe(**{name: given[name] for name in names}), Path.cwd())
        except CheckpointRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        save(merged.network, given["out"], merged.made)
        self.stdout.write(f"wrote {given['out']}: {merged.name}")
