"""Who makes which sample: claims by compare-and-set, kept alive by leases, given back or taken back."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from generation.models import Sample, StudyQueue
from generation.queue.outcomes import NO_LEASE, Failure, error_fields
from studies.models import Study, System

# Raters may be kept out of a study for a while; its samples are made all the same.
CLAIMABLE_STUDIES = (Study.State.LAUNCHED, Study.State.OPEN, Study.State.PAUSED)


@dataclass(frozen=True, slots=True)
class LoadedSystem:
    """The system whose checkpoint a worker has in memory: it goes on with it until its turn is over.

    ``batch``: how many of its clips fit into one batch.
    """

    system: int
    batch: int
    turn_over: bool = False

    def up_to(self, limit: int) -> LoadedSystem:
        """The same with a smaller batch."""
        return replace(self, batch=min(self.batch, limit))


def claim(
    *,
    limit: int,
    loaded: LoadedSystem | None = None,
    study: Study | None = None,
    troubled: Collection[int] = (),
) -> list[Sample]:
    """Take up to ``limit`` planned samples of one system; nobody else can then hold them.

    Of the system at hand, ``loaded``, up to its own ``batch`` instead. ``study``: of that study only. ``troubled``:
    systems that this worker failed with; all others come first.
    """
    token, now = secrets.token_hex(16), timezone.now()
    with transaction.atomic():
        system = _next_system(claimable_systems(study), loaded, troubled)
        if system is None:
            return []
        limit = loaded.batch if loaded is not None and system.pk == loaded.system else limit
        waiting = Sample.objects.filter(system=system, state=Sample.State.PLANNED).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        ids = list(waiting.values_list("pk", flat=True)[:limit])
        Sample.objects.filter(pk__in=ids, state=Sample.State.PLANNED).update(
            state=Sample.State.CLAIMED,
            lease_token=token,
            leased_until=now + timedelta(seconds=settings.GENERATION_LEASE_SECONDS),
            claimed_at=now,
            attempts=F("attempts") + 1,
        )
    _note_served(system.study_id, now)
    # By key and token: there is no index on tokens, and a claim must cost the same in a table of any size.
    claimed = Sample.objects.filter(pk__in=ids, lease_token=token, state=Sample.State.CLAIMED)
    return list(claimed.select_related("system", "prompt", "study").order_by("id"))


def claimable_systems(study: Study | None = None) -> QuerySet[System]:
    """Systems with planned samples, of studies under way, that nobody has paused. Each costs one look into an index."""
    systems = System.objects.filter(
        Exists(Sample.objects.filter(system=OuterRef("pk"), state=Sample.State.PLANNED)),
        study__state__in=CLAIMABLE_STUDIES,
        study__queue__paused=False,
        queue__paused=False,
    )
    return systems if study is None else systems.filter(study=study)


def claimable_count(most: int) -> int:
    """How many samples a worker could claim now, counted up to ``most``."""
    systems = claimable_systems().values("pk")
    return Sample.objects.filter(system__in=systems, state=Sample.State.PLANNED)[:most].count()


def _next_system(
    systems: QuerySet[System], loaded: LoadedSystem | None, troubled: Collection[int]
) -> System | None:
    """The one whose turn it is: by the study's priority, then the study that has least, then the system's priority.

    Least is: fewest samples with workers now, then longest not served. A worker's own study counts as having least
    while its turn lasts, so that a checkpoint is not loaded for a single batch.
    """
    candidates = list(systems.select_related("study__queue", "queue").defer("study__spec", "study__source"))
    if not candidates:
        return None
    claimed = Sample.objects.filter(state=Sample.State.CLAIMED).order_by()
    busy = dict(claimed.values_list("study").annotate(Count("pk")))
    at_hand = next((one for one in candidates if loaded is not None and one.pk == loaded.system), None)
    if at_hand is not None and loaded is not None and not loaded.turn_over:
        busy[at_hand.study_id] = -1

    def rank(system: System) -> tuple[object, ...]:
        queue = system.study.queue
        return (
            system.pk in troubled,
            -queue.priority,
            busy.get(system.study_id, 0),
            queue.served_at or datetime.min.replace(tzinfo=UTC),
            -system.queue.priority,
            system != at_hand,
            system.pk,
        )

    return min(candidates, key=rank)


def _note_served(study: int, now: datetime) -> None:
    # At most once a second: this one row of the study must not become the place where its workers wait for each other.
    late = Q(served_at=None) | Q(served_at__lt=now - timedelta(seconds=1))
    StudyQueue.objects.filter(late, study=study).update(served_at=now)


def renew(*, samples: Collection[Sample]) -> int:
    """A sign of life of the worker that holds them. Returns how many claims still stand."""
    until = timezone.now() + timedelta(seconds=settings.GENERATION_LEASE_SECONDS)
    return _still_held(samples).update(leased_until=until)


def give_back(*, samples: Collection[Sample]) -> int:
    """A worker that is told to stop returns its claims; the attempt does not count. Returns how many still stood."""
    return _still_held(samples).update(state=Sample.State.PLANNED, attempts=F("attempts") - 1, **NO_LEASE)


def _still_held(samples: Collection[Sample]) -> QuerySet[Sample]:
    """Those of ``samples`` whose claims still stand. A token belongs to one claim, so one statement is enough."""
    tokens, keys = {sample.lease_token for sample in samples}, [sample.pk for sample in samples]
    return Sample.objects.filter(state=Sample.State.CLAIMED, lease_token__in=tokens, pk__in=keys)


def take_back_expired() -> int:
    """Claims whose lease ran out go back to the queue, or fail when their attempts are used up. Returns how many."""
    expired = Q(state=Sample.State.CLAIMED, leased_until__lt=timezone.now())
    spent = Q(attempts__gte=settings.GENERATION_MAX_ATTEMPTS)
    failure = Failure(
        Sample.Owner.OPERATOR,
        "worker_lost",
        f"the worker stopped without a word in each of {settings.GENERATION_MAX_ATTEMPTS} attempts "
        "(killed, out of memory, or slower than the lease)",
    )
    failed = Sample.objects.filter(expired & spent).update(
        state=Sample.State.FAILED, **NO_LEASE, **error_fields(failure)
    )
    return failed + Sample.objects.filter(expired & ~spent).update(state=Sample.State.PLANNED, **NO_LEASE)
