"""The standard labels of the scales in the other languages a study can have.

The German words are ours; no published translation of the categories of ITU-T P.800 was at hand to check them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studies.spec.languages import Language
from studies.spec.scales import Scale

_GERMAN = {
    "Strongly prefer A": "Deutlich lieber A",
    "Slightly prefer A": "Etwas lieber A",
    "Prefer A": "Lieber A",
    "No preference": "Kein Vorzug",
    "Prefer B": "Lieber B",
    "Slightly prefer B": "Etwas lieber B",
    "Strongly prefer B": "Deutlich lieber B",
    "Much worse": "Viel schlechter",
    "Worse": "Schlechter",
    "Slightly worse": "Etwas schlechter",
    "About the same": "Etwa gleich",
    "Slightly better": "Etwas besser",
    "Better": "Besser",
    "Much better": "Viel besser",
    "Compared with A, B is": "Verglichen mit A ist B",
    "Bad": "Schlecht",
    "Poor": "Dürftig",
    "Fair": "Ordentlich",
    "Good": "Gut",
    "Excellent": "Ausgezeichnet",
    "": "",
}
LABELS: Mapping[Language, Mapping[str, str]] = {"de": _GERMAN}


def scale_in(scale: Scale, language: Language) -> Scale:
    """The scale with its labels and stem in a language; values, short labels and sides stay."""
    words = LABELS.get(language)
    if words is None:
        return scale
    options = tuple(replace(option, label=words[option.label]) for option in scale.options)
    return replace(scale, options=options, stem=words[scale.stem])
