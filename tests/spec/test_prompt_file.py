from __future__ import annotations

from pathlib import Path

import pytest

from studies.spec import Problem
from studies.spec.prompt_file import BIGGEST
from tests.spec.files import parse, problems, study_text, the_problem

TEXT = study_text(prompts="prompts: prompts.csv")


def _write(folder: Path, table: str | bytes) -> Path:
    data = table.encode() if isinstance(table, str) else table
    (folder / "prompts.csv").write_bytes(data)
    return folder


def test_prompts_are_read_from_a_table(tmp_path: Path) -> None:
    _write(tmp_path, 'id,text,tags\np1,"Jazz, with ""soul""",jazz;soul\np2,爵士乐,\n')
    first, second = parse(TEXT, folder=tmp_path).spec.prompts
    assert (first.text, first.tags) == ('Jazz, with "soul"', ("jazz", "soul"))
    assert (second.text, second.tags) == ("爵士乐", ())


def test_columns_may_stand_in_any_order_and_lines_may_be_empty(tmp_path: Path) -> None:
    _write(tmp_path, "text,id\r\n\r\njazz,p1\r\n\r\n")
    assert parse(TEXT, folder=tmp_path).spec.prompts[0].id == "p1"


def test_a_table_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    _write(tmp_path, "\ufeffid,text\np1,jazz\n")
    assert parse(TEXT, folder=tmp_path).spec.prompts[0].id == "p1"


def test_a_table_gives_the_same_study_as_prompts_in_line(tmp_path: Path) -> None:
    _write(tmp_path, "id,text\np1,jazz\np2,rock\n")
    in_line = study_text(prompts="prompts: [{id: p1, text: jazz}, {id: p2, text: rock}]")
    assert parse(TEXT, folder=tmp_path).spec == parse(in_line).spec


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    problem = the_problem(TEXT, folder=tmp_path)
    assert (problem.path, problem.given) == ("prompts", "'prompts.csv': No such file or directory")


def test_a_missing_table_does_not_hide_other_problems(tmp_path: Path) -> None:
    found = problems(TEXT + "\nscale: stars\n", folder=tmp_path)
    assert [problem.path for problem in found] == ["prompts", "scale"]


@pytest.mark.parametrize("header", ["id;text", "id", "id,text,id", "id,text,genre", "p1,jazz", ""])
def test_a_table_with_other_columns_is_refused(tmp_path: Path, header: str) -> None:
    problem = the_problem(TEXT, folder=_write(tmp_path, f"{header}\np1,jazz\n"))
    assert problem.path == "prompts.csv line 1"


def test_every_line_with_a_wrong_number_of_cells_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "id,text\np1,jazz, slow\np2,rock\np3\n")
    assert problems(TEXT, folder=tmp_path) == [
        Problem("prompts.csv line 2", "3 cells", "2 cells"),
        Problem("prompts.csv line 4", "1 cells", "2 cells"),
    ]


def test_a_bad_prompt_is_named_by_its_line_in_the_table(tmp_path: Path) -> None:
    _write(tmp_path, f"id,text\np1,jazz\np 2,rock\np3,{'a' * 1001}\n")
    assert [problem.path for problem in problems(TEXT, folder=tmp_path)] == [
        "prompts.csv line 3.id",
        "prompts.csv line 4.text",
    ]


def test_a_doubled_prompt_is_named_with_both_lines(tmp_path: Path) -> None:
    problem = the_problem(TEXT, folder=_write(tmp_path, "id,text\np1,jazz\np2,jazz\n"))
    assert (problem.path, problem.given) == (
        "prompts.csv line 3.text",
        "'jazz', the same as prompts.csv line 2",
    )


@pytest.mark.parametrize(
    "table", ['id,text\np1,"jazz\n', 'id,text\np1,"ja"zz\n', f"id,text\np1,{'a' * 200_000}\n"]
)
def test_a_file_that_is_no_csv_is_refused_with_the_line(tmp_path: Path, table: str) -> None:
    problem = the_problem(TEXT, folder=_write(tmp_path, table))
    assert (problem.path, problem.allowed) == ("prompts.csv line 2", "a CSV file (RFC 4180)")


def test_a_table_without_a_prompt_is_refused(tmp_path: Path) -> None:
    assert the_problem(TEXT, folder=_write(tmp_path, "id,text\n")).path == "prompts"


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    problem = the_problem(TEXT, folder=_write(tmp_path, "id,text\np1,Größe\n".encode("latin-1")))
    assert (problem.path, problem.allowed) == ("prompts.csv", "a text file in UTF-8")


def test_a_table_that_is_too_big_is_refused(tmp_path: Path) -> None:
    problem = the_problem(TEXT, folder=_write(tmp_path, b"a" * (BIGGEST + 1)))
    assert problem == Problem("prompts.csv", f"{BIGGEST + 1} bytes", f"at most {BIGGEST} bytes")


def test_a_folder_in_place_of_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "prompts.csv").mkdir()
    assert the_problem(TEXT, folder=tmp_path).path == "prompts"
