"""Who may open which page of the console: the one place that knows accounts."""

from __future__ import annotations

from accounts.policy.roles import Power
from accounts.selectors import standing, visible_studies
from accounts.web.access import account_page, administrator_page, anybody, standing_of, study_page

__all__ = [
    "Power",
    "account_page",
    "administrator_page",
    "anybody",
    "standing",
    "standing_of",
    "study_page",
    "visible_studies",
]
