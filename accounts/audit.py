"""The audit log: writing an entry, and reading them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import AuditEntry

COLUMNS = ("at", "account", "action", "study", "detail")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def record(*, account: str, action: str, study: str = "", **detail: object) -> None:
    """Write down that ``account`` did ``action``; inside the transaction of the change where there is one."""
    AuditEntry.objects.create(account=account[:200], action=action[:60], study=study, detail=detail)


def entries(study: str = "") -> QuerySet[AuditEntry]:
    """The latest first: of one study, or of everything."""
    return AuditEntry.objects.filter(study=study) if study else AuditEntry.objects.all()


def as_csv(rows: Iterable[AuditEntry]) -> bytes:
    """UTF-8, RFC 4180; cells that would start a formula in a spreadsheet begin with an apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (row.at.isoformat(), row.account, row.action, row.study, detail_text(row))
        writer.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    return buffer.getvalue().encode()


def detail_text(row: AuditEntry) -> str:
    return "; ".join(f"{name}: {value}" for name, value in row.detail.items())
