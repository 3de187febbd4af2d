"""The languages a study can speak to its raters in. Its own texts are the researcher's, in the same one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "de", "fr", "es", "ja", "zh-hans", "ar"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_of(study: object) -> Language:
    """That of a ``study`` section as it was written, before any check: English unless a known one is named."""
    given = study.get("language") if isinstance(study, Mapping) else getattr(study, "language", None)
    return next((language for language in LANGUAGES if language == given), "en")
