"""The CSV bundle: everything a study has to say, as files."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from analysis.bridge.tables import measure_files, questionnaire_csv, ratings_csv, samples_csv
from analysis.output.bundle import Bundle
from analysis.run import analyse_csv, weigh_csv
from analysis.study_file import describe
from dashboard.results.blinding import Letters
from generation.files import storage
from generation.models import Sample
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import to_yaml

# As Prolific writes the places it fills in.
CROWD_QUERY = {
    "prolific": "?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
}


def door(study: Study) -> str:
    """The link raters are given; the crowd platform fills in its own part."""
    path: str = reverse("raters:door", args=[study.slug])
    return settings.PUBLIC_URL + path + CROWD_QUERY.get(spec_of(study).recruitment.kind, "")


def console(study: Study) -> str:
    return settings.PUBLIC_URL + reverse("console:study", args=[study.slug])


def analysis_of(study: Study, letters: Letters | None = None) -> Bundle:
    """The whole analysis, computed from the same bytes that are exported as `ratings.csv`."""
    return _analysed(study, _ratings(study, letters), blind=letters is not None)


def _ratings(study: Study, letters: Letters | None) -> bytes:
    table = ratings_csv(study)
    return letters.ratings(table) if letters else table


def _analysed(study: Study, ratings: bytes, *, blind: bool = False) -> Bundle:
    return _analyse(ratings, study.sha256, study, blind=blind)


@lru_cache(maxsize=4)
def _analyse(ratings: bytes, sha256: str, study: Study, *, blind: bool) -> Bundle:
    """Kept for the same bytes and study file: looking twice, or looking and then downloading, computes once."""
    spec = spec_of(study)
    described = describe(spec, name_systems=not blind)
    return analyse_csv(ratings, confidence=spec.analysis.confidence, study=described)


def blind_files(study: Study, letters: Letters) -> Mapping[str, bytes]:
    """What of the bundle can be had with letters: the rest (samples, measures, the study file) is made of names."""
    ratings = _ratings(study, letters)
    return {
        "ratings.csv": ratings,
        "questionnaire.csv": questionnaire_csv(study),
        **_analysed(study, ratings, blind=True).files,
    }


def files(study: Study) -> Mapping[str, bytes]:
    """Every file of the bundle but the sounds, by name."""
    ratings, spec, measures = ratings_csv(study), spec_of(study), measure_files(study)
    return {
        "ratings.csv": ratings,
        "samples.csv": samples_csv(study),
        "questionnaire.csv": questionnaire_csv(study),
        **measures,
        **weigh_csv(ratings, list(measures.values()), confidence=spec.analysis.confidence),
        "study.yaml": to_yaml(spec).encode(),
        **_analysed(study, ratings).files,
    }


def zipped(study: Study, letters: Letters | None = None) -> bytes:
    content = blind_files(study, letters) if letters else files(study)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(f"{study.slug}/{name}", (2020, 1, 1, 0, 0, 0)), data)
    return buffer.getvalue()


def command(study: Study, out: Path) -> str:
    """What computes the same files from the exported table, without database or Django."""
    confidence = spec_of(study).analysis.confidence
    read = f"{out / 'ratings.csv'} --study {out / 'study.yaml'}"
    return f"python -m analysis {read} --out again --confidence {confidence}"


def write(*, study: Study, out: Path, audio: bool = False) -> int:
    """Write the bundle into ``out``, each file whole or not at all. Returns how many files."""
    count = 0
    for name, data in files(study).items():
        _write_whole(out / name, data)
        count += 1
    for name, data in _sounds(study) if audio else ():
        _write_whole(out / name, data)
        count += 1
    return count


def _sounds(study: Study) -> Iterator[tuple[str, bytes]]:
    for sample in study.samples.filter(state=Sample.State.READY).iterator():
        yield f"audio/{sample.key}.wav", storage.get(sample.audio_sha256)


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)
