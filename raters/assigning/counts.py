"""What the console shows while people rate, without reading what it has read before.

Submitting counts nothing: a row that everybody updates would make everybody wait. A submitted row waits, uncounted,
until somebody looks; looking adds the waiting rows to the study's counts and marks them, in one transaction. A row is
therefore counted once, however late it was committed and whatever was interrupted. Withdrawing takes back what was
counted. Planned rows are constant between two writings of comparisons, which set them to be counted again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from raters.models import Assignment, Rater, RaterCounts, Rating, StudyCounts
from studies.models import Study

AT_ONCE = 5000
HOUR = "%Y-%m-%dT%H"
SUBMITTED = Assignment.State.SUBMITTED
GIVEN_UP = (Assignment.State.EXPIRED, Assignment.State.REPORTED)  # a fresh row was written instead
Keyed = tuple[str, str]  # what is counted, and of which


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of main tasks by (what, of which), whatever was submitted until now.

    ``submitted`` has ("all", ""), ("pair", "a / b"), ("prompt", id), ("hour", "2026-11-24T09"), ("side", "first"),
    ("side", "neither"), ("side", "second"), and ("people", ""): tasks of any role by people, not programs.
    """

    planned: Mapping[Keyed, int]
    submitted: Mapping[Keyed, int]


def tally_of(study: Study) -> Tally:
    """Everything until now. Reads and writes as much as was submitted since the last look."""
    counts = StudyCounts.objects.filter(study=study).first()
    waiting = study.assignments.filter(state=SUBMITTED, counted=False)
    while counts is None or counts.planned is None or waiting.exists():
        counts, went_on = count_waiting_rows(study)
        if not went_on:
            break
    return Tally(flatten_counts(counts.planned or {}), flatten_counts(counts.submitted))


def plan_again(study: Study) -> None:
    """Comparisons were written: planned rows are counted again by whoever looks next."""
    StudyCounts.objects.filter(study=study).update(planned=None)


@transaction.atomic
def count_waiting_rows(study: Study) -> tuple[StudyCounts, bool]:
    """Count some rows that wait; whether there was anything to do that nobody else is doing."""
    StudyCounts.objects.get_or_create(study=study)
    counts = StudyCounts.objects.select_for_update().get(study=study)
    stale = counts.planned is None
    if stale:
        counts.planned = nest_counts(count_planned(study))
    rows = load_rows(lock_uncounted(study))
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(counted=True)
    add_to_counts(counts, rows, sign=1)
    add_rater_blocks(rows)
    counts.save()
    return counts, stale or bool(rows)


def take_back(study: Study, taken: Sequence[Assignment]) -> None:
    """Subtract the counted ones of these rows, locked and about to be deleted with their rater."""
    counted = [row.pk for row in taken if row.counted]
    if not counted:
        return
    # The last lock: counting holds this row and passes over what others hold, so neither waits for the other.
    counts = StudyCounts.objects.select_for_update().get(study=study)
    add_to_counts(counts, load_rows(counted), sign=-1)
    counts.save()


def lock_uncounted(study: Study) -> list[int]:
    """Rows that wait to be counted, locked with their raters; those of somebody who is withdrawing are passed over."""
    # Not in any order: asked for one, the database walks past everything that was counted already.
    waiting = study.assignments.filter(state=SUBMITTED, counted=False).order_by()
    found = list(waiting.values_list("pk", "rater")[:AT_ONCE])
    raters = Rater.objects.filter(pk__in={rater for _, rater in found})
    held = list(raters.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    rows = waiting.filter(pk__in=[pk for pk, _ in found], rater__in=held)
    return list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))


def load_rows(keys: Sequence[int]) -> list[Assignment]:
    names = ("rater", "comparison__prompt", "comparison__system_a", "comparison__system_b")
    return list(Assignment.objects.filter(pk__in=keys).select_related(*names).prefetch_related("ratings"))


