"""The quality checks, each declared once: what the study file may name, what the console shows, what a table may say.

Pure, and without pydantic: `python -m analysis` reads the codes too. What a check computes is in
`analysis.findings.quality_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

ExclusionCode = Literal[
    "failed_gold",
    "straight_lining",
    "implausible_listening",
    "inconsistent_repeats",
    "failed_headphone_check",
]
EXCLUSION_CODES: tuple[ExclusionCode, ...] = get_args(ExclusionCode)


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """One check of a rater. ``needs``: the setting under `raters` that must be on for it, empty where none must."""

    name: str
    fails: str
    cannot_tell: str
    needs: str = ""


QUALITY_CHECKS: Mapping[ExclusionCode, QualityCheck] = MappingProxyType(
    {
        "failed_gold": QualityCheck(
            "Gold pairs",
            "Half or more of the gold pairs were not answered for the side that is not broken; no preference is no "
            "answer for it.",
            "No gold handed in.",
            needs="gold",
        ),
        "failed_headphone_check": QualityCheck(
            "Headphones",
            "The headphone check was taken and not passed.",
            "Not taken, or it could not be played.",
            needs="headphone_check",
        ),
        "implausible_listening": QualityCheck(
            "Listening times",
            "In more than a fifth of the tasks a side was played for less than half a second, or more was played than "
            "fits between giving the task out and taking it in, by the server's clock.",
            "Under 3 tasks; programs.",
        ),
        "inconsistent_repeats": QualityCheck(
            "Repeated pairs",
            "More than half of the repeated answers that were decided both times went to the other system.",
            "Under 2 of them.",
            needs="repeats",
        ),
        "straight_lining": QualityCheck(
            "Same button", "95% or more of the answers are the same button.", "Under 10 answers."
        ),
    }
)
