"""Everything that writes samples. Every change of state is a compare-and-set; a lost claim writes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils import timezone

from generation.models import Mastering, Sample
from studies.design import planned_samples
from studies.models import Study, System
from studies.selectors import spec_of

PLAN_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a sample could not be made. ``transient``: another try can help."""

    owner: Sample.Owner
    code: str
    text: str
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """A raw sound that was stored and measured."""

    raw_sha256: str
    reachable_loudness: float
    provenance: Mapping[str, object]


def plan_samples(*, study: Study) -> int:
    """Write the rows of all samples the study needs; those that exist stay. Returns how many were new.

    Row by row out of the plan and in chunks into the table: memory does not grow with the study.
    """
    before = study.samples.count()
    rows = _planned_rows(study)
    with transaction.atomic():
        while chunk := list(islice(rows, PLAN_CHUNK)):
            Sample.objects.bulk_create(chunk, ignore_conflicts=True)
    return study.samples.count() - before


def _planned_rows(study: Study) -> Iterator[Sample]:
    systems = dict(study.systems.values_list("name", "pk"))
    prompts = dict(study.prompts.values_list("key", "pk"))
    for plan in planned_samples(spec_of(study)):
        yield Sample(
            study=study,
            system_id=systems[plan.system],
            prompt_id=prompts[plan.prompt_id],
            key=plan.key,
            index=plan.index,
            seed=plan.seed,
        )


def claim(
    *, limit: int, first: int | None = None, prefer: int | None = None, study: Study | None = None
) -> list[Sample]:
    """Take up to ``limit`` planned samples of one system; nobody else can then hold them.

    ``prefer`` is the system whose checkpoint is loaded: it goes on while it has work. ``first`` is the limit
    for any other, whose need of memory nobody has measured yet.
    """
    token, now = secrets.token_hex(16), timezone.now()
    with transaction.atomic():
        waiting = Sample.objects.filter(state=Sample.State.PLANNED)
        if study is not None:
            waiting = waiting.filter(study=study)
        system = _next_system(waiting, prefer)
        if system is None:
            return []
        most = limit if first is None or system == prefer else first
        ids = _lock_ids(waiting.filter(system=system).order_by("id"), most)
        Sample.objects.filter(pk__in=ids, state=Sample.State.PLANNED).update(
            state=Sample.State.CLAIMED,
            lease_token=token,
            leased_until=now + timedelta(seconds=settings.GENERATION_LEASE_SECONDS),
            claimed_at=now,
            attempts=F("attempts") + 1,
        )
    return list(_claimed_under(token))


def _next_system(waiting: QuerySet[Sample], prefer: int | None) -> int | None:
    if prefer is not None and waiting.filter(system=prefer).exists():
        return prefer
    return waiting.order_by("id").values_list("system", flat=True).first()


def _lock_ids(rows: QuerySet[Sample], limit: int) -> list[int]:
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return list(rows.values_list("pk", flat=True)[:limit])


def _claimed_under(token: str) -> QuerySet[Sample]:
    rows = Sample.objects.filter(lease_token=token, state=Sample.State.CLAIMED)
    return rows.select_related("system", "prompt", "study").order_by("id")


def _held(sample: Sample) -> QuerySet[Sample]:
    return Sample.objects.filter(pk=sample.pk, state=Sample.State.CLAIMED, lease_token=sample.lease_token)


def finish(*, sample: Sample, rendered: Rendered) -> bool:
    """The raw sound is stored. False: the claim was lost meanwhile, and nothing was written."""
    changed = _held(sample).update(
        state=Sample.State.RENDERED,
        raw_sha256=rendered.raw_sha256,
        reachable_loudness=rendered.reachable_loudness,
        provenance=rendered.provenance,
        made_at=timezone.now(),
        **_NO_LEASE,
        **_NO_ERROR,
    )
    return bool(changed)


