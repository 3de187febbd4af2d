"""Bad tables are refused whole, in one line that names row and column; good ones are read as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import TableRefused
from analysis.table.cells import neutralise, restore
from analysis.table.columns import RATING_NAMES, RATINGS
from analysis.table.read import read_table
from tests.analysis.tables import REQUIRED, as_csv, small, study

GOOD = "c p1 a b r1 1"


def refusal(data: bytes) -> str:
    with pytest.raises(TableRefused) as refused:
        read_table(data)
    message = str(refused.value)
    assert "\n" not in message
    return message


def with_columns(extra: dict[str, str], *rows: str) -> bytes:
    return as_csv((*REQUIRED, *extra), [(*row.split(), *extra.values()) for row in rows])


def test_required_columns_alone_are_enough() -> None:
    table = read_table(small(GOOD, "c p1 b a r2 -1"))
    assert table.rows == 2
    assert table.preference.tolist() == [1, -1]


def test_columns_may_come_in_any_order_with_others_between() -> None:
    header = ("note", *reversed(REQUIRED))
    table = read_table(as_csv(header, [("x", "1", "r1", "b", "a", "p1", "c")]))
    assert table.texts["system_first"].labels == ("a",)


def test_a_header_without_ratings_is_an_empty_table() -> None:
    assert read_table(small()).rows == 0


def test_every_contract_column_is_declared_once_and_required_ones_are_marked() -> None:
    assert len(set(RATING_NAMES)) == len(RATING_NAMES) == 33
    assert {column.name for column in RATINGS if column.required} == set(REQUIRED)


def test_whole_numbers_with_a_decimal_point_are_preferences_as_data_frames_write_them() -> None:
    assert read_table(small("c p1 a b r1 -2.0")).preference.tolist() == [-2]


@pytest.mark.parametrize("wrong", ["maybe", "0.5", "7", "nan", "-", "1_0", "१"])
def test_an_unknown_preference_is_refused_with_its_row(wrong: str) -> None:
    message = refusal(small(GOOD, f"c p2 a b r1 {wrong}"))
    assert message.startswith("row 3, column 'preference': got ")
    assert wrong in message
    assert "allowed" in message


def test_an_empty_preference_is_refused() -> None:
    assert "row 2, column 'preference'" in refusal(as_csv(REQUIRED, [("c", "p", "a", "b", "r", "")]))


def test_a_preference_off_the_scale_is_refused() -> None:
    message = refusal(with_columns({"scale": "preference-3"}, "c p1 a b r1 2"))
    assert message == "row 2, column 'preference': got 2; allowed: -1, 0, 1 on scale preference-3"


def test_a_tie_on_a_forced_choice_is_refused() -> None:
    assert "allowed: -1, 1 on scale preference-2" in refusal(
        with_columns({"scale": "preference-2"}, "c p a b r 0")
    )


def test_missing_columns_are_named() -> None:
    message = refusal(as_csv(REQUIRED[:-2], [("c", "p", "a", "b")]))
    assert "'rater', 'preference' is missing" in message


def test_a_column_twice_is_refused() -> None:
    assert "column 'rater' is there twice" in refusal(as_csv((*REQUIRED, "rater"), []))


def test_a_byte_order_mark_is_read_past_and_noted() -> None:
    table = read_table(b"\xef\xbb\xbf" + small(GOOD))
    assert [notice.code for notice in table.notices] == ["byte_order_mark"]
    assert table.texts["criterion"].labels == ("c",)


def test_semicolons_are_refused() -> None:
    assert "separated by semicolons" in refusal(small(GOOD).replace(b",", b";"))


def test_an_empty_file_is_refused() -> None:
    assert "the file is empty" in refusal(b"")


def test_another_encoding_is_refused_near_its_row() -> None:
    assert "is not UTF-8" in refusal(small(GOOD).replace(b"p1", b"caf\xe9"))


def test_a_row_with_a_cell_too_many_is_refused() -> None:
    assert refusal(small(GOOD) + b"c,p,a,b,r,1,1\r\n").startswith("row 3: 7 cells; allowed: 6")


def test_an_open_quote_is_refused() -> None:
    assert "not valid CSV" in refusal(small(GOOD) + b'"c,p,a,b,r,1')


def test_a_system_against_itself_is_refused() -> None:
    message = refusal(small(GOOD, "c p2 a a r1 1"))
    assert (
        message
        == "row 3, column 'system_second': 'a' is compared with itself; allowed: two different systems"
    )


def test_a_gold_task_may_show_one_system_twice() -> None:
    assert read_table(with_columns({"role": "gold"}, "c p1 a a r1 0")).rows == 1


def test_a_comparison_rated_twice_by_one_rater_is_refused_with_how_to_mark_it() -> None:
    rows = [(*GOOD.split(), "x1"), (*["c", "p1", "b", "a", "r1", "-1"], "x1")]
    message = refusal(as_csv((*REQUIRED, "comparison"), rows))
    assert message.startswith("row 3, column 'rater': 'r1' rated comparison 'x1' on 'c' in an earlier row")
    assert "give replicates different ids in `comparison`, and repeated tasks the role repeat" in message


def test_two_comparisons_of_one_pair_and_prompt_may_both_be_rated() -> None:
    rows = [(*GOOD.split(), "x1"), (*GOOD.split(), "x2")]
    assert read_table(as_csv((*REQUIRED, "comparison"), rows)).rows == 2


def test_a_comparison_with_other_systems_is_refused() -> None:
    rows = [(*GOOD.split(), "x1"), (*["c", "p1", "a", "c", "r2", "1"], "x1")]
    assert "row 3, column 'comparison'" in refusal(as_csv((*REQUIRED, "comparison"), rows))


def test_mixed_scales_within_a_criterion_are_refused() -> None:
    rows = [(*GOOD.split(), "preference-5"), (*["c", "p2", "a", "b", "r1", "1"], "preference-3")]
    message = refusal(as_csv((*REQUIRED, "scale"), rows))
    assert message.startswith("row 3, column 'scale': 'preference-3' is a second scale for criterion 'c'")


@pytest.mark.parametrize(
    ("column", "wrong"), [("role", "mian"), ("simulated", "yes"), ("kind", ""), ("scale", "likert")]
)
def test_an_unknown_word_is_refused_with_what_is_allowed(column: str, wrong: str) -> None:
    message = refusal(with_columns({column: wrong}, GOOD))
    assert message.startswith(f"row 2, column '{column}': got '{wrong}'; allowed: ")


@pytest.mark.parametrize("wrong", ["-5", "soon", "nan", "inf", "1e300", "2147483648"])
def test_an_unreadable_time_is_refused(wrong: str) -> None:
    assert "row 2, column 'response_ms'" in refusal(with_columns({"response_ms": wrong}, GOOD))


def test_an_empty_rater_is_refused() -> None:
    assert "column 'rater': the cell is empty" in refusal(as_csv(REQUIRED, [("c", "p", "a", "b", "", "1")]))


def test_one_wrong_cell_far_down_is_found() -> None:
    data = study(raters=40, per_rater=40)
    lines = data.split(b"\r\n")
    lines[4321] = lines[4321].replace(b"preference-5,,,", b"preference-5,,,9")
    assert refusal(b"\r\n".join(lines)).startswith("row 4322, column 'preference'")


def test_row_order_changes_nothing_but_the_hash() -> None:
    one, two = read_table(small(GOOD, "c p2 b a r2 1")), read_table(small("c p2 b a r2 1", GOOD))
    assert {name: column.labels for name, column in one.texts.items()} == {
        name: column.labels for name, column in two.texts.items()
    }


def test_blank_lines_at_the_end_are_no_rows_and_in_the_middle_they_are_refused() -> None:
    assert read_table(small(GOOD) + b"\r\n\r\n").rows == 1
    assert refusal(small(GOOD) + b"\r\n" + small(GOOD)).startswith("row 3: 0 cells; allowed: 6")


@pytest.mark.parametrize(("column", "owner"), [("prompt_tags", "prompt"), ("rater_group", "rater")])
def test_tags_and_groups_that_change_from_row_to_row_are_refused(column: str, owner: str) -> None:
    rows = [(*GOOD.split(), "jazz"), (*["c", "p1", "b", "x", "r1", "1"], "rock")]
    message = refusal(as_csv((*REQUIRED, column), rows))
    assert message.startswith(f"row 3, column '{column}': 'rock' differs from an earlier row of {owner}")


@pytest.mark.parametrize(
    ("scores", "column"),
    [(("6", "5"), "score_first"), (("2", "2.5"), "score_second"), (("1", "4"), "preference")],
)
def test_scores_are_on_their_scale_and_give_the_preference(scores: tuple[str, str], column: str) -> None:
    extra = {"scale": "absolute-5", "score_first": scores[0], "score_second": scores[1]}
    assert refusal(with_columns(extra, GOOD)).startswith(f"row 2, column '{column}'")


@given(st.text())
def test_a_neutralised_cell_reads_back_unchanged(cell: str) -> None:
    assert restore(neutralise(cell)) == cell


@given(st.text(min_size=1))
def test_no_neutralised_cell_starts_a_formula(cell: str) -> None:
    first = neutralise(cell)[0]
    assert first not in "=+@\t\r"
    assert first != "-" or neutralise(cell)[1:2].isdigit()


@pytest.mark.parametrize("cell", ["-2", "-1.5", "0", "plain", "a=b"])
def test_numbers_and_plain_text_are_left_alone(cell: str) -> None:
    assert neutralise(cell) == cell


def test_a_neutralised_system_name_is_read_back() -> None:
    table = read_table(as_csv(REQUIRED, [("c", "p", "'=cmd()", "'-minus", "r", "1")]))
    assert table.texts["system_first"].labels == ("=cmd()",)
    assert table.texts["system_second"].labels == ("-minus",)
