"""A study file from the browser, with the clips it names: all of it is accepted, or nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from dashboard.running import actions
from generation.builtin.installed import builtin_checkpoints
from generation.files import uploads
from generation.files.manifests import folder_problems
from generation.files.same_clips import same_clip_problems
from studies import services as studies
from studies.models import Study
from studies.spec import LoadedStudy, StudyRefused, parse_study
from studies.spec.strict_yaml import read_mapping


def apply(*, source: str, clips: UploadedFile[bytes]) -> Study:
    """Write the study as a draft whose paths start in the archive of ``clips``.

    Raises:
        StudyRefused: with every problem of the archive, or of the study file and its manifests.
        StudyFrozen: the study is launched, and this is another file or another archive.
        storage.StorageFailed: the archive could not be kept.
    """
    assert clips.file is not None  # noqa: S101 - an upload that Django has received
    with uploads.unpacked(clips.file, name=clips.name or "the archive") as upload:
        loaded = _parsed(source, upload.folder)
        problems = folder_problems(loaded.spec, loaded.folder)
        if problems := problems or same_clip_problems(loaded.spec, loaded.folder):
            raise StudyRefused(problems)
        studies.must_accept(spec=loaded.spec, archive=upload.record)
        # Only what is accepted is kept: a refused archive leaves nothing behind.
        place = uploads.keep(upload, clips.file)
        return studies.apply_study(loaded=replace(loaded, folder=place), archive=upload.record)


def apply_without(*, source: str, origin: Study | None = None) -> Study:
    """Write the study as a draft without new files.

    Its paths start where those of the study of the same slug start, or else those of ``origin``, the study whose file
    it began as: clips that were uploaded with one of them come along. A new file has no folder: it may name no paths.

    Raises as ``apply`` does.
    """
    slug = slug_in(source)
    before = Study.objects.filter(slug=slug).first() if slug else None
    base = before or origin
    if base is None:
        return actions.apply(loaded=_parsed(source, _no_folder()))
    return actions.apply(loaded=_parsed(source, uploads.folder_of(base)), archive=base.archive)


def _no_folder() -> Path:
    """Where the paths of a pasted file start: a folder that stays empty, so that no file of this server is meant."""
    folder = Path(settings.VAR) / "uploads" / "none"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _parsed(source: str, folder: Path) -> LoadedStudy:
    return parse_study(source, folder=folder, builtin=builtin_checkpoints(), confined=True)


def slug_in(source: str) -> str | None:
    """The study's name, as far as the file can be read: what else is wrong with it is refused in a moment."""
    try:
        study = read_mapping(source).get("study")
    except StudyRefused:
        return None
    slug = study.get("slug") if isinstance(study, dict) else None
    return slug if isinstance(slug, str) else None
