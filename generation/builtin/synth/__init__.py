"""The synthesiser: a score becomes sound."""

from generation.builtin.synth.rate import SAMPLE_RATE
from generation.builtin.synth.render import Unplayable, render

__all__ = ["SAMPLE_RATE", "Unplayable", "render"]
