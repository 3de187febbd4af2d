"""Any table that is not refused gives a report: no crash, no nan, and a named reason wherever there is no number."""

import csv
import json
import math
import re
from io import StringIO
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import TableRefused
from analysis.run import analyse_csv
from analysis.table.columns import SCALES
from tests.analysis.tables import REQUIRED, as_csv

OPTIONAL = (
    "scale",
    "score_first",
    "score_second",
    "role",
    "excluded",
    "prompt_tags",
    "rater_group",
    "planned",
    "kind",
)
HEADER = (*REQUIRED, *OPTIONAL)
TAGS = ("", "jazz", "jazz;slow", "slow")


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Few systems, raters and prompts, so that every odd case comes up; two criteria on two scales."""
    systems = ["a", "b", "c", "d"][: draw(st.integers(2, 4))]
    raters, prompts = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    scales = {"q": draw(st.sampled_from(sorted(SCALES))), "d": draw(st.sampled_from(sorted(SCALES)))}
    favourite = draw(st.sampled_from([None, 0, 1, -1]))
    rows: dict[tuple[object, ...], tuple[object, ...]] = {}
    for _ in range(draw(st.integers(0, 25))):
        criterion, rater = draw(st.sampled_from(["q", "d"])), draw(st.integers(1, raters))
        prompt = draw(st.integers(1, prompts))
        first, second = draw(st.sampled_from([(x, y) for x in systems for y in systems if x != y]))
        levels, scale = SCALES[scales[criterion]], scales[criterion]
        preference = favourite if favourite in levels else draw(st.sampled_from(levels))
        scores = ("", "")
        if scale == "absolute-5":
            low = draw(st.integers(max(1, 1 - preference), min(5, 5 - preference)))
            scores = (str(low), str(low + preference))
        role, excluded = draw(
            st.sampled_from([("main", ""), ("main", "failed_gold"), ("gold", ""), ("repeat", "")])
        )
        key = (criterion, prompt, frozenset((first, second)), rater, role)
        answer = (
            criterion,
            f"p{prompt}",
            first,
            second,
            f"r{rater}",
            preference,
            scale,
            *scores,
            role,
            excluded,
        )
        kind = "diversity" if criterion == "d" else "quality"
        group, planned = ("", "one", "two", "one")[rater - 1], "true" if "a" in (first, second) else "false"
        rows[key] = (*answer, TAGS[prompt - 1], group, planned, kind)
    return as_csv(HEADER, rows.values())


def numbers(data: Any) -> list[float]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(data, dict):
        return [number for value in data.values() for number in numbers(value)]
    if isinstance(data, list):
        return [number for value in data for number in numbers(value)]
    return [data] if isinstance(data, float) else []


def nulls(data: Any) -> bool:  # noqa: ANN401 - the same
    if isinstance(data, dict):
        return any(nulls(value) for key, value in data.items() if key != "scale")
    return any(map(nulls, data)) if isinstance(data, list) else data is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_any_table_is_answered_in_numbers_or_in_words(data: bytes) -> None:
    bundle = analyse_csv(data, seed=0, confidence=0.95)
    results = json.loads(bundle.files["results.json"])
    assert all(map(math.isfinite, numbers(results)))
    for name, criterion in results["criteria"].items():
        if nulls(criterion):
            assert any(warning["text"].startswith(f"{name}: ") for warning in results["warnings"])
    assert not re.search(r"\bnan\b", bundle.files["report.html"].decode())
    for file in (name for name in bundle.files if name.endswith(".csv")):
        cells = {cell for row in csv.reader(StringIO(bundle.files[file].decode())) for cell in row}
        assert not {"nan", "inf", "-inf"} & cells


def test_a_plane_of_criteria_without_variation_draws_no_interval() -> None:
    rows = [
        (c, f"p{p}", "a", "b", f"r{r}", 0, *[""] * 3, "main", "", "", "", "false", kind)
        for c, kind in (("q", "quality"), ("d", "diversity"))
        for p, r in ((1, 1), (1, 2), (2, 1))
    ]
    columns = [place for place, name in enumerate(HEADER) if name != "scale"]
    table = as_csv([HEADER[place] for place in columns], [[row[place] for place in columns] for row in rows])
    bundle = analyse_csv(table, seed=0, confidence=0.95)
    assert [figure.kind for figure in bundle.figures].count("plane") == 1
    assert not re.search(r"\bnan\b", bundle.files["report.html"].decode())


def refusal(data: bytes) -> str:
    """Empty where the table was read."""
    try:
        analyse_csv(data, seed=0, confidence=0.95)
    except TableRefused as refused:
        return str(refused)
    return ""


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_refused_in_one_line_or_read(data: bytes) -> None:
    line = refusal(",".join(REQUIRED).encode() + b"\r\n" + data)
    assert "\n" not in line
    assert not line or line.startswith(("row ", "near row "))
