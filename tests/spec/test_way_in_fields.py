"""What a study file says about the way in: read strictly, refused by the field."""

from __future__ import annotations

import pytest

from studies.spec.criteria import standard_criterion
from tests.spec.files import parse, problems, study_text

ITEM = "{id: plays, label: Plays, kind: choice, options: [a, b]}"


@pytest.mark.parametrize(
    ("raters", "path"),
    [
        ("comprehension: [{question: What, options: [a, b], answer: c}]", "raters.comprehension[0].answer"),
        ("comprehension: [{question: What, options: [a, a], answer: a}]", "raters.comprehension[0].options"),
        ("comprehension: [{question: What, options: [a], answer: a}]", "raters.comprehension[0].options"),
        ("questionnaire: [{id: plays, label: Plays, kind: choice}]", "raters.questionnaire[0].options"),
        (
            "questionnaire: [{id: plays, label: Plays, kind: text, options: [a, b]}]",
            "raters.questionnaire[0].options",
        ),
        (
            "questionnaire: [{id: plays, label: Plays, kind: text, group: true}]",
            "raters.questionnaire[0].group",
        ),
        (
            "questionnaire: [{id: plays, label: Plays, kind: text, minimum: 1}]",
            "raters.questionnaire[0].minimum",
        ),
        (
            "questionnaire: [{id: h, label: Hours, kind: number, minimum: 2, maximum: 1}]",
            "raters.questionnaire[0].maximum",
        ),
        (f"questionnaire: [{ITEM}, {ITEM}]", "raters.questionnaire"),
        (
            f"questionnaire: [{ITEM[:-1]}, group: true}}, {ITEM[:-1].replace('plays', 'sings')}, group: true}}]",
            "raters.questionnaire",
        ),
        ("headphone_pass: 5", "raters.headphone_pass"),
        ("headphone_failure: screen_out", "raters.headphone_failure"),
        ("{headphone_check: huggins, headphone_pass: 4}", "raters.headphone_pass"),
        ("questionnaire_at: middle", "raters.questionnaire_at"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(raters: str, path: str) -> None:
    section = raters if raters.startswith("{") else f"{{{raters}}}"
    assert [problem.path for problem in problems(study_text(raters=f"raters: {section}"))] == [path]


@pytest.mark.parametrize("quota", ["0", "-1", "many", "1.5"])
def test_a_quota_is_a_number_of_people(quota: str) -> None:
    text = study_text(recruitment=f"recruitment: {{kind: open, quota: {quota}}}")
    assert [problem.path for problem in problems(text)] == ["recruitment.quota"]


def test_a_language_that_the_pages_do_not_speak_is_refused_by_name() -> None:
    text = study_text(study="study: {slug: s, title: T, seed: 1, language: xx}")
    (problem,) = problems(text)
    assert (problem.path, problem.allowed) == ("study.language", "one of en, de, fr, es, ja, zh-hans, ar")


def test_the_standard_criteria_are_in_the_language_of_the_study() -> None:
    spec = parse(study_text(study="study: {slug: s, title: T, seed: 1, language: de}")).spec
    assert spec.criteria[0] == standard_criterion("acoustic_quality", absolute=False, language="de")
    assert spec.criteria[0].label == "Klangqualität"


def test_some_texts_of_a_standard_criterion_can_be_the_study_s_own() -> None:
    own = 'criteria: [{id: musicality, help: "Judge the playing."}, acoustic_quality]'
    criterion = parse(study_text(criteria=own)).spec.criteria[0]
    standard = standard_criterion("musicality", absolute=False)
    assert criterion == standard.model_copy(update={"help": "Judge the playing."})


def test_every_standard_criterion_says_what_to_listen_for_and_what_to_leave_aside() -> None:
    for name in ("acoustic_quality", "text_adherence", "musicality", "diversity"):
        criterion = standard_criterion(name, absolute=False)
        assert len(criterion.listen_for) >= 3
        assert len(criterion.ignore) >= 2
