"""What the clips of a study are made to be."""

from __future__ import annotations

from generation.audio import AudioTarget
from generation.models import Mastering
from studies.models import Study
from studies.selectors import spec_of


def target_of(study: Study) -> AudioTarget:
    """The canonical form that the study file asks for."""
    audio = spec_of(study).audio
    return AudioTarget(duration=audio.duration, loudness=audio.loudness)


def likely_loudness(study: Study, target: AudioTarget) -> float:
    """The loudness in LUFS that all clips of the study will share: fixed already, or else the target's."""
    fixed = Mastering.objects.filter(study=study).values_list("loudness", flat=True).first()
    return target.loudness if fixed is None else fixed
