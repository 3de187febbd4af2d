from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studies.design import planned_comparisons, planned_slots
from tests.design.studies import a_study


def _sides(n: int, *, starts_swapped: bool = False) -> list[bool]:
    return [slot.swapped for slot in planned_slots("any", n, 7, starts_swapped=starts_swapped)]


def test_rounds_count_from_one() -> None:
    slots = planned_slots("any", 3, 7, starts_swapped=False)
    assert [slot.round for slot in slots] == [1, 2, 3]


def test_sides_go_straight_swapped_swapped_straight() -> None:
    assert _sides(8) == [False, True, True, False, False, True, True, False]
    assert _sides(8, starts_swapped=True) == [True, False, False, True, True, False, False, True]


def test_the_order_never_changes() -> None:
    assert planned_slots("quality.a.b.p1.0", 4, 7, starts_swapped=False) == planned_slots(
        "quality.a.b.p1.0", 4, 7, starts_swapped=False
    )


@given(n=st.integers(0, 50), starts_swapped=st.booleans())
def test_sides_are_balanced_up_to_one(n: int, starts_swapped: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    sides = _sides(n, starts_swapped=starts_swapped)
    assert len(sides) == n
    assert abs(2 * sum(sides) - n) <= 1


@given(n=st.integers(2, 50), starts_swapped=st.booleans())
def test_each_two_rounds_are_opposite(n: int, starts_swapped: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    sides = _sides(n, starts_swapped=starts_swapped)
    assert all(first != second for first, second in zip(sides[::2], sides[1::2], strict=False))


def test_every_single_round_is_balanced_over_the_comparisons() -> None:
    spec = a_study(systems=2, prompts=21, ratings=5)
    grid = [
        [slot.swapped for slot in planned_slots(one.key, one.ratings, 7, starts_swapped=one.starts_swapped)]
        for one in planned_comparisons(spec)
    ]
    assert all(abs(2 * sum(column) - 21) == 1 for column in zip(*grid, strict=True))


def test_comparisons_come_in_another_order_in_every_round() -> None:
    slots = {
        one.key: planned_slots(one.key, 2, 7, starts_swapped=False)
        for one in planned_comparisons(a_study(systems=2, prompts=40))
    }
    first = sorted(slots, key=lambda key: slots[key][0].order)
    second = sorted(slots, key=lambda key: slots[key][1].order)
    assert list(slots) != first != second


def test_the_order_fits_a_four_byte_integer_of_a_database() -> None:
    orders = [slot.order for slot in planned_slots("any", 500, 7, starts_swapped=False)]
    assert len(set(orders)) == 500
    assert 0 <= min(orders) <= max(orders) < 2**31


def test_orders_spread_over_their_whole_range() -> None:
    orders = [slot.order for slot in planned_slots("any", 1000, 7, starts_swapped=False)]
    quarters = [sum(order * 4 // 2**31 == quarter for order in orders) for quarter in range(4)]
    assert all(180 < count < 320 for count in quarters)  # 250, five deviations of 14
