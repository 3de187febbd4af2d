"""Pre-declared exclusion rules: known cases, and what they may never depend on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.exclusions import Judged, excluded_raters, inconsistent_repeats, straight_lining

PREFERENCES = st.integers(-2, 2)


def main(preference: int, *, number: int = 0, swapped: bool = False, role: str = "main") -> Judged:
    return Judged("R-1", f"c{number}", "musicality", role, preference, swapped)


def test_ten_times_the_same_button_is_straight_lining() -> None:
    assert straight_lining([main(2, number=n) for n in range(10)]) == {"R-1"}


def test_nine_answers_are_too_few_to_tell() -> None:
    assert straight_lining([main(2, number=n) for n in range(9)]) == set()


def test_one_other_answer_in_ten_is_enough_to_stay() -> None:
    assert straight_lining([main(2, number=n) for n in range(9)] + [main(-1, number=9)]) == set()


def test_the_same_system_on_changing_sides_is_no_straight_lining() -> None:
    rows = [main(2 if n % 2 else -2, number=n, swapped=bool(n % 2)) for n in range(20)]
    assert straight_lining(rows) == set()


def test_two_repeats_for_the_other_system_are_inconsistent() -> None:
    rows = [main(1, number=n) for n in (0, 1)] + [
        main(1, number=n, swapped=True, role="repeat") for n in (0, 1)
    ]
    assert inconsistent_repeats(rows) == {"R-1"}


def test_repeats_for_the_same_system_are_consistent() -> None:
    rows = [main(1, number=n) for n in (0, 1)] + [
        main(-2, number=n, swapped=True, role="repeat") for n in (0, 1)
    ]
    assert inconsistent_repeats(rows) == set()


def test_one_of_two_turned_round_is_chance_and_stays() -> None:
    rows = [main(1, number=n) for n in (0, 1)]
    rows += [main(1, number=0, swapped=True, role="repeat"), main(-1, number=1, swapped=True, role="repeat")]
    assert inconsistent_repeats(rows) == set()


def test_a_tie_in_either_hearing_says_nothing() -> None:
    rows = [main(0, number=n) for n in (0, 1)] + [main(1, number=n, role="repeat") for n in (0, 1)]
    assert inconsistent_repeats(rows) == set()


def test_only_declared_rules_exclude() -> None:
    rows = [main(2, number=n) for n in range(10)]
    assert excluded_raters(rows, []) == {}
    assert excluded_raters(rows, ["straight_lining"]) == {"R-1": "straight_lining"}


@given(st.lists(st.tuples(PREFERENCES, st.booleans()), max_size=30))
def test_swapping_the_names_of_the_systems_excludes_the_same_raters(answers: list[tuple[int, bool]]) -> None:
    def rows(*, turned: bool) -> list[Judged]:
        first = [main(p, number=n, swapped=s != turned) for n, (p, s) in enumerate(answers)]
        again = [main(p, number=n, swapped=s == turned, role="repeat") for n, (p, s) in enumerate(answers)]
        return first + again

    rules = ["straight_lining", "inconsistent_repeats"]
    assert excluded_raters(rows(turned=False), rules) == excluded_raters(rows(turned=True), rules)
