"""Who may open which page of the console: the one place that knows accounts."""

from __future__ import annotations

from django.http import Http404

from accounts.policy.roles import Power
from accounts.selectors import standing, visible_studies
from accounts.web.access import account_page, administrator_page, anybody, standing_of, study_page
from studies.models import Study

__all__ = [
    "Power",
    "account_page",
    "administrator_page",
    "anybody",
    "standing",
    "standing_of",
    "study_or_404",
    "study_page",
    "visible_studies",
]


def study_or_404(slug: str) -> Study:
    """The study of an address. Raises Http404."""
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise Http404
    return study