def count_planned(study: Study) -> Counter[Keyed]:
    names = ("comparison__system_a__name", "comparison__system_b__name", "comparison__prompt__key")
    rows = study.assignments.filter(role=Assignment.Role.MAIN).exclude(state__in=GIVEN_UP)
    found: Counter[Keyed] = Counter()
    for a, b, prompt, n in rows.order_by().values_list(*names).annotate(n=Count("pk")):
        for keyed in (("all", ""), ("pair", f"{a} / {b}"), ("prompt", prompt)):
            found[keyed] += n
    return found


def add_to_counts(counts: StudyCounts, rows: Iterable[Assignment], *, sign: int) -> None:
    found = Counter(flatten_counts(counts.submitted))
    for row in rows:
        for keyed in counted_as(row):
            found[keyed] += sign
    counts.submitted = nest_counts(found)


def counted_as(row: Assignment) -> list[Keyed]:
    assert row.rater is not None and row.submitted_at is not None  # noqa: S101, PT018 - constraints: submitted rows
    people = [] if row.rater.simulated else [("people", "")]
    if row.role != Assignment.Role.MAIN:
        return people
    comparison = row.comparison
    return [
        *people,
        ("all", ""),
        ("pair", pair_name(row)),
        ("prompt", comparison.prompt.key),
        ("hour", row.submitted_at.astimezone(UTC).strftime(HOUR)),
        *(("side", preferred_side(rating)) for rating in row.ratings.all() if rating.preference is not None),
    ]


def pair_name(row: Assignment) -> str:
    """Both systems, as the console names a pair."""
    return f"{row.comparison.system_a.name} / {row.comparison.system_b.name}"


def preferred_side(rating: Rating) -> str:
    preference = rating.preference or 0
    return "first" if preference < 0 else "second" if preference > 0 else "neither"


def add_rater_blocks(rows: Iterable[Assignment]) -> None:
    """Per rater, criterion and pair: [answers, half points of the pair's later system]; and when the last one came."""
    by_rater: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        if row.role == Assignment.Role.MAIN and row.rater_id is not None:
            by_rater[row.rater_id].append(row)
    counts = {stored.rater_id: stored for stored in RaterCounts.objects.filter(rater__in=by_rater)}
    for rater, own in by_rater.items():
        counts_of_rater = counts.setdefault(rater, RaterCounts(rater_id=rater))
        for row in own:
            add_to_block(counts_of_rater.blocks, row)
    RaterCounts.objects.bulk_create(
        counts.values(), update_conflicts=True, unique_fields=["rater"], update_fields=["blocks"]
    )


def add_to_block(blocks: dict[str, Any], row: Assignment) -> None:
    assert row.submitted_at is not None  # noqa: S101 - a constraint of the table
    names = row.comparison.system_a.name, row.comparison.system_b.name
    turned = row.swapped != (names[0] > names[1])
    for rating in row.ratings.all():
        if rating.preference is None:
            continue
        block = blocks.setdefault(rating.criterion, {"last": "", "pairs": {}})
        block["last"] = max(
            block["last"], row.submitted_at.astimezone(UTC).isoformat(timespec="microseconds")
        )
        pair = block["pairs"].setdefault(" ".join(sorted(names)), [0, 0])
        sign = (rating.preference > 0) - (rating.preference < 0)
        pair[0] += 1
        pair[1] += 1 - sign if turned else 1 + sign


def by_hour(tally: Tally) -> dict[datetime, int]:
    """Main tasks by the hour in which they were submitted, UTC."""
    return {
        datetime.strptime(hour, HOUR).replace(tzinfo=UTC): n
        for (what, hour), n in tally.submitted.items()
        if what == "hour"
    }


def nest_counts(found: Mapping[Keyed, int]) -> dict[str, dict[str, int]]:
    """As `StudyCounts` stores them: what is counted, then of which; without those that are zero."""
    written: dict[str, dict[str, int]] = defaultdict(dict)
    for (what, of_which), n in found.items():
        if n:
            written[what][of_which] = n
    return dict(written)


def flatten_counts(written: Mapping[str, Mapping[str, int]]) -> dict[Keyed, int]:
    """The opposite of `nest_counts`."""
    return {(what, of_which): n for what, counts in written.items() for of_which, n in counts.items()}
