"""Raters one by one: what the quality checks found, who is used and who is paid. Two rules, and neither asks the other.

Nothing here says which system anybody preferred, so that it may be looked at while people rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from analysis.bridge.rater_records import findings_of
from analysis.findings.quality_checks import Finding, Verdict, excluded_raters
from dashboard import selectors
from raters.entering.session_endings import Ending, ending_of
from raters.models import Assignment, Session
from studies.models import Study
from studies.quality_checks import EXCLUSION_CODES, QUALITY_CHECKS, ExclusionCode
from studies.selectors import spec_of
from studies.spec import StudySpec

MOST_RATERS = 500
FEWEST_DECIDED = 5
SUSPICIOUS = 0.3
PAY = {
    Ending.COMPLETION: "yes",
    Ending.SCREENED_OUT: "screened out",
    Ending.QUOTA_FULL: "quota full",
    None: "on the way",
}
Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check over all raters it could decide on."""

    code: ExclusionCode
    asked: bool
    declared: bool
    failed: int
    decided: int
    unavailable: int

    @property
    def label(self) -> str:
        return QUALITY_CHECKS[self.code].name

    @property
    def meaning(self) -> str:
        return QUALITY_CHECKS[self.code].fails

    @property
    def passed(self) -> int:
        return self.decided - self.failed

    @property
    def suspicious(self) -> bool:
        """It fails so many that the check itself is the likelier culprit."""
        return self.decided >= FEWEST_DECIDED and self.failed > SUSPICIOUS * self.decided


@dataclass(frozen=True, slots=True)
class Cell:
    """What one check found of one rater."""

    label: str
    verdict: Verdict
    numbers: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One rater. ``excluded_by``: the rule's label, empty where all of theirs is used."""

    name: str
    simulated: bool
    tasks: int
    cells: tuple[Cell, ...]
    excluded_by: str
    pay: str


def people_context(study: Study) -> Context:
    spec, found = spec_of(study), findings_of(study)
    excluded = excluded_raters(found, spec.analysis.exclude)
    checks = [_check(code, spec, found[code]) for code in sorted(EXCLUSION_CODES)]
    shown = [check for check in checks if check.asked]
    sessions = _sessions(study)
    return {
        "study": study,
        "funnel": selectors.funnel(study) if sessions else None,
        "checks": shown,
        "suspicious": [check for check in shown if check.suspicious],
        "not_asked": [check.label for check in checks if not check.asked],
        "people": [_person(session, study, shown, found, excluded) for session in sessions[:MOST_RATERS]],
        "total": len(sessions),
        "excluded": len(excluded),
        "rules": [QUALITY_CHECKS[code].name for code in spec.analysis.exclude],
        "prolific": spec.recruitment.kind == "prolific",
    }


def _check(code: ExclusionCode, spec: StudySpec, found: Mapping[str, Finding]) -> CheckLine:
    verdicts = [finding.verdict for finding in found.values()]
    failed, passed = verdicts.count(Verdict.FAILED), verdicts.count(Verdict.PASSED)
    return CheckLine(
        code=code,
        asked=not QUALITY_CHECKS[code].needs or bool(getattr(spec.raters, QUALITY_CHECKS[code].needs)),
        declared=code in spec.analysis.exclude,
        failed=failed,
        decided=failed + passed,
        unavailable=verdicts.count(Verdict.UNAVAILABLE),
    )


def _sessions(study: Study) -> list[Session]:
    """The first session of each rater, who have no second one, with what they handed in."""
    main = Q(
        rater__assignments__state=Assignment.State.SUBMITTED, rater__assignments__role=Assignment.Role.MAIN
    )
    rows = Session.objects.filter(rater__study=study).select_related("rater").order_by("pk")
    return list(rows.annotate(done=Count("rater__assignments", filter=main)))


def _person(
    session: Any,  # noqa: ANN401 - a Session with the count of its tasks
    study: Study,
    checks: list[CheckLine],
    found: Mapping[ExclusionCode, Mapping[str, Finding]],
    excluded: Mapping[str, ExclusionCode],
) -> PersonLine:
    name = session.rater.pseudonym
    rule = excluded.get(name)
    ending = ending_of(session, spec_of(study), state=study.state, done=session.done)
    return PersonLine(
        name=name,
        simulated=session.rater.simulated,
        tasks=session.done,
        cells=tuple(_cell(check, found[check.code][name]) for check in checks),
        excluded_by=QUALITY_CHECKS[rule].name if rule else "",
        pay="a program" if session.rater.simulated else PAY[ending],
    )


def _cell(check: CheckLine, finding: Finding) -> Cell:
    numbers = f"{finding.found} of {finding.of}" if finding.of else ""
    return Cell(check.label, finding.verdict, numbers)
