"""Many raters at once, on the databases people use: nobody gets the last slot twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house import House
from tests.services import own_database


@pytest.fixture(params=["embedded", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "embedded":
        yield House(tmp_path)
        return
    with own_database() as url:
        yield House(tmp_path, {"DATABASE_URL": url, "DATABASE_POOL_SIZE": "20"})


def contest(house: House, raters: int, threads_each: int) -> dict[str, Any]:
    out = house.run("-m", "tests.races.contest", str(raters), str(threads_each)).stdout
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    return result


def test_eight_raters_at_once_fill_every_slot_and_no_more(house: House) -> None:
    result = contest(house, raters=8, threads_each=1)
    assert result == {"errors": [], "ratings": [3] * 6, "twice": 0, "against_the_rule": 0}


def test_two_tabs_of_each_rater_are_one_session(house: House) -> None:
    result = contest(house, raters=4, threads_each=2)
    assert result == {"errors": [], "ratings": [3] * 6, "twice": 0, "against_the_rule": 0}
