"""Everything that writes studies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from studies.errors import AmendmentRefused, StudyFrozen, WrongState
from studies.models import Prompt, Study, StudyEvent, System
from studies.spec import LoadedStudy, StudySpec, canonical_json, explain_changes, sha256
from studies.spec.amendment import refused_changes

MOST_CHANGES = 200


def apply_study(*, loaded: LoadedStudy, archive: Mapping[str, object] | None = None) -> Study:
    """Write the study as a draft, or replace the draft of that slug. A launched study is frozen.

    ``archive`` is what is kept of the clips that were uploaded with it (``Study.archive``).
    """
    uploaded = dict(archive or {})
    with transaction.atomic():
        existing = Study.objects.select_for_update().filter(slug=loaded.spec.study.slug).first()
        if existing and existing.state != Study.State.DRAFT:
            return _unchanged_or_refused(existing, loaded.spec, uploaded)
        study = _write_draft(existing, loaded, uploaded)
        record(study, "applied", sha256=study.sha256)
    return study


def write_preview(*, of: Study, loaded: LoadedStudy) -> Study:
    """Write the copy of a study in which its rater pages can be tried; it is launched from the start."""
    with transaction.atomic():
        study = _write_draft(None, loaded, of.archive, preview_of=of)
        return freeze(study=study)


def amend(
    *, study: Study, loaded: LoadedStudy, reason: str, account: str, rated: bool
) -> tuple[int, Sequence[str]]:
    """Let another file take over from that of a launched study. Returns the amendment's number and what changed.

    ``rated``: somebody consented already, so that only what changes no answered task may change.

    Raises:
        AmendmentRefused: a change that is not allowed, no change, or no reason; nothing is written.
        WrongState: the study is not launched or paused.
    """
    if not reason.strip():
        raise AmendmentRefused(study.slug, "give a reason: it stands in the history")
    with transaction.atomic():
        now = Study.objects.select_for_update().get(pk=study.pk)
        if now.state not in {Study.State.LAUNCHED, Study.State.PAUSED}:
            raise WrongState(study.slug, action="amend", state=now.state, allowed="launched or paused")
        old, new = StudySpec.model_validate(now.spec), loaded.spec
        if refused := refused_changes(old, new, rated=rated):
            since = "raters have begun" if rated else "its clips depend on it"
            raise AmendmentRefused(study.slug, f"these changes are not possible, because {since}:", refused)
        changes = explain_changes(now.spec, json.loads(canonical_json(new)))
        if not changes:
            raise AmendmentRefused(study.slug, "the file is the same")
        number = now.events.filter(kind="amended").count() + 1
        before = now.sha256
        _write_file(now, loaded)
        _add_parts(now)
        record(
            now,
            "amended",
            number=number,
            reason=reason.strip(),
            account=account,
            changes=changes[:MOST_CHANGES],
            before=before,
            after=now.sha256,
        )
    study.refresh_from_db()
    return number, changes


def _add_parts(study: Study) -> None:
    """Rows of systems and prompts that are new; those of withdrawn systems stay with what was made and answered."""
    systems = set(study.systems.values_list("name", flat=True))
    prompts = set(study.prompts.values_list("key", flat=True))
    System.objects.bulk_create(
        System(study=study, name=name, config=config)
        for name, config in study.spec["systems"].items()
        if name not in systems
    )
    Prompt.objects.bulk_create(
        Prompt(study=study, key=prompt["id"], text=prompt["text"])
        for prompt in study.spec["prompts"]
        if prompt["id"] not in prompts
    )


def delete(*, study: Study) -> None:
    """Remove the study with its systems, prompts and history, once nothing is made or answered for it any more."""
    study.delete()


def archive(*, study: Study) -> Study:
    """Take the study out of the list. Raters cannot come in: it must not be open.

    Raises:
        WrongState: it is open, or paused with the promise to go on.
    """
    if study.state in {Study.State.OPEN, Study.State.PAUSED}:
        raise WrongState(study.slug, action="archive", state=study.state, allowed="draft, launched or closed")
    with transaction.atomic():
        if Study.objects.filter(pk=study.pk, archived_at=None).update(archived_at=timezone.now()):
            record(study, "archived")
    study.refresh_from_db()
    return study


def unarchive(*, study: Study) -> Study:
    """Put the study back into the list."""
    with transaction.atomic():
        if Study.objects.filter(pk=study.pk).exclude(archived_at=None).update(archived_at=None):
            record(study, "unarchived")
    study.refresh_from_db()
    return study


def must_accept(*, spec: StudySpec, archive: Mapping[str, object]) -> None:
    """Raise StudyFrozen if a launched study of that slug would refuse the file or the archive."""
    existing = Study.objects.filter(slug=spec.study.slug).exclude(state=Study.State.DRAFT).first()
    if existing:
        _unchanged_or_refused(existing, spec, archive)


def _unchanged_or_refused(study: Study, spec: StudySpec, archive: Mapping[str, object]) -> Study:
    if study.sha256 != sha256(spec):
        raise StudyFrozen(study.slug, explain_changes(study.spec, json.loads(canonical_json(spec))))
    if archive and archive["sha256"] != study.archive.get("sha256"):
        raise StudyFrozen(study.slug, ["clips: another archive than the one it was launched with"])
    return study


def _write_draft(
    existing: Study | None,
    loaded: LoadedStudy,
    archive: Mapping[str, object],
    preview_of: Study | None = None,
) -> Study:
    spec = loaded.spec
    study = existing or Study(slug=spec.study.slug, preview_of=preview_of)
    study.folder = str(loaded.folder)
    study.archive = archive
    _write_file(study, loaded)
    _write_parts(study)
    return study


def _write_file(study: Study, loaded: LoadedStudy) -> None:
    study.title = loaded.spec.study.title
    study.spec = json.loads(canonical_json(loaded.spec))
    study.sha256 = sha256(loaded.spec)
    study.source = loaded.source
    study.save()


def _write_parts(study: Study) -> None:
    study.systems.all().delete()
    study.prompts.all().delete()
    System.objects.bulk_create(
        System(study=study, name=name, config=config) for name, config in study.spec["systems"].items()
    )
    Prompt.objects.bulk_create(
        Prompt(study=study, key=prompt["id"], text=prompt["text"]) for prompt in study.spec["prompts"]
    )


def move(*, study: Study, action: str, to: Study.State, allowed: tuple[Study.State, ...]) -> Study:
    """Change the state by compare-and-set and write it into the study's history.

    Raises:
        WrongState: the study is in none of the ``allowed`` states (somebody else may have moved it).
    """
    stamps = {
        Study.State.LAUNCHED: "launched_at",
        Study.State.OPEN: "opened_at",
        Study.State.CLOSED: "closed_at",
    }
    values: dict[str, object] = {"state": to}
    if to in stamps:
        # The first opening is the opening; a pause does not start the study anew.
        values[stamps[to]] = (
            Coalesce(stamps[to], timezone.now()) if to == Study.State.OPEN else timezone.now()
        )
    with transaction.atomic():
        moved = Study.objects.filter(pk=study.pk, state__in=allowed).update(**values)
        study.refresh_from_db()
        if not moved:
            raise WrongState(study.slug, action=action, state=study.state, allowed=" or ".join(allowed))
        record(study, to)
    return study


def record(study: Study, kind: str, **detail: object) -> None:
    StudyEvent.objects.create(study=study, kind=kind, detail=detail)


def freeze(*, study: Study) -> Study:
    """Launch: from here on the file cannot change."""
    return move(study=study, action="launch", to=Study.State.LAUNCHED, allowed=(Study.State.DRAFT,))


def admit(*, study: Study) -> Study:
    return move(
        study=study,
        action="open",
        to=Study.State.OPEN,
        allowed=(Study.State.LAUNCHED, Study.State.PAUSED, Study.State.CLOSED),
    )


def pause(*, study: Study) -> Study:
    return move(study=study, action="pause", to=Study.State.PAUSED, allowed=(Study.State.OPEN,))


def close(*, study: Study) -> Study:
    allowed = (Study.State.LAUNCHED, Study.State.OPEN, Study.State.PAUSED)
    return move(study=study, action="close", to=Study.State.CLOSED, allowed=allowed)
