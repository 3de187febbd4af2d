"""What may still change in the file of a launched study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from studies.spec import StudySpec
from studies.spec.amendment import refused_changes
from tests.design.studies import a_study

Json = dict[str, Any]


def changed(change: Callable[[Json], object], *, diversity: int = 0) -> tuple[StudySpec, StudySpec]:
    old = a_study(systems=3, prompts=3, diversity=diversity, set_size=2)
    raw = old.model_dump(mode="json")
    change(raw)
    return old, StudySpec.model_validate(raw)


def text(raw: Json) -> None:
    raw["raters"]["information"] = "Please use headphones."


def title(raw: Json) -> None:
    raw["study"]["title"] = "Which one?"


def prompt(raw: Json) -> None:
    raw["prompts"].append({"id": "new", "text": "something new", "tags": []})


def ratings(raw: Json) -> None:
    raw["design"]["ratings_per_comparison"] += 2


def quota(raw: Json) -> None:
    raw["recruitment"]["quota"] = 100


def withdrawal(raw: Json) -> None:
    del raw["systems"]["s2"]


def fewer(raw: Json) -> None:
    raw["design"]["ratings_per_comparison"] -= 1


def scale(raw: Json) -> None:
    raw["scale"] = "preference-3"


def question(raw: Json) -> None:
    raw["criteria"][0]["question"] = "Which is louder?"


def rule(raw: Json) -> None:
    raw["analysis"]["exclude"] = ["straight_lining"]


def seed(raw: Json) -> None:
    raw["study"]["seed"] += 1


def duration(raw: Json) -> None:
    raw["audio"]["duration"] = 5.0


def guidance(raw: Json) -> None:
    raw["systems"]["s1"]["guidance_scale"] = 7.0


def wording(raw: Json) -> None:
    raw["prompts"][0]["text"] = "another song"


def one_prompt_less(raw: Json) -> None:
    del raw["prompts"][1]


@pytest.mark.parametrize("change", [text, title, prompt, ratings, quota, withdrawal])
def test_what_changes_no_answered_task_may_change_at_any_time(change: Callable[[Json], object]) -> None:
    assert refused_changes(*changed(change), rated=True) == []
    assert refused_changes(*changed(change), rated=False) == []


@pytest.mark.parametrize("change", [fewer, scale, question, rule])
def test_what_changes_the_task_may_change_before_anybody_consented_only(
    change: Callable[[Json], object],
) -> None:
    assert refused_changes(*changed(change), rated=False) == []
    assert refused_changes(*changed(change), rated=True)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (seed, "study.seed"),
        (duration, "audio.duration"),
        (guidance, "systems.s1.guidance_scale"),
        (wording, "prompts.p0.text"),
        (one_prompt_less, "prompts.p1"),
    ],
)
@pytest.mark.parametrize("rated", [False, True])
def test_what_clips_depend_on_never_changes(
    change: Callable[[Json], object], path: str, *, rated: bool
) -> None:
    assert [line.split(":")[0] for line in refused_changes(*changed(change), rated=rated)] == [path]


def test_more_prompts_would_choose_others_for_diversity_once_somebody_rated() -> None:
    old, new = changed(prompt, diversity=2)
    assert refused_changes(old, new, rated=False) == []
    assert "diversity" in refused_changes(old, new, rated=True)[0]
