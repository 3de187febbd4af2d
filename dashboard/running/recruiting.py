"""Links to send and people to pay, as files that only their owner can read."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db import transaction

from dashboard.results.exporting import door
from raters.entering import recruitment
from raters.entering.payments import PAYMENT_NAMES, payments
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import spec_of


class WrongRecruitment(EarwitnessError):
    def __init__(self, study: Study, *, action: str, allowed: str) -> None:
        super().__init__(
            f"study {study.slug!r} has recruitment.kind {spec_of(study).recruitment.kind}: "
            f"it {action}; allowed with {allowed}"
        )


class FileRefused(EarwitnessError):
    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}; allowed: a new file in an existing folder")


def write_invitations(*, study: Study, count: int, out: Path) -> int:
    """Make single-use links and write them down, both or neither: they can be read nowhere else afterwards.

    Raises:
        WrongRecruitment: the study is not by invitation.
        WrongState: the study is a draft.
        FileRefused: nothing was made.
    """
    if spec_of(study).recruitment.kind != "invitation":
        raise WrongRecruitment(study, action="has no invitations", allowed="invitation")
    with transaction.atomic():
        tokens = recruitment.invite(study=study, count=count)
        rows = [(token, f"{door(study)}?invitation={token}") for token in tokens]
        _write_new(out, ("invitation", "link"), rows)
    return len(rows)


def write_payments(*, study: Study, out: Path) -> int:
    """Raises WrongRecruitment, SealedOtherwise, FileRefused."""
    if spec_of(study).recruitment.kind != "prolific":
        raise WrongRecruitment(study, action="knows nobody who waits for payment", allowed="prolific")
    rows = list(payments(study))
    _write_new(out, PAYMENT_NAMES, rows)
    return len(rows)


def _write_new(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Never over an older file: links that were sent are nowhere else."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows([names, *rows])
    except OSError as error:
        raise FileRefused(path, str(error.strerror)) from error
