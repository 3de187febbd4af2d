"""The synthesiser: a score becomes sound."""

from generation.builtin.synth.render import SAMPLE_RATE, render

__all__ = ["SAMPLE_RATE", "render"]
