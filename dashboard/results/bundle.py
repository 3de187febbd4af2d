"""A whole study as one ZIP file: rows, canonical sounds, tables, report, and the digest of each.

Who the raters are is not in it: no identity of a crowd platform, no invitation, no key of a browser's session.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core import serializers
from django.db import models, transaction

from dashboard.results import exporting
from generation.files import storage
from generation.models import Mastering, Measure, Sample, SampleReview
from raters.models import (
    Assignment,
    Comparison,
    ComparisonSample,
    QuestionnaireAnswer,
    Rater,
    Rating,
    Session,
)
from studies.models import Prompt, Study, StudyEvent, System

FORMAT = 1
MANIFEST, ROWS, ARCHIVE = "manifest.json", "rows.jsonl", "clips.zip"
_NO_TIME = (2020, 1, 1, 0, 0, 0)
Row = dict[str, Any]

# In the order in which they can be written again, and how the rows of one study are found.
PARTS: tuple[tuple[type[models.Model], str], ...] = (
    (Study, "pk"),
    (StudyEvent, "study"),
    (System, "study"),
    (Prompt, "study"),
    (Sample, "study"),
    (SampleReview, "sample__study"),
    (Mastering, "study"),
    (Measure, "study"),
    (Rater, "study"),
    (Session, "rater__study"),
    (QuestionnaireAnswer, "rater__study"),
    (Comparison, "study"),
    (ComparisonSample, "comparison__study"),
    (Assignment, "study"),
    (Rating, "assignment__study"),
)
# What stays behind: keys that let a browser in, counts that are counted again, sounds that are not canonical.
LEFT_BEHIND: Mapping[str, Row] = {
    "studies.study": {"folder": "", "preview_of": None},
    "generation.sample": {"raw_sha256": "", "lease_token": "", "leased_until": None},
    "raters.session": {"key": ""},
    "raters.assignment": {"key": None, "counted": False},
}


def write_bundle(*, study: Study, out: Path) -> int:
    """Write the bundle to the file ``out``, whole or not at all. Returns how many files are in it.

    Raises:
        storage.SoundMissing, storage.StorageFailed: a sound could not be read.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            digests: dict[str, str] = {}
            with transaction.atomic():
                for name, read in _contents(study):
                    data = read()
                    digests[name] = hashlib.sha256(data).hexdigest()
                    archive.writestr(zipfile.ZipInfo(name, _NO_TIME), data, zipfile.ZIP_DEFLATED)
            manifest = {"earwitness_bundle": FORMAT, "study": study.slug, "files": digests}
            archive.writestr(
                zipfile.ZipInfo(MANIFEST, _NO_TIME), json.dumps(manifest, indent=1, sort_keys=True)
            )
        Path(temporary).chmod(0o600)  # answers of people are in it
        Path(temporary).replace(out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return len(digests)


def _contents(study: Study) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name and content of each file, read one after the other: a study's sounds do not fit into memory."""
    yield ROWS, lambda: b"".join(_rows(study))
    for name, data in exporting.files(study).items():
        yield f"export/{name}", partial(bytes, data)
    sounds = study.samples.exclude(audio_sha256="").order_by("audio_sha256")
    for digest in sounds.values_list("audio_sha256", flat=True).distinct():
        yield f"audio/{digest}.wav", partial(storage.get, digest)
    if study.archive:
        yield ARCHIVE, lambda: _archive(str(study.archive["sha256"]))


def _archive(digest: str) -> bytes:
    with tempfile.TemporaryFile() as file:
        storage.get_archive(digest, file)
        file.seek(0)
        return file.read()


def _rows(study: Study) -> Iterator[bytes]:
    """A JSON object a line, in the order of `PARTS` and of their keys, which the analysis goes by."""
    for model, path in PARTS:
        found: models.QuerySet[models.Model] = (
            models.QuerySet(model).filter(**{path: study.pk}).order_by("pk")
        )
        for row in serializers.serialize("python", found.iterator(chunk_size=2000)):
            row["fields"] |= LEFT_BEHIND.get(row["model"], {})
            yield json.dumps(row, default=_text, sort_keys=True).encode() + b"\n"


def _text(value: object) -> str:
    """Times with all their digits: two ratings of one millisecond keep their order."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
