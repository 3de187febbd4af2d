"""A small named cast: one study, its sounds, a rater. Real rows and real audio, only short."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from pathlib import Path

import torch
from django.test import Client

from generation.audio import AudioTarget, break_sound, master, measure, reachable_loudness
from generation.files import storage
from generation.models import Sample
from generation.queue import claims, outcomes, planning
from generation.queue.outcomes import Mastered, Rendered
from raters.assigning.comparison_rows import plan_comparisons
from raters.entering.sessions import start_session
from raters.models import Assignment, Session
from raters.web.cookies import cookie_name
from studies import services as studies
from studies.design import broken_key, known_candidates, pairs_with_a_known_answer
from studies.models import Study
from studies.selectors import spec_of
from studies.services import apply_study
from studies.spec import parse_study

STUDY = """
study: {{slug: {slug}, title: "Which clip is better?", seed: 7}}
prompts: [{prompts}]
systems:
  base: {{backend: builtin, checkpoint: base}}
  cfg: {{backend: builtin, checkpoint: base, guidance_scale: 3.0}}
audio: {{duration: 1.0}}
criteria: [acoustic_quality, musicality]
scale: {scale}
design: {{ratings_per_comparison: {ratings}}}
raters: {{tasks: {tasks}, sound_check: {sound_check}, lease_minutes: 30}}
"""


def study_text(
    *,
    slug: str = "night-songs",
    prompts: int = 3,
    scale: str = "preference-5",
    ratings: int = 2,
    tasks: int = 20,
    sound_check: bool = False,
) -> str:
    items = ", ".join(f'{{id: p{i}, text: "song number {i}"}}' for i in range(prompts))
    return STUDY.format(
        slug=slug,
        prompts=items,
        scale=scale,
        ratings=ratings,
        tasks=tasks,
        sound_check="true" if sound_check else "false",
    )


def with_checks(text: str, **numbers: int) -> str:
    """The same study with ``training``, ``gold`` or ``repeats`` in its sessions."""
    more = "".join(f", {name}: {number}" for name, number in numbers.items())
    return text.replace("lease_minutes: 30", "lease_minutes: 30" + more)


def draft(text: str) -> Study:
    return apply_study(loaded=parse_study(text, folder=Path(), builtin=("base",)))


def launched(text: str) -> Study:
    study = studies.freeze(study=draft(text))
    planning.plan_samples(study=study)
    return study


def noise(seed: int, seconds: float = 1.0) -> torch.Tensor:
    """Stereo noise at a level that differs from seed to seed, so that loudness has to be made equal."""
    generator = torch.Generator().manual_seed(seed)
    level = 0.05 + 0.1 * torch.rand((), generator=generator)
    return level * torch.randn((2, round(32_000 * seconds)), generator=generator)


@lru_cache(maxsize=8)
def _sound(system: str) -> tuple[bytes, float]:
    clip, target = noise(len(system)), AudioTarget(duration=1.0)
    reachable = reachable_loudness(measure(clip, 32_000), target)
    return canonical(clip), reachable


def make_sounds(study: Study) -> None:
    """Finish every sample, through the services, with one short noise per system in the place of music."""
    while samples := claims.claim(limit=50, study=study):
        for sample in samples:
            wav, reachable = _sound(sample.system.name)
            digest = storage.put(wav)
            rendered = Rendered(digest, reachable, {"backend": "noise"})
            assert outcomes.finish(sample=sample, rendered=rendered)
            assert outcomes.finish_mastering(sample=sample, mastered=Mastered(digest, -23.0, {}))
    _make_twins(study)


@lru_cache(maxsize=8)
def _broken_sound(system: str) -> bytes:
    return canonical(break_sound(noise(len(system)), way="gaps", seed=1, target=AudioTarget(duration=1.0)))


def _make_twins(study: Study) -> None:
    """The broken twins of training and gold pairs, with one broken noise per system."""
    spec = spec_of(study)
    for key in islice(known_candidates(spec), pairs_with_a_known_answer(spec)):
        source = study.samples.get(key=key)
        Sample.objects.create(
            study=study,
            source=source,
            system_id=source.system_id,
            prompt_id=source.prompt_id,
            key=broken_key(key),
            index=source.index,
            seed=source.seed,
            state=Sample.State.READY,
            audio_sha256=storage.put(_broken_sound(source.system.name)),
            provenance={"made_from": key, "broken_by": "gaps"},
        )


def open_study(text: str | None = None) -> Study:
    """A study with all its sounds, open to raters."""
    study = launched(text or study_text())
    make_sounds(study)
    plan_comparisons(study=study)
    return studies.admit(study=study)


def a_session(study: Study, *, simulated: bool = False) -> Session:
    return start_session(study=study, consent_version="v1", simulated=simulated)


def client_of(session: Session) -> Client:
    """A browser that carries the session's cookie."""
    client = Client()
    client.cookies[cookie_name(session.rater.study.slug)] = session.key
    return client


def hear_everything(assignment: Assignment) -> None:
    """As if both clips had been played to the end in real time."""
    assignment.heard = {"A": {"0": 1000}, "B": {"0": 1000}}
    assignment.save(update_fields=["heard"])


def canonical(clip: torch.Tensor) -> bytes:
    target = AudioTarget(duration=1.0)
    return master(clip, loudness=target.loudness, target=target)
