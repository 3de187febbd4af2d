"""The worker and the mastering, with the built-in model's real weights."""

from __future__ import annotations

import io
import wave

import pytest
import torch

from generation.audio import AudioTarget, measure, pack_raw, reachable_loudness
from generation.backends.base import BackendRefused
from generation.files import storage
from generation.making.mastering import master_study
from generation.making.workbench import Workbench, resolve_device
from generation.making.worker import make_batch
from generation.models import Sample
from generation.queue import claims, outcomes
from generation.queue.outcomes import Rendered
from studies.models import Study
from tests.cast import launched, noise, study_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return launched(study_text(prompts=1))


def make_everything(study: Study) -> None:
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)


def store_raw(sample: Sample, clip: torch.Tensor) -> None:
    target = AudioTarget(duration=1.0)
    reachable = reachable_loudness(measure(clip, 32_000), target)
    outcomes.finish(sample=sample, rendered=Rendered(storage.put(pack_raw(clip, 32_000)), reachable, {}))


def peaky_noise() -> torch.Tensor:
    """One sample stands 36 dB above the rest: about -30 LUFS is the most it can reach below the guard."""
    clip = noise(1)
    clip[:, 1000] = 60 * clip.std()
    return clip / clip.abs().max()


def claim_all(study: Study) -> list[Sample]:
    claimed: list[Sample] = []
    while batch := claims.claim(limit=10, study=study):
        claimed += batch
    return claimed


def test_the_built_in_model_makes_every_sample(study: Study) -> None:
    make_everything(study)
    samples = list(study.samples.all())
    assert {sample.state for sample in samples} == {"ready"}
    for sample in samples:
        with wave.open(io.BytesIO(storage.get(sample.audio_sha256))) as file:
            assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (32_000, 2, 32_000)


def test_what_was_understood_is_recorded_with_the_sample(study: Study) -> None:
    make_everything(study)
    sample = study.samples.all()[0]
    assert {"backend", "checkpoint", "understood", "unknown_words", "seconds"} <= set(sample.provenance)


def test_the_same_seed_gives_the_same_bytes(study: Study) -> None:
    make_everything(study)
    first = dict(study.samples.values_list("key", "audio_sha256"))
    Study.objects.all().delete()
    again = launched(study_text(prompts=1))
    make_everything(again)
    assert dict(again.samples.values_list("key", "audio_sha256")) == first


def test_a_silent_clip_fails_with_a_code_and_is_never_ready(study: Study) -> None:
    from generation.backends.base import Clip
    from generation.making.finishing import Made, finish
    from generation.making.targets import target_of

    sample = claims.claim(limit=1)[0]
    finish(Made(sample, Clip(torch.zeros(2, 32_000), 32_000), target_of(study), -23.0, {}))
    sample.refresh_from_db()
    assert (sample.state, sample.error_code) == ("failed", "silent")


def test_nothing_is_mastered_while_something_is_left_to_render(study: Study) -> None:
    store_raw(claims.claim(limit=1)[0], noise(1))
    assert master_study(study=study) == 0


def test_one_peaky_clip_lowers_the_loudness_of_all(study: Study) -> None:
    peaky = peaky_noise()
    for sample, clip in zip(claim_all(study), (noise(2), peaky), strict=True):
        store_raw(sample, clip)
    assert master_study(study=study) == 2
    measured = [sample.measures["loudness"] for sample in study.samples.all()]
    assert -36 < study.mastering.loudness < -25
    assert measured == pytest.approx([study.mastering.loudness] * 2, abs=0.1)


def test_a_late_clip_that_cannot_reach_the_fixed_loudness_fails_by_name(study: Study) -> None:
    first, second = claim_all(study)
    outcomes.fail(sample=second, failure=outcomes.Failure(Sample.Owner.OURS, "backend_failed", "x"))
    store_raw(first, noise(2))
    master_study(study=study)
    outcomes.retry_failed(study=study)
    peaky = peaky_noise()
    store_raw(claim_all(study)[0], peaky)
    master_study(study=study)
    second.refresh_from_db()
    assert (second.state, second.error_code) == ("failed", "true_peak_exceeded")


def test_a_missing_card_is_refused_by_name() -> None:
    with pytest.raises(BackendRefused, match="GENERATION_DEVICE"):
        resolve_device("cuda:99" if not torch.cuda.is_available() else "xpu")
