from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.design import PlannedComparison, planned_comparisons, planned_samples, totals
from studies.spec import StudySpec
from tests.design.studies import a_study, resown
from tests.spec.files import spec_of


def test_sample_i_of_one_system_meets_sample_i_of_the_other() -> None:
    found = list(planned_comparisons(a_study(systems=2, prompts=2, samples_per_prompt=2)))
    assert [(one.samples_a, one.samples_b) for one in found] == [
        (("s0.p0.0",), ("s1.p0.0",)),
        (("s0.p0.1",), ("s1.p0.1",)),
        (("s0.p1.0",), ("s1.p1.0",)),
        (("s0.p1.1",), ("s1.p1.1",)),
    ]


def test_a_comparison_carries_what_its_row_needs() -> None:
    first = next(planned_comparisons(a_study(systems=2, prompts=1, ratings=5)))
    assert (first.key, first.kind, first.prompt_id) == ("quality.s0.s1.p0.0", "quality", "p0")
    assert (first.system_a, first.system_b, first.ratings) == ("s0", "s1", 5)


def test_sets_meet_sets_on_the_diversity_prompts() -> None:
    spec = a_study(systems=2, prompts=3, diversity=3, set_size=2, ratings=3)
    sets = [one for one in planned_comparisons(spec) if one.kind == "diversity"]
    assert sets[0].samples_a == ("s0.p0.0", "s0.p0.1")
    assert sets[0].samples_b == ("s1.p0.0", "s1.p0.1")
    assert [(one.prompt_id, one.ratings) for one in sets] == [("p0", 4), ("p1", 4), ("p2", 4)]


def test_the_study_of_the_paper_has_its_published_size() -> None:
    # arXiv 2410.06084: five systems, 101 prompts of 3 ratings, 303 ratings a pair of systems.
    spec = a_study(systems=5, prompts=101, ratings=3)
    per_pair = Counter((one.system_a, one.system_b) for one in planned_comparisons(spec))
    assert {pair: 3 * count for pair, count in per_pair.items()} == dict.fromkeys(
        combinations(("s0", "s1", "s2", "s3", "s4"), 2), 303
    )


def test_only_the_pairs_that_are_asked_for_are_compared() -> None:
    one = "{backend: builtin, checkpoint: base}"
    spec = spec_of(
        systems=f"systems: {{c: {one}, b: {one}, a: {one}}}", design="design: {pairs: [[c, b], [a, c]]}"
    )
    pairs = {(found.system_a, found.system_b) for found in planned_comparisons(spec)}
    assert pairs == {("a", "c"), ("b", "c")}


def test_the_order_of_systems_in_the_file_changes_nothing() -> None:
    one, other = ("{backend: builtin, checkpoint: base}", "{backend: builtin, checkpoint: diverse}")
    forth = spec_of(systems=f"systems: {{x: {one}, y: {other}}}")
    back = spec_of(systems=f"systems: {{y: {other}, x: {one}}}")
    assert list(planned_comparisons(forth)) == list(planned_comparisons(back))
    assert list(planned_samples(forth)) == list(planned_samples(back))


def _starts(found: list[PlannedComparison]) -> dict[tuple[str, str, str], list[bool]]:
    groups: dict[tuple[str, str, str], list[bool]] = {}
    for one in found:
        groups.setdefault((one.kind, one.system_a, one.system_b), []).append(one.starts_swapped)
    return groups


@pytest.mark.parametrize("prompts", [1, 2, 7, 8, 101])
def test_half_of_the_comparisons_of_a_pair_start_swapped(prompts: int) -> None:
    spec = a_study(systems=3, prompts=prompts, diversity=prompts)
    for starts in _starts(list(planned_comparisons(spec))).values():
        assert abs(2 * sum(starts) - len(starts)) <= 1


def test_which_half_starts_swapped_is_random() -> None:
    spec = a_study(systems=2, prompts=100)
    one = [found.starts_swapped for found in planned_comparisons(spec)]
    other = [found.starts_swapped for found in planned_comparisons(resown(spec, 8))]
    assert 25 < sum(a == b for a, b in zip(one, other, strict=True)) < 75
    assert 25 < sum(a == b for a, b in zip(one, [True, False] * 50, strict=True)) < 75


@st.composite
def _studies(draw: st.DrawFn) -> StudySpec:
    prompts = draw(st.integers(1, 6))
    return a_study(
        systems=draw(st.integers(2, 4)),
        prompts=prompts,
        samples_per_prompt=draw(st.integers(1, 3)),
        ratings=draw(st.integers(1, 9)),
        diversity=draw(st.integers(0, prompts)),
        set_size=draw(st.integers(2, 4)),
        tasks=draw(st.integers(1, 40)),
    )


@settings(deadline=None, max_examples=40)  # a study takes milliseconds, a busy machine does not
@given(spec=_studies())
def test_comparisons_use_exactly_the_samples_that_are_made(spec: StudySpec) -> None:
    made = {sample.key for sample in planned_samples(spec)}
    used = {key for one in planned_comparisons(spec) for key in (*one.samples_a, *one.samples_b)}
    assert used == made


@settings(deadline=None, max_examples=40)  # a study takes milliseconds, a busy machine does not
@given(spec=_studies())
def test_the_totals_are_what_is_planned(spec: StudySpec) -> None:
    found = list(planned_comparisons(spec))
    size = totals(spec)
    assert len({one.key for one in found}) == len(found) == size.comparisons
    assert sum(one.ratings for one in found) == size.ratings
    assert size.tasks_per_session == min(spec.raters.tasks, len(found))
    assert size.sessions * size.tasks_per_session >= size.ratings
    assert size.sessions >= max(one.ratings for one in found)


@settings(deadline=None, max_examples=40)  # a study takes milliseconds, a busy machine does not
@given(spec=_studies())
def test_each_prompt_compares_every_pair_equally_often(spec: StudySpec) -> None:
    pairs = Counter(
        (one.kind, one.prompt_id, one.system_a, one.system_b) for one in planned_comparisons(spec)
    )
    assert {count for key, count in pairs.items() if key[0] == "quality"} == {spec.design.samples_per_prompt}
    assert all(one.system_a < one.system_b for one in planned_comparisons(spec))
