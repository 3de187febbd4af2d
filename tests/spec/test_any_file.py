"""Whatever a file holds, the answer is a study or a refusal that says where."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studies.spec import StudyRefused, sha256, to_yaml
from tests.spec.files import FULL, parse, study_text

_CALM = settings(deadline=None, max_examples=60)  # a file takes milliseconds, a busy machine does not
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - what YAML holds
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in items for place in _places(inner, (*path, key)))]


_WHOLE: dict[str, Any] = yaml.safe_load(FULL)


@_CALM
@given(text=st.text(max_size=200))
@example(text="? [a\n")
@example(text="a: [b")
@example(text="- - - -")
def test_any_text_is_answered(text: str) -> None:
    _answered(text)


@_CALM
@given(place=st.sampled_from(_places(_WHOLE)[1:]), value=_VALUES)
def test_a_study_file_with_anything_anywhere_is_answered(place: tuple[Any, ...], value: object) -> None:
    whole = copy.deepcopy(_WHOLE)
    inner = whole
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    _answered(yaml.safe_dump(whole, allow_unicode=True))


@_CALM
@given(keys=st.sets(st.sampled_from(sorted(_WHOLE))))
def test_a_study_file_without_some_sections_is_answered(keys: set[str]) -> None:
    _answered(yaml.safe_dump({key: value for key, value in _WHOLE.items() if key not in keys}))


@_CALM
@given(duration=st.floats(1, 120), loudness=st.floats(-36, -10), seed=st.integers(0, 2**63 - 1))
def test_every_number_survives_the_export(duration: float, loudness: float, seed: int) -> None:
    audio = f"audio: {{duration: {duration!r}, loudness: {loudness!r}}}"
    spec = parse(study_text(audio=audio, study=f"study: {{slug: a, title: t, seed: {seed}}}")).spec
    assert (spec.audio.duration, spec.audio.loudness, spec.study.seed) == (duration, loudness, seed)
    assert sha256(parse(to_yaml(spec)).spec) == sha256(spec)


def _answered(text: str) -> None:
    refusal = _refusal(text)
    if refusal is None:
        return
    assert refusal.problems
    assert all(problem.path and problem.given and problem.allowed for problem in refusal.problems)
    assert len(str(refusal).splitlines()) == len(refusal.problems)


def _refusal(text: str) -> StudyRefused | None:
    try:
        parse(text)
    except StudyRefused as refused:
        return refused
    return None
