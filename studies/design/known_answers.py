"""Pairs whose answer is known: which samples get a broken twin, for training and for gold."""

from __future__ import annotations

from collections.abc import Iterator

from studies.design.samples import sample_key
from studies.design.seeds import stable_number
from studies.spec.model import StudySpec


def pairs_with_a_known_answer(spec: StudySpec) -> int:
    """How many the study asks for: the first ones are for training, the others are gold."""
    return spec.raters.training + spec.raters.gold


def known_candidates(spec: StudySpec) -> Iterator[str]:
    """Keys of the samples to make twins of, best first: prompts in turn, and systems in turn, by the seed.

    Every system's first sample of every prompt comes once, so that whoever cannot be used has a successor.
    """
    seed = spec.study.seed
    prompts = sorted(
        (prompt.id for prompt in spec.prompts), key=lambda key: stable_number(seed, "known", "prompt", key)
    )
    systems = sorted(spec.systems, key=lambda name: stable_number(seed, "known", "system", name))
    for turn in range(len(systems)):
        for place, prompt in enumerate(prompts):
            yield sample_key(systems[(place + turn) % len(systems)], prompt, 0)


def broken_key(key: str) -> str:
    """``"cfg.p001.0.broken"``: the twin's name, which no sample of a system can have."""
    return f"{key}.broken"


def way_number(spec: StudySpec, key: str, ways: int) -> int:
    """Which of so many ways of breaking a sample is used on it."""
    return stable_number(spec.study.seed, "way", key) % ways


def break_seed(spec: StudySpec, key: str) -> int:
    return stable_number(spec.study.seed, "break", key)
