"""Everything that an analysis finds, before anything is written or drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.findings.answers import Answer, answers_of, planned_answers
from analysis.findings.criterion import CriterionResult, analyse_criterion
from analysis.findings.diagnostics import Diagnostic, diagnose
from analysis.findings.limits import what_it_can_say
from analysis.findings.names import Names
from analysis.findings.participation import Facts, facts_of, table_notices
from analysis.findings.planes import NamedPlane, planes_of
from analysis.findings.prompt_results import PromptResults, results_by_prompt
from analysis.findings.rater_table import RaterRow, rater_rows
from analysis.findings.selection import criteria_of
from analysis.findings.study_description import StudyDescription
from analysis.findings.verdicts import Verdicts, verdicts_of
from analysis.settings import Settings
from analysis.stats.notice import Notice
from analysis.table.coded import Table


@dataclass(frozen=True)
class Findings:
    """The results of one table. `answers` tells every pair in a sentence, `planned` those declared beforehand."""

    settings: Settings
    study: StudyDescription
    facts: Facts
    criteria: Mapping[str, CriterionResult]
    verdicts: Mapping[str, Verdicts]
    planned: tuple[Answer, ...]
    answers: tuple[Answer, ...]
    prompts: Mapping[str, PromptResults]
    raters: tuple[RaterRow, ...]
    diagnostics: tuple[Diagnostic, ...]
    planes: tuple[NamedPlane, ...]
    warnings: tuple[Notice, ...]
    limits: tuple[str, ...]  # what this study can and cannot say, in five sentences

    @property
    def names(self) -> Names:
        """What systems and criteria are called."""
        return self.study.names

    def answers_for(self, criterion: str) -> tuple[Answer, ...]:
        """Those of one criterion."""
        return tuple(answer for answer in self.answers if answer.criterion == criterion)


def find_all(table: Table, settings: Settings, study: StudyDescription) -> Findings:
    """All statistics of the table, criterion by criterion, then what is about all of them."""
    names = study.names
    criteria = {
        name: result for name in criteria_of(table) if (result := analyse_criterion(table, name, settings))
    }
    facts = facts_of(table)
    verdicts = verdicts_of(criteria, settings)
    answers = answers_of(criteria, verdicts, names, settings.smallest_effect)
    care = diagnose(table, criteria, settings)
    about_criteria = (
        Notice(notice.code, f"{name}: {notice.text}")
        for name, result in criteria.items()
        for notice in result.notices
    )
    return Findings(
        settings=settings,
        study=study,
        facts=facts,
        criteria=criteria,
        verdicts=verdicts,
        planned=planned_answers(answers),
        answers=answers,
        prompts={name: results_by_prompt(result) for name, result in criteria.items()},
        raters=rater_rows(table, care.repeat_agreement, care.agreement_with_others),
        diagnostics=care.rows,
        planes=planes_of(criteria, settings),
        warnings=(*table_notices(table, facts), *about_criteria),
        limits=what_it_can_say(facts, answers, care.rows, settings, names),
    )
