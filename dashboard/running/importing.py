"""A bundle from another machine becomes a study here: the same rows, sounds and results, or nothing."""

from __future__ import annotations

import hashlib
import json
import secrets
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core import serializers
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError, models, transaction
from django.db.models import ForeignKey

from analysis.bridge.tables import ratings_csv
from dashboard.results.bundle import ARCHIVE, FORMAT, MANIFEST, PARTS, ROWS
from generation.files import storage
from studies import services as studies
from studies.errors import EarwitnessError
from studies.models import Study

RATINGS = "export/ratings.csv"
Keys = dict[tuple[type[models.Model], int], int]


class BundleRefused(EarwitnessError):
    """The file cannot become a study here; nothing was written."""


def import_bundle(path: Path) -> Study:
    """Write the study of a bundle. An open one comes in paused: its raters have their links elsewhere.

    Raises:
        BundleRefused: no bundle, a damaged one, a slug that is taken, or results that are not those of the bundle.
        storage.StorageFailed: the sample store did not take a sound.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            digests = _checked_digests(bundle, path)
            with transaction.atomic():
                study = _write_rows(_read(bundle, ROWS, digests))
                _store_sounds(bundle, digests, study)
                if hashlib.sha256(ratings_csv(study)).hexdigest() != digests[RATINGS]:
                    raise BundleRefused(f"{path}: its rows give other ratings than its own {RATINGS}")
                studies.record(study, "imported", bundle=hashlib.sha256(path.read_bytes()).hexdigest())
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, DeserializationError) as error:
        raise BundleRefused(
            f"{path}: given {error}; allowed: a file that `study export --bundle` wrote"
        ) from error
    except IntegrityError as error:
        raise BundleRefused(f"{path}: this study, or a part of it, is here already ({error})") from error
    return study


def _checked_digests(bundle: zipfile.ZipFile, path: Path) -> Mapping[str, str]:
    manifest = json.loads(bundle.read(MANIFEST))
    if manifest.get("earwitness_bundle") != FORMAT:
        raise BundleRefused(f"{path}: given format {manifest.get('earwitness_bundle')}; allowed: {FORMAT}")
    slug = str(manifest["study"])
    if Study.objects.filter(slug=slug).exists():
        raise BundleRefused(f"{path}: given the study {slug!r}; allowed: a study that is not here yet")
    digests: Mapping[str, str] = manifest["files"]
    return digests


def _read(bundle: zipfile.ZipFile, name: str, digests: Mapping[str, str]) -> bytes:
    """Raises BundleRefused: the file is not the one that was written."""
    data = bundle.read(name)
    if hashlib.sha256(data).hexdigest() != digests[name]:
        raise BundleRefused(f"{name} in the bundle is damaged")
    return data


def _write_rows(lines: bytes) -> Study:
    """Every row under a new key, in the order in which they were; times and pseudonyms as they were."""
    allowed = {model._meta.label_lower: model for model, _ in PARTS}  # noqa: SLF001 - Django documents it
    keys: Keys = {}
    for line in lines.splitlines():
        row = json.loads(line)
        model = allowed[row["model"]]
        row["fields"] = _with_new_keys(model, row["fields"], keys) | _fresh(row["model"], row["fields"])
        old, row["pk"] = row["pk"], None
        for made in serializers.deserialize("python", [row]):
            # Not `save`: it would put the time of now into fields that say when something was made.
            made.object.save_base(raw=True, force_insert=True)
            keys[model, old] = made.object.pk
    return Study.objects.get(pk=next(pk for (model, _), pk in keys.items() if model is Study))


def _with_new_keys(model: type[models.Model], fields: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    changed = dict(fields)
    for field in model._meta.concrete_fields:  # noqa: SLF001 - Django documents it
        if isinstance(field, ForeignKey) and fields.get(field.name) is not None:
            related = field.related_model
            assert isinstance(related, type)  # noqa: S101 - relations are resolved once Django is set up
            changed[field.name] = keys[related, fields[field.name]]
    return changed


def _fresh(label: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is not taken over: the key of a session, and the state of a study that is open elsewhere."""
    if label == "raters.session":
        return {"key": secrets.token_urlsafe(32)}
    if label == "studies.study" and fields["state"] == Study.State.OPEN:
        return {"state": Study.State.PAUSED.value}
    return {}


def _store_sounds(bundle: zipfile.ZipFile, digests: Mapping[str, str], study: Study) -> None:
    for name in digests:
        if name.startswith("audio/"):
            stored = storage.put(_read(bundle, name, digests))
            if name != f"audio/{stored}.wav":
                raise BundleRefused(f"{name} in the bundle is another sound than its name says")
    if ARCHIVE in digests:
        _read(bundle, ARCHIVE, digests)
        with bundle.open(ARCHIVE) as archive:
            storage.put_archive(str(study.archive["sha256"]), archive)
