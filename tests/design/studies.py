"""Studies of any size for the tests of the design."""

from __future__ import annotations

from studies.spec import Prompt, StudySpec
from tests.spec.files import spec_of


def a_study(
    *,
    systems: int,
    prompts: int,
    samples_per_prompt: int = 1,
    ratings: int = 3,
    diversity: int = 0,
    set_size: int = 2,
    seed: int = 7,
    tasks: int = 20,
) -> StudySpec:
    """Systems ``s0, s1, ...`` on prompts ``p0, p1, ...``; sets on ``diversity`` of the prompts, 0 for none."""
    named = ", ".join(f"s{index}: {{backend: builtin, checkpoint: base}}" for index in range(systems))
    sets = {"prompts": diversity, "set_size": set_size, "ratings_per_comparison": ratings + 1}
    spec = spec_of(
        study=f"study: {{slug: a, title: t, seed: {seed}}}",
        systems=f"systems: {{{named}}}",
        design=f"design: {{samples_per_prompt: {samples_per_prompt}, ratings_per_comparison: {ratings}}}",
        raters=f"raters: {{tasks: {tasks}}}",
    )
    made = tuple(Prompt(id=f"p{index}", text=f"prompt {index}") for index in range(prompts))
    whole = spec.model_dump() | {"prompts": made, "diversity": sets if diversity else None}
    return StudySpec.model_validate(whole)


def resown(spec: StudySpec, seed: int) -> StudySpec:
    """The same study with another seed."""
    return spec.model_copy(update={"study": spec.study.model_copy(update={"seed": seed})})
