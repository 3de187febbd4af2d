"""Automatic measures of a study's finished clips, stored beside them: the table that human ratings can be held against.

The levels of a clip (loudness, silence, clipping, duration) are measured when it is mastered and stand in its own row.
Here is what needs another look at the sound: how well it fits its text, and how different the clips of a set are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from generation.audio import read_audio
from generation.files import storage
from generation.measures import signal
from generation.measures.diversity import mean_distance
from generation.models import Sample
from generation.queue import measure_rows
from studies.models import Study

if TYPE_CHECKING:
    # transformers is imported by whoever brings a checkpoint, not by every worker.
    from generation.measures.clap import Clap

ADHERENCE = "clap_adherence"
DIVERSITY_CLAP = "diversity_clap"
DIVERSITY_SIGNAL = "diversity_signal"


@dataclass(slots=True)
class Measured:
    """What one look has written. ``unheard``: prompts that are longer than the CLAP checkpoint reads."""

    clips: int = 0
    sets: int = 0
    unheard: set[str] = field(default_factory=set)


def measure_sets(*, study: Study) -> int:
    """The cheap part, done by the worker once a study is mastered: sets that are not measured yet. Returns how many."""
    done = set(
        study.measures.filter(sample=None, name=DIVERSITY_SIGNAL).values_list("system", "prompt", "clips")
    )
    count = 0
    for clips in _sets(study):
        first = clips[0]
        if len(clips) > 1 and (first.system_id, first.prompt_id, len(clips)) not in done:
            _measure_signal(clips)
            count += 1
    return count


def measure_study(*, study: Study, clap: Clap | None) -> Measured:
    """Measure every finished clip and set again. Without ``clap`` only what needs no checkpoint.

    Raises:
        storage.StorageFailed, storage.SoundMissing: a sound cannot be read; what was measured before it stays.
    """
    measured = Measured()
    for clips in _sets(study):
        if len(clips) > 1:
            _measure_signal(clips)
            measured.sets += 1
        if clap is not None:
            _measure_clap(clips, clap, measured)
    return measured


def _sets(study: Study) -> Iterator[list[Sample]]:
    """The finished clips of each system and prompt."""
    rows = study.samples.filter(state=Sample.State.READY, source=None).select_related("prompt")
    for _, clips in groupby(
        rows.order_by("system", "prompt", "index").iterator(chunk_size=200),
        key=lambda row: (row.system_id, row.prompt_id),
    ):
        yield list(clips)


def _measure_signal(clips: Sequence[Sample]) -> None:
    distance = mean_distance(torch.stack([signal.embed(*_sound(clip)) for clip in clips]))
    measure_rows.write_set_measure(
        clips=clips, name=DIVERSITY_SIGNAL, value=distance, made_with=signal.MADE_WITH
    )


def _measure_clap(clips: Sequence[Sample], clap: Clap, measured: Measured) -> None:
    prompt = clips[0].prompt
    text, embeddings = clap.text(prompt.text), [clap.audio(*_sound(clip)) for clip in clips]
    if text is None:
        measured.unheard.add(prompt.key)
        measure_rows.forget_clip_measure(clips=clips, name=ADHERENCE)
    else:
        for clip, embedding in zip(clips, embeddings, strict=True):
            measure_rows.write_clip_measure(
                clip=clip, name=ADHERENCE, value=float(text @ embedding), made_with=clap.made_with
            )
            measured.clips += 1
    if len(clips) > 1:
        distance = mean_distance(torch.stack(embeddings))
        measure_rows.write_set_measure(
            clips=clips, name=DIVERSITY_CLAP, value=distance, made_with=clap.made_with
        )


def _sound(clip: Sample) -> tuple[Tensor, int]:
    return read_audio(storage.get(clip.audio_sha256))
