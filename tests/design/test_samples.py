from __future__ import annotations

import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from studies.design import planned_samples, totals
from studies.design.samples import diversity_prompts
from studies.spec import StudySpec
from tests.design.studies import a_study, resown


def test_a_sample_is_named_after_system_prompt_and_index() -> None:
    spec = a_study(systems=2, prompts=2, samples_per_prompt=2)
    assert [sample.key for sample in planned_samples(spec)] == [
        "s0.p0.0",
        "s0.p0.1",
        "s0.p1.0",
        "s0.p1.1",
        "s1.p0.0",
        "s1.p0.1",
        "s1.p1.0",
        "s1.p1.1",
    ]


def test_seeds_never_change() -> None:
    # printf '7\x1fsample\x1fs0\x1fp0\x1f0' | sha256sum begins with 26bbe25860bda471; the seed is half of that.
    first = next(planned_samples(a_study(systems=2, prompts=1, seed=7)))
    assert first.seed == 0x26BBE25860BDA471 // 2


def test_no_two_samples_share_a_seed() -> None:
    seeds = [sample.seed for sample in planned_samples(a_study(systems=4, prompts=50, samples_per_prompt=5))]
    assert len(set(seeds)) == len(seeds) == 1000
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_another_study_seed_gives_other_sounds() -> None:
    spec = a_study(systems=2, prompts=5)
    old = {sample.seed for sample in planned_samples(spec)}
    assert old.isdisjoint(sample.seed for sample in planned_samples(resown(spec, 8)))


def test_a_prompt_added_later_leaves_the_other_seeds_alone() -> None:
    few = {sample.key: sample.seed for sample in planned_samples(a_study(systems=2, prompts=3))}
    more = {sample.key: sample.seed for sample in planned_samples(a_study(systems=2, prompts=4))}
    assert few.items() <= more.items()


def test_prompts_of_the_diversity_tasks_get_enough_samples_for_a_set() -> None:
    spec = a_study(systems=2, prompts=4, diversity=2, set_size=3)
    chosen = {prompt.id for prompt in diversity_prompts(spec)}
    made = [sample.prompt_id for sample in planned_samples(spec) if sample.system == "s0"]
    assert {prompt.id: made.count(prompt.id) for prompt in spec.prompts} == {
        prompt.id: 3 if prompt.id in chosen else 1 for prompt in spec.prompts
    }


def test_samples_that_are_made_anyway_are_enough_for_sets() -> None:
    spec = a_study(systems=2, prompts=3, samples_per_prompt=4, diversity=3, set_size=2)
    assert len(list(planned_samples(spec))) == 2 * 3 * 4


def test_diversity_prompts_are_drawn_by_the_seed_and_stay_in_order() -> None:
    spec = a_study(systems=2, prompts=40, diversity=10, set_size=2)
    order = [prompt.id for prompt in spec.prompts]
    drawn = [prompt.id for prompt in diversity_prompts(spec)]
    assert len(drawn) == 10
    assert drawn == sorted(drawn, key=order.index)
    assert drawn != order[:10]
    assert drawn != [prompt.id for prompt in diversity_prompts(resown(spec, 8))]


def test_every_prompt_is_drawn_about_equally_often() -> None:
    spec = a_study(systems=2, prompts=10, diversity=5, set_size=2)
    drawn = [prompt.id for seed in range(400) for prompt in diversity_prompts(resown(spec, seed))]
    assert all(150 < drawn.count(prompt.id) < 250 for prompt in spec.prompts)  # 200, five deviations of 10


def test_samples_are_planned_one_after_the_other_and_none_is_kept() -> None:
    spec = a_study(systems=2, prompts=500, samples_per_prompt=20)
    plan = planned_samples(spec)
    next(plan)  # what is read once, the prompts' counts, is not of the samples
    tracemalloc.start()
    try:
        assert sum(1 for _ in plan) == 20_000 - 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000  # bytes: 20,000 of them kept would be 4 million


@st.composite
def _studies(draw: st.DrawFn) -> StudySpec:
    prompts = draw(st.integers(1, 8))
    return a_study(
        systems=draw(st.integers(2, 4)),
        prompts=prompts,
        samples_per_prompt=draw(st.integers(1, 4)),
        diversity=draw(st.integers(0, prompts)),
        set_size=draw(st.integers(2, 4)),
    )


@settings(deadline=None, max_examples=40)  # a study takes milliseconds, a busy machine does not
@given(spec=_studies())
def test_the_total_is_what_is_planned(spec: StudySpec) -> None:
    keys = [sample.key for sample in planned_samples(spec)]
    assert len(set(keys)) == len(keys) == totals(spec).samples
