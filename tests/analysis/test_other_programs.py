"""Tables that went through pandas, a spreadsheet or R, and designs without comparison ids, are read as meant."""

import io
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import TableRefused
from analysis.run import analyse_csv
from analysis.table.read import read_table
from tests.analysis.tables import REQUIRED, as_csv, small, study


def results(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(analyse_csv(data).files["results.json"])
    return found


def codes(found: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in found["warnings"]]


def through_pandas(data: bytes) -> bytes:
    text: str = pd.read_csv(io.BytesIO(data)).to_csv(index=False)
    return text.encode()


def through_r(data: bytes) -> bytes:
    """As `write.csv(read.csv(...), row.names = TRUE)` writes: a column of row names, quoted texts, NA for empty."""
    frame = pd.read_csv(io.BytesIO(data), dtype={"simulated": str, "planned": str})
    frame.index += 1
    text: str = frame.to_csv(na_rep="NA", quoting=2)
    return text.replace('"NA"', "NA").encode()


@pytest.fixture(scope="module")
def exported() -> bytes:
    return study(raters=10, prompts=8, per_rater=16)


@pytest.mark.parametrize(
    ("rewritten", "code"),
    [
        (through_pandas, "rewritten_words"),
        (lambda data: through_pandas(data).replace(b"True", b"TRUE"), "rewritten_words"),
        (through_r, "missing_as_na"),
        (lambda data: b"\xef\xbb\xbf" + data, "byte_order_mark"),
    ],
)
def test_a_table_from_another_program_gives_the_same_numbers_and_one_warning_more(
    exported: bytes, rewritten: Callable[[bytes], bytes], code: str
) -> None:
    before, after = results(exported), results(rewritten(exported))
    assert after["criteria"] == before["criteria"]
    assert after["settings"] == before["settings"]
    assert sorted(codes(after)) == sorted([*codes(before), code])


def test_na_in_the_column_of_exclusions_excludes_nobody() -> None:
    rows = [[*f"c p{p} a b r{r} {(p + r) % 3 - 1}".split(), "main", "NA"] for p in range(4) for r in range(4)]
    found = results(as_csv((*REQUIRED, "role", "excluded"), rows))
    assert found["criteria"]["c"]["n_ratings"] == 16
    assert found["settings"]["excluded"] == {}


@pytest.mark.parametrize("word", ["no", "FALSE", "0", "bad rater"])
def test_a_word_that_is_no_rule_excludes_nobody_and_is_refused(word: str) -> None:
    with pytest.raises(TableRefused, match=r"column 'excluded': got .*; allowed: .*failed_gold"):
        read_table(as_csv((*REQUIRED, "excluded"), [("c", "p", "a", "b", "r", 1, word)]))


def test_a_rater_called_na_is_read_and_warned_about() -> None:
    assert "name_na" in codes(results(small("c p1 a b NA 1", "c p2 a b r2 -1")))


def test_two_studies_in_one_file_are_refused() -> None:
    rows = [("c", "p1", "a", "b", "r1", 1, "one"), ("c", "p1", "a", "b", "r1", 1, "two")]
    with pytest.raises(TableRefused, match="row 3, column 'study': 'two' is a second study"):
        read_table(as_csv((*REQUIRED, "study"), rows))


def test_comparison_ids_in_some_rows_only_are_refused() -> None:
    rows = [("c", "p1", "a", "b", "r1", 1, "x"), ("c", "p2", "a", "b", "r1", 1, "")]
    with pytest.raises(TableRefused, match="row 3, column 'comparison': the cell is empty"):
        read_table(as_csv((*REQUIRED, "comparison"), rows))


def both_orders(seed: int = 0) -> list[str]:
    generator = np.random.default_rng(seed)
    return [
        f"c p{p} {first} {second} r{r} {generator.integers(-1, 2)}"
        for p in range(5)
        for r in range(5)
        for first, second in (("a", "b"), ("b", "a"))
    ]


def test_every_pair_in_both_orders_is_read_as_replicates() -> None:
    found = results(small(*both_orders()))
    assert found["criteria"]["c"]["n_ratings"] == 50
    assert (
        found["criteria"]["c"]["agreement"]["units"] == 10
    )  # per prompt one unit an order: no rater with themselves
    assert codes(found).count("replicates") == 1


def test_replicates_give_the_same_numbers_in_any_order_of_the_rows() -> None:
    rows = both_orders()
    shuffled = np.random.default_rng(1).permutation(np.array(rows)).tolist()
    one, two = results(small(*rows)), results(small(*shuffled))
    assert one["criteria"] == two["criteria"]


def test_the_same_answer_twice_narrows_no_interval() -> None:
    rows = [f"c p{p} a b r{r} {(3 * p + r) % 3 - 1}" for p in range(6) for r in range(6)]
    once, twice = results(small(*rows)), results(small(*rows, *rows))
    widths = [
        pair["ci_high"] - pair["ci_low"]
        for found in (once, twice)
        for pair in found["criteria"]["c"]["pairs"]
    ]
    assert widths[1] >= widths[0] * (1 - 1e-9)


def test_the_default_seed_comes_from_the_table_and_the_order_of_its_rows_does_not_matter() -> None:
    rows = [f"c p{p} a b r{r} {(p + r) % 3 - 1}" for p in range(4) for r in range(4)]
    seeds = [results(small(*some))["settings"]["seed"] for some in (rows, rows[::-1], rows[:3])]
    assert seeds[0] == seeds[1] != seeds[2]


@pytest.mark.parametrize(
    "names", [("r\u0061\u0308", "r\u00e4"), ("r1", "r\u200b1"), ("R1", "r1"), ("r 1", "r  1")]
)
def test_names_that_look_the_same_are_warned_about(names: tuple[str, str]) -> None:
    rows = [("c", f"p{p}", "a", "b", name, 1) for p, name in enumerate(names)]
    found = results(as_csv(REQUIRED, rows))
    text = next(warning["text"] for warning in found["warnings"] if warning["code"] == "similar_names")
    assert all(one != two for one, two in pairwise(text.split("rater ")[1].rstrip(".").split(" / ")))