_NO_LEASE = {"lease_token": "", "leased_until": None}
_NO_ERROR = {"error_owner": "", "error_code": "", "error_text": ""}


def fail(*, sample: Sample, failure: Failure) -> bool:
    """Store why. A transient failure goes back to the queue until the attempts are used up."""
    again = failure.transient and sample.attempts < settings.GENERATION_MAX_ATTEMPTS
    changed = _held(sample).update(
        state=Sample.State.PLANNED if again else Sample.State.FAILED, **_NO_LEASE, **_error(failure)
    )
    return bool(changed)


def _error(failure: Failure) -> dict[str, str]:
    return {"error_owner": failure.owner, "error_code": failure.code, "error_text": failure.text}


def renew(*, samples: Collection[Sample]) -> int:
    """A sign of life of the worker that holds them. Returns how many claims still stand."""
    until = timezone.now() + timedelta(seconds=settings.GENERATION_LEASE_SECONDS)
    return _all_held(samples).update(leased_until=until)


def give_back(*, samples: Collection[Sample]) -> int:
    """A worker that is told to stop returns its claims; the attempt does not count."""
    return _all_held(samples).update(state=Sample.State.PLANNED, attempts=F("attempts") - 1, **_NO_LEASE)


def _all_held(samples: Collection[Sample]) -> QuerySet[Sample]:
    """Those of ``samples`` whose claims still stand. A token belongs to one claim, so one statement is enough."""
    tokens, keys = {sample.lease_token for sample in samples}, [sample.pk for sample in samples]
    return Sample.objects.filter(state=Sample.State.CLAIMED, lease_token__in=tokens, pk__in=keys)


def sweep() -> int:
    """Claims whose lease ran out go back to the queue, or fail when their attempts are used up."""
    stale = Q(state=Sample.State.CLAIMED, leased_until__lt=timezone.now())
    spent = Q(attempts__gte=settings.GENERATION_MAX_ATTEMPTS)
    failure = Failure(
        Sample.Owner.OPERATOR,
        "worker_lost",
        f"the worker stopped without a word in each of {settings.GENERATION_MAX_ATTEMPTS} attempts "
        "(killed, out of memory, or slower than the lease)",
    )
    failed = Sample.objects.filter(stale & spent).update(
        state=Sample.State.FAILED, **_NO_LEASE, **_error(failure)
    )
    return failed + Sample.objects.filter(stale & ~spent).update(state=Sample.State.PLANNED, **_NO_LEASE)


def retry_failed(*, study: Study, system: System | None = None) -> int:
    """Failed samples go back to the queue with their attempts forgotten."""
    rows = study.samples.filter(state=Sample.State.FAILED)
    if system is not None:
        rows = rows.filter(system=system)
    return rows.update(state=_back_to(), attempts=0, **_NO_ERROR)


def _back_to() -> Case:
    # A clip that failed in mastering has its raw sound already.
    return Case(
        When(raw_sha256="", then=Value(Sample.State.PLANNED)),
        default=Value(Sample.State.RENDERED),
        output_field=CharField(),
    )


def fix_loudness(*, study: Study, loudness: float) -> float:
    """The study's common loudness: the first one written stays."""
    mastering, _ = Mastering.objects.get_or_create(study=study, defaults={"loudness": loudness})
    return mastering.loudness


def finish_mastering(*, sample: Sample, audio_sha256: str, measures: Mapping[str, object]) -> bool:
    changed = Sample.objects.filter(pk=sample.pk, state=Sample.State.RENDERED).update(
        state=Sample.State.READY, audio_sha256=audio_sha256, measures=measures, **_NO_ERROR
    )
    return bool(changed)


def fail_mastering(*, sample: Sample, failure: Failure) -> bool:
    changed = Sample.objects.filter(pk=sample.pk, state=Sample.State.RENDERED).update(
        state=Sample.State.FAILED, **_error(failure)
    )
    return bool(changed)
