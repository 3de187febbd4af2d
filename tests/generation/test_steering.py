"""Pause, cancel, priority and fair shares: what a worker is given next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from generation.models import StudyQueue
from generation.queue import claims, steering
from generation.queue.claims import LoadedSystem
from generation.queue.outcomes import Rendered, finish, retry_failed
from generation.queue.throughput import making_by_system
from studies import services as studies
from studies.errors import EarwitnessError
from studies.models import Study
from tests.cast import draft, launched, study_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return launched(study_text(prompts=3))


@pytest.fixture
def other() -> Study:
    return launched(study_text(slug="other", prompts=3))


def next_study(**loaded: int | bool) -> Study:
    at_hand = LoadedSystem(**loaded) if loaded else None  # type: ignore[arg-type] # its own fields
    return claims.claim(limit=1, loaded=at_hand)[0].study


def test_a_paused_study_is_not_claimed_until_it_is_resumed(study: Study) -> None:
    steering.set_paused(study=study, paused=True)
    assert claims.claim(limit=1) == []
    steering.set_paused(study=study, paused=False)
    assert len(claims.claim(limit=1)) == 1


def test_a_paused_system_leaves_the_others_their_work(study: Study) -> None:
    first, second = study.systems.order_by("pk")
    steering.set_paused(study=study, system=first, paused=True)
    assert {sample.system_id for sample in claims.claim(limit=6)} == {second.pk}
    assert claims.claim(limit=6) == []


def test_the_samples_of_a_closed_study_are_not_claimed(study: Study) -> None:
    studies.close(study=study)
    assert claims.claim(limit=1) == []
    assert claims.claimable_count(100) == 0


def test_a_study_of_higher_priority_goes_first_even_before_a_loaded_system(
    study: Study, other: Study
) -> None:
    loaded = study.systems.order_by("pk")[0].pk
    steering.set_priority(study=other, priority=5)
    assert next_study(system=loaded, batch=8) == other


def test_a_system_of_higher_priority_goes_first_within_its_study(study: Study) -> None:
    first, second = study.systems.order_by("pk")
    steering.set_priority(study=study, system=second, priority=1)
    claimed = claims.claim(limit=1, loaded=LoadedSystem(first.pk, 8))
    assert {sample.system_id for sample in claimed} == {second.pk}


def test_equal_studies_share_the_workers(study: Study, other: Study) -> None:
    assert [next_study() for _ in range(4)] == [study, other, study, other]


def test_one_worker_keeps_its_checkpoint_until_its_turn_is_over(study: Study, other: Study) -> None:
    loaded = study.systems.order_by("pk")[0].pk
    for sample in claims.claim(limit=1):
        finish(sample=sample, rendered=Rendered("0" * 64, -20.0, {}))
    assert next_study(system=loaded, batch=1) == study
    claims.give_back(samples=list(study.samples.filter(state="claimed")))
    assert next_study(system=loaded, batch=1, turn_over=True) == other


def test_of_two_idle_studies_the_one_that_waited_longest_is_next(study: Study, other: Study) -> None:
    now = timezone.now()
    StudyQueue.objects.filter(study=study).update(served_at=now)
    StudyQueue.objects.filter(study=other).update(served_at=now - timedelta(minutes=5))
    assert next_study() == other


def test_a_system_that_broke_here_comes_last(study: Study) -> None:
    first, second = study.systems.order_by("pk")
    claimed = claims.claim(limit=6, troubled={first.pk})
    assert {sample.system_id for sample in claimed} == {second.pk}
    assert {sample.system_id for sample in claims.claim(limit=6, troubled={first.pk})} == {first.pk}


def test_cancelled_samples_are_not_made_and_a_claim_on_one_writes_nothing(study: Study) -> None:
    claimed = claims.claim(limit=1)[0]
    assert steering.cancel(study=study) == 6
    assert not finish(sample=claimed, rendered=Rendered("0" * 64, -20.0, {}))
    assert claims.claim(limit=6) == []
    assert {system.codes for system in making_by_system(study)} == {(("cancelled", 3),)}


def test_what_was_cancelled_can_be_queued_again(study: Study) -> None:
    steering.cancel(study=study, system=study.systems.order_by("pk")[0])
    assert retry_failed(study=study) == 3
    assert set(study.samples.values_list("state", flat=True)) == {"planned"}


def test_what_is_made_stays_when_the_rest_is_cancelled(study: Study) -> None:
    made = claims.claim(limit=1)[0]
    finish(sample=made, rendered=Rendered("0" * 64, -20.0, {}))
    assert steering.cancel(study=study) == 5
    made.refresh_from_db()
    assert made.state == "rendered"


def test_every_change_is_in_the_studys_history(study: Study) -> None:
    system = study.systems.order_by("pk")[0]
    steering.set_priority(study=study, system=system, priority=-3)
    event = study.events.order_by("-pk")[0]
    assert (event.kind, event.detail) == ("generation priority", {"system": system.name, "priority": -3})


def test_a_draft_cannot_be_steered() -> None:
    with pytest.raises(EarwitnessError, match="launched"):
        steering.set_paused(study=draft(study_text()), paused=True)


def test_a_priority_out_of_bounds_is_refused(study: Study) -> None:
    with pytest.raises(EarwitnessError, match="-100 to 100"):
        steering.set_priority(study=study, priority=101)
