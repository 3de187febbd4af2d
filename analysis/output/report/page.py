"""`report.html` and the console's results page, from one set of Jinja2 templates that escape all but our own figures.

The report is one file, needs no network and runs no script. The console shows the same parts inside its own page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.findings.all_findings import Findings
from analysis.findings.answers import Answer, counted_words
from analysis.findings.verdicts import MEANINGS, Verdict
from analysis.output import paper_tables as tables
from analysis.output.figures.all_figures import Figure, file_stems
from analysis.output.paper_tables import ReadableTable
from analysis.output.report.methods import REFERENCES, methods_sections
from analysis.output.results_json import versions

HERE = Path(__file__).parent
STYLE = (HERE / "report.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
MOST_ANSWERS = 12
FEW_PAIRS = 3  # so many are shown whether they are decided or not
PARTS = ("simulated", "answers", "criteria", "care", "warnings", "methods")


@dataclass(frozen=True)
class CriterionPart:
    """What the page shows of one criterion."""

    anchor: str
    title: str
    shown: tuple[Answer, ...]
    folded: tuple[Answer, ...]
    figures: tuple[Figure, ...]
    tables: tuple[ReadableTable, ...]
    more: tuple[tuple[str, str, ReadableTable], ...]  # summary, words, table


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["first_upper"] = first_upper
    return environment


def first_upper(words: str) -> str:
    """With a capital letter at the start; the rest as it is."""
    return words[:1].upper() + words[1:]


def report_page(findings: Findings, figures: Sequence[Figure]) -> bytes:
    """The whole report as UTF-8 HTML."""
    context = _context(findings, figures)
    study = findings.facts.study
    page = (
        _templates()
        .get_template("page.html")
        .render(
            context,
            title=f"{study}: results" if study else "Results",
            style=STYLE,
            style_hash=STYLE_HASH,
            contents=_contents(findings, context["criteria"]),
        )
    )
    return page.encode()


def page_parts(findings: Findings, figures: Sequence[Figure]) -> dict[str, str]:
    """Part of the page -> its HTML, for a page that brings head and style: `PARTS`."""
    context = _context(findings, figures)
    return {part: _templates().get_template(f"{part}.html").render(context) for part in PARTS}


def _context(findings: Findings, figures: Sequence[Figure]) -> dict[str, Any]:
    margin = f"{100 * findings.settings.smallest_effect:g}"
    verdicts = {answer.verdict for answer in findings.answers}
    return {
        "findings": findings,
        "facts": findings.facts,
        "names": findings.names,
        "who": who_rated(findings),
        "most": MOST_ANSWERS,
        "confidence": f"{100 * findings.settings.confidence:g}%",
        "verdicts": [
            (first_upper(tables.VERDICT_WORDS[word]), MEANINGS[word].format(margin=margin))
            for word in Verdict
            if word in verdicts
        ],
        "criteria": _criteria(findings, figures),
        "planes": [figure for figure in figures if figure.kind == "plane"],
        "care_figures": [figure for figure in figures if not figure.criterion and figure.kind != "plane"],
        "care_tables": [
            table
            for table in (tables.agreement_table(findings), tables.diagnostics_table(findings))
            if table.rows
        ],
        "raters_table": tables.raters_table(findings),
        "raters_summary": f"{counted_words(len(findings.raters), 'rater')}, one by one",
        "worded": ("How to read it", "Failed checks", "Verdict"),
        "methods": methods_sections(findings),
        "references": [reference.text for reference in REFERENCES],
        "settings": _settings(findings),
    }


def who_rated(findings: Findings) -> str:
    """What was asked, who rated, what was excluded."""
    facts = findings.facts
    if not facts.main_ratings:
        return "No rating has been given yet."
    if not findings.criteria:
        return "No rating counts: the pre-declared rules exclude all of them."
    criteria = ", ".join(map(findings.names.criterion, findings.names.in_order(findings.criteria)))
    text = (
        f"{counted_words(facts.raters, 'rater')} compared {counted_words(len(facts.systems), 'system')} on "
        f"{counted_words(facts.prompts, 'prompt')}: {counted_words(facts.kept_ratings, 'rating')} of {criteria}."
    )
    excluded = facts.main_ratings - facts.kept_ratings
    if not excluded:
        return f"{text} None were excluded."
    rules = ", ".join(f"{code}: {count:,}" for code, count in facts.exclusions.items())
    raters = counted_words(facts.excluded_raters, "rater")
    return f"{text} {excluded:,} more, by {raters}, were excluded under pre-declared rules ({rules})."


def _contents(findings: Findings, criteria: Sequence[CriterionPart]) -> list[tuple[str, str]]:
    return [
        *([("planned", "Planned contrasts")] if findings.planned else []),
        ("answers", "Answers"),
        *((part.anchor, part.title) for part in criteria),
        *([("planes", "Quality and diversity")] if findings.planes else []),
        ("care", "Agreement and care"),
        ("methods", "For the paper"),
    ]


def _criteria(findings: Findings, figures: Sequence[Figure]) -> list[CriterionPart]:
    stems = file_stems(findings.names.in_order(findings.criteria))
    parts = []
    for criterion, stem in stems.items():
        answers = findings.answers_for(criterion)
        folded = tuple(answer for answer in answers if not answer.decided) if len(answers) > FEW_PAIRS else ()
        parts.append(
            CriterionPart(
                anchor=f"criterion-{stem}",
                title=first_upper(findings.names.criterion(criterion)),
                shown=tuple(answer for answer in answers if answer not in folded),
                folded=folded,
                figures=tuple(figure for figure in figures if figure.criterion == criterion),
                tables=(
                    tables.win_rate_table(answers, findings.names),
                    tables.system_table(findings.criteria[criterion], findings.names),
                ),
                more=_more_tables(findings, criterion),
            )
        )
    return parts


def _more_tables(findings: Findings, criterion: str) -> tuple[tuple[str, str, ReadableTable], ...]:
    result, names = findings.criteria[criterion], findings.names
    disputed = tables.disputed_table(findings, criterion)
    more = [("Contrasts of Bradley-Terry and of the ordinal model", "", tables.contrast_table(result, names))]
    if disputed.rows:
        more.append(("Prompts on which raters disagreed", "", disputed))
    if result.subgroups.groups:
        summary = f"Subgroups by prompt tag and rater group: {result.subgroups.tests} unplanned tests"
        more.append((summary, result.subgroups.caution, tables.subgroup_table(result, names)))
    if result.lifted is not None:
        put_back = tables.put_back_table(findings.answers_for(criterion), result.lifted, names)
        more.append(("With excluded ratings put back", "", put_back))
    more.append(
        ("Tests as in the literature, for comparison only", "", tables.literature_table(result, names))
    )
    return tuple(more)


def _settings(findings: Findings) -> list[tuple[str, str]]:
    facts, settings = findings.facts, findings.settings
    return [
        ("Rows", f"{facts.rows:,}"),
        ("SHA-256 of ratings.csv", facts.sha256),
        ("Seed", str(settings.seed)),
        ("Confidence", f"{100 * settings.confidence:g}%"),
        ("Smallest effect of interest", f"{100 * settings.smallest_effect:g} points"),
        ("Bootstrap resamples", str(settings.bootstraps)),
        *((f"{name} version", version) for name, version in versions().items()),
    ]
