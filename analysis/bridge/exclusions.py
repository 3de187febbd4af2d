"""Pre-declared exclusion rules: whom the study file leaves out. Pure.

A rule is the name of a quality check (`analysis.findings.quality_checks`). It excludes all that a rater did who failed
the check, or nothing.
What a check could not decide excludes nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analysis.findings.quality_checks import Finding, Verdict


def excluded_raters(found: Mapping[str, Mapping[str, Finding]], rules: Iterable[str]) -> dict[str, str]:
    """Rater -> the code of the first of the declared rules, in the alphabet, that excludes them."""
    excluded: dict[str, str] = {}
    for rule in sorted(rules):
        for rater, finding in found[rule].items():
            if finding.verdict == Verdict.FAILED:
                excluded.setdefault(rater, rule)
    return excluded
