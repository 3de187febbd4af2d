"""The standard criteria in the words a rater reads: one module a language, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from studies.spec.languages import Language
from studies.spec.wordings import arabic, chinese, english, french, german, japanese, spanish
from studies.spec.wordings.form import Wording

WORDINGS: Mapping[Language, Mapping[str, Wording]] = {
    "en": english.CRITERIA,
    "de": german.CRITERIA,
    "fr": french.CRITERIA,
    "es": spanish.CRITERIA,
    "ja": japanese.CRITERIA,
    "zh-hans": chinese.CRITERIA,
    "ar": arabic.CRITERIA,
}
