"""The same protocol, sized for trying: it shows the road, and is too small to conclude from."""

from __future__ import annotations

from studies.spec.model import StudySpec

PROMPTS, SETS_ON, TASKS, SECONDS = 4, 2, 10, 8.0
_SUFFIX = "-small"
_LONGEST_SLUG = 50


def small(spec: StudySpec) -> StudySpec:
    """The first prompts only, shorter clips and sessions, a slug of its own; systems and questions as they are."""
    slug = spec.study.slug[: _LONGEST_SLUG - len(_SUFFIX)].rstrip("-") + _SUFFIX
    changes = {
        "study": spec.study.model_copy(update={"slug": slug}),
        "prompts": spec.prompts[:PROMPTS],
        "audio": spec.audio.model_copy(update={"duration": min(SECONDS, spec.audio.duration)}),
        "raters": spec.raters.model_copy(update={"tasks": min(TASKS, spec.raters.tasks)}),
    }
    if spec.diversity is not None:
        sets_on = min(SETS_ON, spec.diversity.prompts)
        changes["diversity"] = spec.diversity.model_copy(update={"prompts": sets_on})
    return spec.model_copy(update=changes)
