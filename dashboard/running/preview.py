"""Trying a study's rater pages: in a copy with its own rows, so that no answer can reach the study's tables."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from dashboard.running import actions
from dashboard.running.removal import remove
from generation.models import Sample
from generation.queue.copies import copy_ready_samples
from studies import services as studies
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import LoadedStudy, StudySpec, to_yaml

MOST_PROMPTS = 40


class NothingToPreview(EarwitnessError):
    """No comparison has all its clips yet."""


def preview_of(study: Study) -> Study | None:
    """The study's preview, as it was last made."""
    return study.previews.order_by("-pk").first()


def make_preview(*, study: Study) -> Study:
    """Make the preview anew from what is ready now; what was tried in an earlier one is removed.

    It has the study's own texts, checks, scale and clips, on up to ``MOST_PROMPTS`` prompts. It is open to whoever has
    its link, whatever the study's recruitment is, so that no code of a crowd platform is ever handed out.

    Raises:
        NothingToPreview: no comparison has all its clips yet.
    """
    spec = _spec_of_preview(study)
    loaded = LoadedStudy(spec, Path(study.folder), to_yaml(spec))
    with transaction.atomic():
        for earlier in study.previews.all():
            remove(earlier)
        copy = studies.write_preview(of=study, loaded=loaded)
        copy_ready_samples(source=study, target=copy)
        try:
            actions.open_study(study=copy)
        except actions.NotReady as refused:
            raise NothingToPreview(f"{study.slug}: no comparison has all its clips yet") from refused
    return copy


def _spec_of_preview(study: Study) -> StudySpec:
    """The study's own file on fewer prompts, those with training and gold first, open to whoever has the link."""
    spec = spec_of(study)
    twins = study.samples.exclude(source=None).filter(state=Sample.State.READY)
    with_twins = list(twins.order_by("pk").values_list("prompt__key", flat=True))
    ready = study.samples.filter(source=None, state=Sample.State.READY).order_by("prompt_id")
    with_clips = list(ready.values_list("prompt__key", flat=True).distinct())
    chosen = set(list(dict.fromkeys([*with_twins, *with_clips]))[:MOST_PROMPTS])
    if not chosen:
        raise NothingToPreview(f"{study.slug}: no comparison has all its clips yet")
    training = min(spec.raters.training, len(with_twins))
    changed: dict[str, Any] = spec.model_dump(mode="json") | {
        "prompts": [prompt.model_dump(mode="json") for prompt in spec.prompts if prompt.id in chosen],
        "recruitment": {"kind": "open"},
    }
    changed["study"] |= {
        "slug": f"preview-{secrets.token_hex(8)}",
        "title": f"Preview: {spec.study.title}"[:200],
    }
    changed["raters"] |= {"training": training, "gold": min(spec.raters.gold, len(with_twins) - training)}
    changed["diversity"] = _fewer_sets(changed["diversity"], len(chosen))
    return StudySpec.model_validate(changed)


def _fewer_sets(diversity: Mapping[str, Any] | None, prompts: int) -> Mapping[str, Any] | None:
    return None if diversity is None else {**diversity, "prompts": min(diversity["prompts"], prompts)}
