"""One person from many tabs at once is one rater; whoever leaves takes no place along. On the databases people use."""

from __future__ import annotations

import json

from tests.house import House
from tests.races.test_races import house

__all__ = ["house"]


def test_people_come_from_many_tabs_and_leave_in_the_middle(house: House) -> None:
    out = house.run("-m", "tests.races.arrivals").stdout
    result = json.loads(out.splitlines()[-1])
    one_each = {"errors": [], "raters": 4, "sessions": 4}
    assert result["prolific"] == one_each
    assert result["invitation"] == one_each
    assert result["withdrawals"] == {
        "errors": [],
        "left": 3,
        "withdrawn": 3,
        "ratings": [6] * 6,
        "answers": 6 * 6 * 2,
        "places": 6 * 6,
        "counted": [36, *[6] * 6, 72, 6],
    }
    assert result["quota"] == {"in": 3, "out": ["NoPlace"], "n": 5}
    assert result["cap"] == 2
    if "DATABASE_URL" in house.settings:
        assert result["late"] == [0, 2]
