from __future__ import annotations

from pathlib import Path

import pytest

from studies.spec import StudyRefused, load_study
from studies.spec.strict_yaml import BIGGEST, read_mapping
from tests.spec.files import BUILTIN, NOWHERE, parse, problems, study_text, the_problem


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("010", 10),
        ("-3", -3),
        ("1:30", "1:30"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e-3", 0.001),
        ("3.", 3.0),
        (".5", 0.5),
        ("2024-01-01", "2024-01-01"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_a_plain_value_has_the_meaning_of_yaml_1_2(scalar: str, value: object) -> None:
    assert read_mapping(f"key: {scalar}\n") == {"key": value}


def test_a_system_may_be_called_no() -> None:
    one = "{backend: builtin, checkpoint: base}"
    assert list(parse(study_text(systems=f"systems: {{yes: {one}, no: {one}}}")).spec.systems) == [
        "yes",
        "no",
    ]


def test_a_doubled_key_is_refused_with_both_lines() -> None:
    problem = the_problem("study: {}\nprompts: []\nstudy: {}\n")
    assert (problem.path, problem.given) == ("line 3", "the key 'study' a second time (first in line 1)")


def test_all_doubled_keys_are_listed() -> None:
    found = problems("a: 1\na: 2\nb: 1\nb: 2\n")
    assert [problem.path for problem in found] == ["line 2", "line 4"]


def test_a_doubled_system_is_refused() -> None:
    one = "{backend: builtin, checkpoint: base}"
    assert the_problem(study_text(systems=f"systems:\n  a: {one}\n  a: {one}")).allowed == "each key once"


@pytest.mark.parametrize("key", ["1", "null", "true", "1.5", "[a]", "{a: b}"])
def test_a_key_that_is_no_text_is_refused(key: str) -> None:
    assert the_problem(f"? {key}\n: value\n").allowed == "a text as key (in quotes)"


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: &x [1]\n", "a: *x\n"])
def test_anchors_are_refused(text: str) -> None:
    assert the_problem(text).allowed == "values written out, no anchors"


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system [ls]", "!!str 5", "!mine x", "!!binary aGk="]
)
def test_tags_are_refused(tag: str) -> None:
    assert the_problem(f"a: {tag}\n").allowed == "plain values, no tags"


def test_tabs_are_refused_as_such() -> None:
    assert the_problem("study:\n\tslug: a\n") == the_problem("study:\n\tslug: b\n")
    assert the_problem("study:\n\tslug: a\n").given == "a tab"


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "just words", "5", "null"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    assert "a mapping with study" in the_problem(text).allowed


@pytest.mark.parametrize(
    "text", ["a: [1, 2\n", "a: 'x\n", "a: b: c\n", "a: 1\n---\nb: 2\n", "a: @x\n", "%x\n"]
)
def test_a_file_that_is_no_yaml_is_refused_with_the_line(text: str) -> None:
    assert the_problem(text).path.startswith("line ")


def test_control_characters_are_refused() -> None:
    assert the_problem("a: \x00\n").given == "the character U+0000 at position 3"


@pytest.mark.parametrize("text", ["[" * 5000, "a: " + "[" * 30 + "]" * 30, "a: " + "{b: " * 30 + "}" * 30])
def test_deep_nesting_is_refused(text: str) -> None:
    assert the_problem(text).given == "deeper nesting"


def test_a_number_of_five_thousand_digits_is_refused_calmly() -> None:
    assert (
        the_problem(study_text(study=f"study: {{slug: a, title: t, seed: {'9' * 5000}}}")).path
        == "study.seed"
    )


def test_a_file_that_is_too_big_is_refused_before_it_is_read() -> None:
    assert the_problem("a" * (BIGGEST + 1)).allowed == f"at most {BIGGEST} characters"


def _load(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "study.yaml"
    path.write_bytes(data)
    return load_study(path, builtin=BUILTIN).spec.study.slug


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    assert _load(tmp_path, b"\xef\xbb\xbf" + study_text().encode()) == "cfg-quality"
    assert parse("\ufeff" + study_text(), folder=NOWHERE).spec.study.slug == "cfg-quality"


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    assert _load(tmp_path, study_text().replace("\n", "\r\n").encode()) == "cfg-quality"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    text = study_text(study="study: {slug: a, title: Größe, seed: 1}")
    with pytest.raises(StudyRefused, match="not UTF-8; allowed: a text file in UTF-8"):
        _load(tmp_path, text.encode(encoding))


@pytest.mark.parametrize(
    "text", ['a: "\\UFFFFFFFF"', 'a: "\\U00110000"', "%YAML 1." + "9" * 5000 + "\n---\na: 1\n"]
)
def test_what_the_parser_itself_stumbles_over_is_refused(text: str) -> None:
    assert problems(text)
