"""Broken twins of real samples: made once, mastered with the rest, and counted nowhere."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch
from django.core.files.storage import default_storage

from generation.audio import AudioTarget, measure, pack_raw, reachable_loudness
from generation.files import storage
from generation.making.mastering import master_study
from generation.models import Sample
from generation.queue import claims, outcomes
from generation.queue.outcomes import Rendered
from generation.selectors import counts_by_system, sample_counts
from studies.design import known_candidates
from studies.models import Study
from studies.selectors import spec_of
from tests.cast import launched, noise, study_text, with_checks

pytestmark = pytest.mark.django_db
TARGET = AudioTarget(duration=1.0)


@pytest.fixture
def study() -> Study:
    return launched(with_checks(study_text(prompts=2), training=1, gold=1))


def render(study: Study, *, failing: frozenset[str] = frozenset()) -> None:
    for sample in claims.claim(limit=10, study=study) + claims.claim(limit=10, study=study):
        if sample.key in failing:
            outcomes.fail(sample=sample, failure=outcomes.Failure(Sample.Owner.SPEC, "silent", "no sound"))
            continue
        clip = noise(sample.pk)
        raw = storage.put(pack_raw(clip, 32_000))
        reachable = reachable_loudness(measure(clip, 32_000), TARGET)
        assert outcomes.finish(sample=sample, rendered=Rendered(raw, reachable, {}))


def twins(study: Study) -> list[Sample]:
    return list(study.samples.exclude(source=None))


def test_twins_are_mastered_with_the_rest_say_what_they_are_and_are_counted_nowhere(study: Study) -> None:
    render(study)
    master_study(study=study)
    samples = list(study.samples.all())
    assert {sample.state for sample in samples} == {"ready"}
    assert len({len(storage.get(sample.audio_sha256)) for sample in samples}) == 1
    loudness = [sample.measures["loudness"] for sample in samples]
    assert max(loudness) - min(loudness) < 0.2
    made = twins(study)
    assert len({twin.prompt_id for twin in made}) == 2
    for twin in made:
        assert twin.source is not None
        assert (twin.key, twin.provenance["made_from"]) == (f"{twin.source.key}.broken", twin.source.key)
        assert twin.provenance["broken_by"] in {"noise", "gaps"}
    assert sample_counts(study).total == 4
    assert {row.total for row in counts_by_system(study)} == {2}
    # Once every sample of a system is ready, the study can be opened.
    stored = sorted(samples, key=lambda sample: when_stored(sample.audio_sha256))
    assert all(sample.source is not None for sample in stored[:2])


def when_stored(digest: str) -> int:
    return Path(default_storage.path(storage.name_of(digest))).stat().st_mtime_ns


def test_looking_again_makes_no_more_and_the_same_study_makes_the_same() -> None:
    made = []
    for slug in ("one", "two"):
        study = launched(with_checks(study_text(slug=slug, prompts=2), gold=1))
        for _ in range(2):
            render(study)
            master_study(study=study)
        made.append([(twin.key, twin.provenance) for twin in twins(study)])
    assert made[0] == made[1]
    assert len(made[0]) == 1


def test_what_failed_or_has_no_sound_has_a_successor(study: Study) -> None:
    first, second = islice(known_candidates(spec_of(study)), 2)
    render(study, failing=frozenset({first}))
    silent = storage.put(pack_raw(torch.zeros(2, 32_000), 32_000))
    Sample.objects.filter(study=study, key=second).update(raw_sha256=silent)
    master_study(study=study)
    made = {twin.provenance["made_from"] for twin in twins(study)}
    assert len(made) == 2
    assert made.isdisjoint({first, second})


def test_a_twin_never_lowers_the_loudness_of_its_study(study: Study) -> None:
    render(study)
    reachable = min(sample.reachable_loudness or 0.0 for sample in study.samples.all())
    master_study(study=study)
    assert study.mastering.loudness == pytest.approx(reachable)
