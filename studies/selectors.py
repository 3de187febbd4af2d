"""Reads of studies."""

from __future__ import annotations

from functools import lru_cache

from studies.errors import UnknownStudy
from studies.models import Study
from studies.spec import StudySpec
from studies.spec.systems import backends_of_stored_studies


def study_by_slug(slug: str) -> Study:
    """Raises UnknownStudy, which names the studies there are."""
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise UnknownStudy(
            slug,
            list(Study.objects.filter(preview_of=None).order_by("slug").values_list("slug", flat=True)[:20]),
        )
    return study


def spec_of(study: Study) -> StudySpec:
    """The study's file, parsed. Kept per digest: parsing a long file again for every page is the page's cost."""
    return _spec(study.sha256, study.pk)


@lru_cache(maxsize=32)
def _spec(sha256: str, pk: int) -> StudySpec:
    # Read by digest, so a draft that changed since is another entry.
    stored = Study.objects.values_list("spec", flat=True).get(pk=pk, sha256=sha256)
    with backends_of_stored_studies():
        return StudySpec.model_validate(stored)
