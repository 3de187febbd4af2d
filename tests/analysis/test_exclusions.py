"""Quality checks and the pre-declared rules that rest on them: known cases, and what they may never depend on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings.quality_checks import (
    CHECKS,
    Finding,
    Judged,
    Record,
    Timed,
    Verdict,
    excluded_raters,
    failed_by,
    findings,
)
from studies.quality_checks import EXCLUSION_CODES, QUALITY_CHECKS, ExclusionCode

PREFERENCES = st.integers(-2, 2)


def main(preference: int, *, number: int = 0, swapped: bool = False, role: str = "main") -> Judged:
    return Judged("R-1", f"c{number}", "musicality", role, preference, swapped)


def record(*rows: Judged, **more: Any) -> Record:  # noqa: ANN401 - fields of Record
    return Record(raters=("R-1",), answers=rows, **more)


def found(check: ExclusionCode, *rows: Judged, **more: Any) -> Finding:  # noqa: ANN401 - the same
    return findings(record(*rows, **more))[check]["R-1"]


def failed(check: ExclusionCode, *rows: Judged, **more: Any) -> bool:  # noqa: ANN401 - the same
    return found(check, *rows, **more).verdict == Verdict.FAILED


def gold(*right: bool) -> list[Judged]:
    return [
        Judged("R-1", f"g{n}", "acoustic_quality", "gold", 1, swapped=False, right=one)
        for n, one in enumerate(right)
    ]


def task(passed_ms: float, first_ms: int, second_ms: int) -> Timed:
    return Timed("R-1", passed_ms, first_ms, second_ms)


def test_ten_times_the_same_button_is_straight_lining() -> None:
    rows = [main(2, number=n) for n in range(10)]
    assert found("straight_lining", *rows) == Finding(Verdict.FAILED, 10, 10)


def test_nine_answers_are_too_few_to_tell() -> None:
    rows = [main(2, number=n) for n in range(9)]
    assert found("straight_lining", *rows).verdict == Verdict.UNAVAILABLE


def test_one_other_answer_in_ten_is_enough_to_stay() -> None:
    rows = [main(2, number=n) for n in range(9)] + [main(-1, number=9)]
    assert found("straight_lining", *rows) == Finding(Verdict.PASSED, 9, 10)


def test_the_same_system_on_changing_sides_is_no_straight_lining() -> None:
    rows = [main(2 if n % 2 else -2, number=n, swapped=bool(n % 2)) for n in range(20)]
    assert not failed("straight_lining", *rows)


def test_two_repeats_for_the_other_system_are_inconsistent() -> None:
    rows = [main(1, number=n) for n in (0, 1)] + [
        main(1, number=n, swapped=True, role="repeat") for n in (0, 1)
    ]
    assert found("inconsistent_repeats", *rows) == Finding(Verdict.FAILED, 2, 2)


def test_repeats_for_the_same_system_are_consistent() -> None:
    rows = [main(1, number=n) for n in (0, 1)] + [
        main(-2, number=n, swapped=True, role="repeat") for n in (0, 1)
    ]
    assert found("inconsistent_repeats", *rows) == Finding(Verdict.PASSED, 0, 2)


def test_one_of_two_turned_round_is_chance_and_stays() -> None:
    rows = [main(1, number=n) for n in (0, 1)]
    rows += [main(1, number=0, swapped=True, role="repeat"), main(-1, number=1, swapped=True, role="repeat")]
    assert found("inconsistent_repeats", *rows) == Finding(Verdict.PASSED, 1, 2)


def test_a_tie_in_either_hearing_says_nothing() -> None:
    rows = [main(0, number=n) for n in (0, 1)] + [main(1, number=n, role="repeat") for n in (0, 1)]
    assert found("inconsistent_repeats", *rows).verdict == Verdict.UNAVAILABLE


@pytest.mark.parametrize(
    ("right", "verdict"),
    [
        ((True, True), Verdict.PASSED),
        ((True, False), Verdict.FAILED),
        ((True, True, False), Verdict.PASSED),
        ((False,), Verdict.FAILED),
        ((), Verdict.UNAVAILABLE),
    ],
)
def test_half_of_the_gold_pairs_wrong_is_a_failure(right: tuple[bool, ...], verdict: Verdict) -> None:
    assert found("failed_gold", *gold(*right)) == Finding(verdict, right.count(False), len(right))


def test_training_is_no_gold() -> None:
    rows = [replace(row, role="training") for row in gold(False, False)]
    assert found("failed_gold", *rows).verdict == Verdict.UNAVAILABLE


def test_more_played_than_the_servers_clock_allows_is_implausible() -> None:
    tasks = (task(20_000, 10_000, 10_000), task(21_000, 10_000, 10_000), task(12_000, 10_000, 10_000))
    assert found("implausible_listening", tasks=tasks) == Finding(Verdict.FAILED, 1, 3)


def test_a_side_that_was_hardly_played_is_implausible() -> None:
    tasks = (task(30_000, 10_000, 100),) * 3
    assert found("implausible_listening", tasks=tasks) == Finding(Verdict.FAILED, 3, 3)


def test_one_slip_in_five_tasks_is_forgiven() -> None:
    tasks = (*[task(30_000, 10_000, 10_000)] * 4, task(30_000, 0, 10_000))
    assert found("implausible_listening", tasks=tasks) == Finding(Verdict.PASSED, 1, 5)


def test_clocks_tick_coarsely() -> None:
    assert not task(19_700, 10_000, 10_000).implausible


def test_programs_do_not_wait_and_two_tasks_tell_nothing() -> None:
    many, few = (task(5, 10_000, 10_000),) * 9, (task(5, 10_000, 10_000),) * 2
    simulated = frozenset({"R-1"})
    assert found("implausible_listening", tasks=many, simulated=simulated).verdict == Verdict.UNAVAILABLE
    assert found("implausible_listening", tasks=few).verdict == Verdict.UNAVAILABLE


def test_a_headphone_check_that_was_never_made_is_unavailable_and_not_failed() -> None:
    assert found("failed_headphone_check").verdict == Verdict.UNAVAILABLE
    assert failed("failed_headphone_check", headphones={"R-1": False})
    assert not failed("failed_headphone_check", headphones={"R-1": True})


def test_only_declared_rules_exclude_and_every_failure_is_told() -> None:
    rows = [main(2, number=n) for n in range(10)]
    all_of_it = findings(record(*rows, *gold(False)))
    assert excluded_raters(all_of_it, []) == {}
    assert excluded_raters(all_of_it, ["straight_lining"]) == {"R-1": "straight_lining"}
    assert excluded_raters(all_of_it, ["straight_lining", "failed_gold"]) == {"R-1": "failed_gold"}
    assert failed_by(all_of_it, "R-1") == ("failed_gold", "straight_lining")


def test_whoever_has_done_nothing_yet_fails_nothing() -> None:
    assert {one["R-1"] for one in findings(record()).values()} == {Finding(Verdict.UNAVAILABLE)}


@given(st.lists(st.tuples(PREFERENCES, st.booleans()), max_size=30))
def test_swapping_the_names_of_the_systems_finds_the_same(answers: list[tuple[int, bool]]) -> None:
    def rows(*, turned: bool) -> list[Judged]:
        first = [main(p, number=n, swapped=s != turned) for n, (p, s) in enumerate(answers)]
        again = [main(p, number=n, swapped=s == turned, role="repeat") for n, (p, s) in enumerate(answers)]
        return first + again

    assert findings(record(*rows(turned=False))) == findings(record(*rows(turned=True)))


def test_every_rule_of_a_study_file_is_a_check() -> None:
    assert set(CHECKS) == set(EXCLUSION_CODES) == set(QUALITY_CHECKS)
