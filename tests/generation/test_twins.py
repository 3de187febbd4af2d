"""Broken twins of real samples: made once, mastered with the rest, and counted nowhere."""

from __future__ import annotations

import pytest
import torch

from generation import services, storage
from generation.audio import AudioTarget, measure, pack_raw, reachable_loudness
from generation.mastering import master_study
from generation.models import Sample
from generation.selectors import counts_by_system, sample_counts
from generation.services import Rendered
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
    for sample in services.claim(limit=10, study=study) + services.claim(limit=10, study=study):
        if sample.key in failing:
            services.fail(sample=sample, failure=services.Failure(Sample.Owner.SPEC, "silent", "no sound"))
            continue
        clip = noise(sample.pk)
        raw = storage.put(pack_raw(clip, 32_000))
        reachable = reachable_loudness(measure(clip, 32_000), TARGET)
        assert services.finish(sample=sample, rendered=Rendered(raw, reachable, {}))


def twins(study: Study) -> list[Sample]:
    return list(study.samples.exclude(source=None))


def test_a_twin_is_mastered_with_everything_else_and_lasts_as_long(study: Study) -> None:
    render(study)
    master_study(study=study)
    assert {sample.state for sample in study.samples.all()} == {"ready"}
    sizes = {len(storage.get(sample.audio_sha256)) for sample in study.samples.all()}
    assert len(sizes) == 1
    loudness = [sample.measures["loudness"] for sample in study.samples.all()]
    assert max(loudness) - min(loudness) < 0.2


def test_twins_come_from_different_prompts_and_say_what_they_are(study: Study) -> None:
    render(study)
    master_study(study=study)
    made = twins(study)
    assert len({twin.prompt_id for twin in made}) == 2
    for twin in made:
        assert twin.source is not None
        assert (twin.key, twin.provenance["made_from"]) == (f"{twin.source.key}.broken", twin.source.key)
        assert twin.provenance["broken_by"] in {"noise", "gaps"}


def test_looking_again_makes_no_more(study: Study) -> None:
    render(study)
    master_study(study=study)
    before = [(twin.pk, twin.audio_sha256) for twin in twins(study)]
    Sample.objects.filter(source=None).update(state=Sample.State.RENDERED)
    master_study(study=study)
    assert [(twin.pk, twin.audio_sha256) for twin in twins(study)] == before


def test_the_same_study_breaks_the_same_samples_in_the_same_way() -> None:
    text = with_checks(study_text(prompts=2), training=1, gold=1)
    made = []
    for slug in ("one", "two"):
        study = launched(text.replace("night-songs", slug))
        render(study)
        master_study(study=study)
        made.append([(twin.key, twin.provenance) for twin in twins(study)])
    assert made[0] == made[1]


def test_a_failed_sample_has_a_successor(study: Study) -> None:
    first = next(known_candidates(spec_of(study)))
    render(study, failing=frozenset({first}))
    master_study(study=study)
    assert len(twins(study)) == 2
    assert first not in {twin.provenance["made_from"] for twin in twins(study)}


def test_twins_are_counted_nowhere_as_samples_of_a_system(study: Study) -> None:
    render(study)
    master_study(study=study)
    assert sample_counts(study).total == 4
    assert {row.total for row in counts_by_system(study)} == {2}


def test_a_twin_never_lowers_the_loudness_of_its_study() -> None:
    levels = []
    for slug, gold in (("plain", 0), ("checked", 2)):
        study = launched(with_checks(study_text(prompts=2), gold=gold).replace("night-songs", slug))
        render(study)
        master_study(study=study)
        levels.append(study.mastering.loudness)
    assert levels[0] == levels[1]


def test_a_sample_without_a_sound_is_passed_over(study: Study) -> None:
    render(study)
    first = next(known_candidates(spec_of(study)))
    silent = torch.zeros(2, 32_000)
    row = Sample.objects.get(study=study, key=first)
    row.raw_sha256 = storage.put(pack_raw(silent, 32_000))
    row.save()
    master_study(study=study)
    assert first not in {twin.provenance["made_from"] for twin in twins(study)}
    assert len(twins(study)) == 2
