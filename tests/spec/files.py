"""Study files for the tests: small ones to break, and the full one of the contracts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from studies.spec import LoadedStudy, Problem, StudyRefused, StudySpec, parse_study
from studies.spec.supported import NOT_BUILT, NotBuilt

BUILTIN = ("base", "distilled", "diverse")
NOWHERE = Path("/nonexistent")

PARTS = {
    "study": 'study: {slug: cfg-quality, title: "Which clip is better?", seed: 7}',
    "prompts": "prompts: [{id: p001, text: Soulful jazz mixed with hiphop}, {id: p002, text: Slow strings}]",
    "systems": "systems: {base: {backend: builtin, checkpoint: base}, "
    "cfg: {backend: builtin, checkpoint: base, guidance_scale: 3.0}}",
}

FULL = """
study: {slug: cfg-quality, title: "Which clip is better?", seed: 7, description: Five systems}
prompts:
  - {id: p001, text: "Soulful jazz mixed with hiphop", tags: [jazz, hiphop]}
  - {id: p002, text: "Slow strings"}
  - {id: p003, text: "Fast techno"}
systems:
  base:      {backend: builtin, checkpoint: base}
  cfg:       {backend: builtin, checkpoint: base, guidance_scale: 3.0, negative_prompt: null}
  distilled: {backend: builtin, checkpoint: distilled, temperature: 0.9, top_k: 50, top_p: 0.95}
  diverse:   {backend: builtin, checkpoint: diverse}
  merged:    {backend: builtin, merge: {quality: distilled, diversity: diverse, weight: 0.5}}
  small:     {backend: musicgen, checkpoint: facebook/musicgen-small, guidance_scale: 3}
  blend:     {backend: musicgen, merge: {quality: ./a, diversity: ./b, weight: 1}}
  theirs:    {backend: folder, manifest: ./theirs/manifest.csv}
  served:    {backend: http, url: "http://127.0.0.1:9000/generate"}
audio: {duration: 10.0, loudness: -23.0, format: wav}
criteria:
  - acoustic_quality
  - text_adherence
  - {id: groove, label: Groove, question: "Which clip grooves more?", help: "Tap your foot."}
scale: preference-5
design: {pairs: all, samples_per_prompt: 1, ratings_per_comparison: 3, presentation: one-criterion-at-a-time}
diversity: {prompts: 2, set_size: 2, ratings_per_comparison: 3}
raters:
  {tasks: 20, listen: whole, sound_check: true, headphone_check: huggins, training: 2, gold: 2, repeats: 2,
   player: {position: same_time, seek: none, loop: true}, lease_minutes: 30,
   consent: "You take part of your own free will."}
recruitment: {kind: prolific, completion: C1DONE, screened_out: C2OUT, quota_full: C3FULL}
analysis:
  confidence: 0.95
  exclude: [failed_gold, straight_lining]
  primary: [[distilled, base, groove], [cfg, base, diversity]]
"""


def study_text(**parts: str) -> str:
    """The smallest study file, with sections replaced or added; an empty text leaves a section out."""
    return "\n".join({**PARTS, **parts}.values())


def parse(
    text: str,
    *,
    folder: Path = NOWHERE,
    builtin: Collection[str] = BUILTIN,
    not_built: Sequence[NotBuilt] = NOT_BUILT,
) -> LoadedStudy:
    return parse_study(text, folder=folder, builtin=builtin, not_built=not_built)


def spec_of(**parts: str) -> StudySpec:
    """The spec of ``study_text`` as if everything were built."""
    return parse(study_text(**parts), not_built=()).spec


def problems(text: str, *, folder: Path = NOWHERE, not_built: Sequence[NotBuilt] = ()) -> list[Problem]:
    """Everything a study file is refused for; nothing unbuilt counts unless asked for."""
    with pytest.raises(StudyRefused) as refused:
        parse(text, folder=folder, not_built=not_built)
    return list(refused.value.problems)


def the_problem(text: str, *, folder: Path = NOWHERE, not_built: Sequence[NotBuilt] = ()) -> Problem:
    """The only thing a study file is refused for."""
    (problem,) = problems(text, folder=folder, not_built=not_built)
    return problem
