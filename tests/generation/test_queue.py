"""The row is the queue: claims, leases, attempts, failures."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from generation.models import Sample
from generation.queue import claims, outcomes, planning
from generation.queue.claims import LoadedSystem
from generation.queue.outcomes import Failure, Rendered
from studies.models import Study
from tests.cast import launched, study_text

pytestmark = pytest.mark.django_db
RENDERED = Rendered("0" * 64, -20.0, {})
TRANSIENT = Failure(Sample.Owner.OPERATOR, "storage_failed", "disk full", transient=True)
FINAL = Failure(Sample.Owner.SPEC, "silent", "the clip is silent")


@pytest.fixture
def study() -> Study:
    return launched(study_text(prompts=3))


def states(study: Study) -> Counter[str]:
    return Counter(study.samples.values_list("state", flat=True))


def test_planning_again_adds_nothing(study: Study) -> None:
    assert planning.plan_samples(study=study) == 0
    assert study.samples.count() == 6


def test_every_sample_has_a_seed_of_its_own(study: Study) -> None:
    assert len(set(study.samples.values_list("seed", flat=True))) == 6


def test_a_batch_is_of_one_system(study: Study) -> None:
    batch = claims.claim(limit=6)
    assert len(batch) == 3
    assert len({sample.system_id for sample in batch}) == 1


def test_the_loaded_system_goes_on_while_it_has_work(study: Study) -> None:
    last = study.systems.order_by("-name")[0]
    assert {sample.system_id for sample in claims.claim(limit=2, loaded=LoadedSystem(last.pk, 2))} == {
        last.pk
    }


def test_what_one_worker_claimed_no_other_gets(study: Study) -> None:
    taken = [sample.pk for _ in range(6) for sample in claims.claim(limit=1)]
    assert len(set(taken)) == 6
    assert claims.claim(limit=1) == []


def test_a_finished_sample_keeps_what_was_made(study: Study) -> None:
    sample = claims.claim(limit=1)[0]
    assert outcomes.finish(sample=sample, rendered=RENDERED)
    sample.refresh_from_db()
    assert (sample.state, sample.raw_sha256, sample.lease_token) == ("rendered", "0" * 64, "")


def test_a_lost_claim_writes_nothing(study: Study) -> None:
    sample = claims.claim(limit=1)[0]
    Sample.objects.filter(pk=sample.pk).update(lease_token="somebody else")
    assert not outcomes.finish(sample=sample, rendered=RENDERED)
    assert not outcomes.fail(sample=sample, failure=FINAL)
    sample.refresh_from_db()
    assert (sample.state, sample.raw_sha256) == ("claimed", "")


def test_a_transient_failure_goes_back_to_the_queue_until_the_attempts_are_used_up(study: Study) -> None:
    first = study.samples.order_by("id")[0]
    for _ in range(3):
        sample = claims.claim(limit=1)[0]
        assert sample.pk == first.pk
        outcomes.fail(sample=sample, failure=TRANSIENT)
    first.refresh_from_db()
    assert (first.state, first.error_code, first.attempts) == ("failed", "storage_failed", 3)


def test_a_failure_that_a_retry_cannot_help_is_final(study: Study) -> None:
    sample = claims.claim(limit=1)[0]
    outcomes.fail(sample=sample, failure=FINAL)
    sample.refresh_from_db()
    assert (sample.state, sample.error_owner, sample.error_code) == ("failed", "spec", "silent")


def test_the_sweep_leaves_living_leases_alone(study: Study) -> None:
    claims.claim(limit=2)
    assert claims.take_back_expired() == 0


def test_the_sweep_returns_what_a_dead_worker_held(study: Study) -> None:
    claims.claim(limit=2)
    study.samples.update(leased_until=timezone.now() - timedelta(seconds=1))
    study.samples.exclude(state="claimed").update(leased_until=None)
    assert claims.take_back_expired() == 2
    assert states(study) == {"planned": 6}


def test_a_sample_that_kills_every_worker_fails_in_the_end(study: Study) -> None:
    for _ in range(3):
        claims.claim(limit=1)
        study.samples.filter(state="claimed").update(leased_until=timezone.now() - timedelta(seconds=1))
        claims.take_back_expired()
    failed = study.samples.get(state="failed")
    assert failed.error_code == "worker_lost"


def test_a_worker_that_is_told_to_stop_gives_back_without_losing_an_attempt(study: Study) -> None:
    batch = claims.claim(limit=2)
    assert claims.give_back(samples=batch) == 2
    assert set(study.samples.values_list("state", "attempts")) == {("planned", 0)}


def test_failed_samples_can_be_tried_again(study: Study) -> None:
    outcomes.fail(sample=claims.claim(limit=1)[0], failure=FINAL)
    assert outcomes.retry_failed(study=study) == 1
    assert states(study) == {"planned": 6}


def test_the_loudness_of_a_study_is_fixed_once(study: Study) -> None:
    assert outcomes.fix_loudness(study=study, loudness=-25.0) == -25.0
    assert outcomes.fix_loudness(study=study, loudness=-23.0) == -25.0


def test_the_database_refuses_a_failure_without_a_code(study: Study) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        study.samples.update(state="failed")
