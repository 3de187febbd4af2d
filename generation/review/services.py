"""Everything that writes reviews of samples. What raters will hear can only change before the study first opens."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from generation.models import Measure, Sample, SampleReview
from studies.design.seeds import stable_number
from studies.errors import EarwitnessError
from studies.models import Study, StudyEvent
from studies.services import record

RULE_EVENT = "listening_rule"
LONGEST_TEXT = 2000


class ReviewRefused(EarwitnessError):
    """What was asked for cannot be done to these clips; the text says why."""


def listening_rule(study: Study) -> str:
    """By which rule clips are left out, as it was last stated; empty where none was."""
    last = study.events.filter(kind=RULE_EVENT).last()
    return str(last.detail["text"]) if last else ""


def state_rule(*, study: Study, text: str, account: str) -> None:
    """Write down by which rule clips will be left out. The history keeps every wording.

    Raises:
        ReviewRefused: the rule is empty or too long, or raters may have heard clips already.
    """
    with transaction.atomic():
        _lock_before_opening(study)
        record(study, RULE_EVENT, text=_required(text, "a rule"), account=account)


def mark(*, sample: Sample, value: str, note: str, account: str) -> SampleReview:
    """Keep a mark and a note; they change nothing for raters, at any time.

    Raises:
        ReviewRefused: no such mark, or a note that is too long.
    """
    if value not in {"", *SampleReview.Mark.values}:
        raise ReviewRefused(
            f"mark: given {value[:40]!r}; allowed: {', '.join(SampleReview.Mark.values)}, or none"
        )
    if len(note) > LONGEST_TEXT:
        raise ReviewRefused(f"note: given {len(note)} characters; allowed: up to {LONGEST_TEXT}")
    values = {"mark": value, "note": note.strip(), "account": account}
    review, _ = SampleReview.objects.update_or_create(sample=sample, defaults=values)
    return review


def leave_out(*, study: Study, samples: Sequence[Sample], reason: str, account: str) -> None:
    """Keep these clips, and every comparison that needs one of them, from raters.

    Raises:
        ReviewRefused: no rule was stated before, no reason is given, or the study was opened already.
    """
    reason = _required(reason, "a reason")
    with transaction.atomic():
        _lock_before_opening(study)
        if not listening_rule(study):
            raise ReviewRefused(
                "State the rule by which clips are left out first; then leave out what it names."
            )
        for sample in samples:
            values = {"left_out_because": reason, "account": account}
            SampleReview.objects.update_or_create(sample=sample, defaults=values)
        record(study, "left_out", samples=[sample.key for sample in samples], reason=reason, account=account)


def take_back(*, study: Study, sample: Sample, account: str) -> None:
    """Let raters hear a clip again that was left out. Raises ReviewRefused after the opening."""
    with transaction.atomic():
        _lock_before_opening(study)
        changed = SampleReview.objects.filter(sample=sample).exclude(left_out_because="")
        if changed.update(left_out_because="", account=account):
            record(study, "taken_back", samples=[sample.key], account=account)


def make_again(*, study: Study, sample: Sample, reason: str, account: str) -> int:
    """Give the sample another seed and back to the queue. Returns the new seed.

    Raises:
        ReviewRefused: it comes from a file, it is under way, no reason is given, or the study was opened already.
    """
    reason = _required(reason, "a reason")
    if sample.system.config.get("backend") == "folder":
        raise ReviewRefused(f"{sample.key} is a finished clip of a file: no seed makes it again.")
    with transaction.atomic():
        _lock_before_opening(study)
        times = study.events.filter(kind="made_again", detail__sample=sample.key).count() + 1
        seed = stable_number(study.spec["study"]["seed"], "again", sample.key, times)
        finished = Sample.objects.filter(pk=sample.pk, state__in=[Sample.State.READY, Sample.State.FAILED])
        if not finished.update(**_AS_PLANNED, seed=seed):
            raise ReviewRefused(f"{sample.key} is being made at this moment.")
        # What was made or measured of the old sound: its broken copy, its measures, and those of the set it was in.
        Sample.objects.filter(source=sample).delete()
        Measure.objects.filter(study=study, system=sample.system_id, prompt=sample.prompt_id).filter(
            sample=sample
        ).delete()
        Measure.objects.filter(system=sample.system_id, prompt=sample.prompt_id, sample=None).delete()
        SampleReview.objects.filter(sample=sample).delete()
        record(
            study,
            "made_again",
            sample=sample.key,
            old_seed=sample.seed,
            old_sha256=sample.audio_sha256,
            seed=seed,
            reason=reason,
            account=account,
        )
    return seed


_AS_PLANNED = {
    "state": Sample.State.PLANNED,
    "attempts": 0,
    "error_owner": "",
    "error_code": "",
    "error_text": "",
    "raw_sha256": "",
    "audio_sha256": "",
    "reachable_loudness": None,
    "measures": {},
    "provenance": {},
    "made_at": None,
}


def note_unblinded(*, study: Study, account: str) -> None:
    """Write down, once per account, that somebody heard the clips with the systems' names."""
    if not has_listened(study, account):
        record(study, "unblinded", account=account)


def has_listened(study: Study, account: str) -> bool:
    return StudyEvent.objects.filter(study=study, kind="unblinded", detail__account=account).exists()


def _lock_before_opening(study: Study) -> None:
    """Whoever opens the study at this moment waits. Raises ReviewRefused."""
    now = Study.objects.select_for_update().defer("spec", "source").get(pk=study.pk)
    if now.opened_at is not None:
        raise ReviewRefused("The study was opened already: what raters may have heard stays as it is.")


def _required(text: str, what: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise ReviewRefused(f"Please write {what} of 1 to {LONGEST_TEXT} characters.")
    return text
