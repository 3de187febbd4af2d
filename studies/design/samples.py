"""Which samples a study needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studies.design.seeds import stable_number
from studies.spec.model import Prompt, StudySpec


@dataclass(frozen=True, slots=True)
class PlannedSample:
    """One clip to make. No two samples of a study share a ``seed`` (63 bits), whatever their system."""

    key: str
    system: str
    prompt_id: str
    index: int
    seed: int


def sample_key(system: str, prompt_id: str, index: int) -> str:
    """``"cfg.p001.0"``: names a sample within its study. Ids hold no dot, so it is unambiguous."""
    return f"{system}.{prompt_id}.{index}"


def diversity_prompts(spec: StudySpec) -> tuple[Prompt, ...]:
    """The prompts of the set-against-set tasks: chosen by the study's seed, in the study's order."""
    if spec.diversity is None:
        return ()
    ranked = sorted(spec.prompts, key=lambda prompt: _rank(spec, prompt))
    chosen = {prompt.id for prompt in ranked[: spec.diversity.prompts]}
    return tuple(prompt for prompt in spec.prompts if prompt.id in chosen)


def _rank(spec: StudySpec, prompt: Prompt) -> int:
    return stable_number(spec.study.seed, "diversity", prompt.id)


def planned_samples(spec: StudySpec) -> Iterator[PlannedSample]:
    """Every sample, system by system (a checkpoint is then loaded once).

    A prompt of the diversity tasks gets ``max(samples_per_prompt, set_size)`` samples: sets are made of the
    first ``set_size``, quality comparisons of the first ``samples_per_prompt``.
    """
    counts = _samples_per_prompt(spec)
    for system in sorted(spec.systems):
        for prompt in spec.prompts:
            for index in range(counts[prompt.id]):
                seed = stable_number(spec.study.seed, "sample", system, prompt.id, index)
                yield PlannedSample(sample_key(system, prompt.id, index), system, prompt.id, index, seed)


def _samples_per_prompt(spec: StudySpec) -> dict[str, int]:
    counts = {prompt.id: spec.design.samples_per_prompt for prompt in spec.prompts}
    if spec.diversity is not None:
        for prompt in diversity_prompts(spec):
            counts[prompt.id] = max(counts[prompt.id], spec.diversity.set_size)
    return counts
