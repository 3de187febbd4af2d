"""Canonical audio: every clip of a study gets one rate, length, loudness and file layout.

In order: ``shape``, ``measure``, ``reachable_loudness`` for each clip, ``common_loudness`` over all of them,
then ``master`` and ``verify`` for each.
"""

from generation.audio.breaking import WAYS, Way, break_sound
from generation.audio.errors import AudioRejected, RejectionCode
from generation.audio.levels import Measurement, measure
from generation.audio.mastering import common_loudness, master, reachable_loudness, verify
from generation.audio.shaping import shape
from generation.audio.target import CANONICAL, AudioTarget
from generation.audio.wav import pack_raw, read_audio, read_foreign_audio

__all__ = [
    "CANONICAL",
    "WAYS",
    "AudioRejected",
    "AudioTarget",
    "Measurement",
    "RejectionCode",
    "Way",
    "break_sound",
    "common_loudness",
    "master",
    "measure",
    "pack_raw",
    "reachable_loudness",
    "read_audio",
    "read_foreign_audio",
    "shape",
    "verify",
]
