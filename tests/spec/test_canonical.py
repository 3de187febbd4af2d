from __future__ import annotations

import hashlib
import json
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.spec import StudySpec, canonical_json, explain_changes, sha256, to_yaml
from studies.spec.model import Prompt
from tests.spec.files import FULL, parse, spec_of, study_text

_CALM = settings(deadline=None, max_examples=40)  # a file takes milliseconds, a busy machine does not


def _prompt_texts() -> st.SearchStrategy[str]:
    plain = st.characters(exclude_categories=("Cc", "Cs"))
    return st.text(plain, min_size=1, max_size=80).map(str.strip).filter(bool)


def test_a_file_of_the_first_release_keeps_its_hash() -> None:
    """If this fails, a field was added that changes the hash of launched studies: name it in its section's LATER."""
    spec = spec_of(
        diversity="diversity: {prompts: 1}",
        recruitment="recruitment: {kind: invitation}",
        raters="raters: {tasks: 4, training: 2, comprehension: []}",
    )
    assert sha256(spec) == "09bde6833adc7e1baeefa4f45ba3018020f2c1c2bf87ca0bb1339f5d3a502266"


def test_the_canonical_form_is_sorted_and_complete() -> None:
    canonical = canonical_json(spec_of())
    assert canonical.startswith('{"analysis":{"confidence":0.95,"exclude":[],"primary":[]},"audio":')
    assert '"audio":{"duration":10.0,"format":"wav","loudness":-23.0}' in canonical


def test_the_hash_is_that_of_the_canonical_form() -> None:
    spec = spec_of()
    assert sha256(spec) == hashlib.sha256(canonical_json(spec).encode()).hexdigest()


def test_the_same_study_written_another_way_has_the_same_hash() -> None:
    other = """
systems:
  cfg: {guidance_scale: 3, checkpoint: base, backend: builtin, temperature: 1}
  base: {backend: builtin, checkpoint: base, top_p: 1, negative_prompt: null}
audio: {loudness: -23, duration: 1e1}
study: {seed: 7, title: 'Which clip is better?  ', slug: cfg-quality}
criteria: [acoustic_quality, text_adherence, musicality]
prompts: [{text: Soulful jazz mixed with hiphop, id: p001}, {id: p002, text: Slow strings}]
"""
    assert sha256(parse(other).spec) == sha256(parse(study_text()).spec)


def test_minus_zero_is_zero() -> None:
    merge = "{backend: builtin, merge: {quality: base, diversity: diverse, weight: %s}}"
    systems = f"systems: {{a: {{backend: builtin, checkpoint: base}}, b: {merge}}}"
    assert sha256(spec_of(systems=systems % "-0.0")) == sha256(spec_of(systems=systems % "0"))


def test_another_order_of_prompts_is_another_study() -> None:
    swapped = "prompts: [{id: p002, text: Slow strings}, {id: p001, text: Soulful jazz mixed with hiphop}]"
    assert sha256(spec_of(prompts=swapped)) != sha256(spec_of())


def test_the_canonical_form_gives_the_spec_back() -> None:
    spec = spec_of(diversity="diversity: {prompts: 1}", recruitment="recruitment: {kind: invitation}")
    again = StudySpec.model_validate(json.loads(canonical_json(spec)))
    assert (again, canonical_json(again)) == (spec, canonical_json(spec))


def test_an_exported_study_file_is_the_same_study(tmp_path: Path) -> None:
    for name in ("a", "b", "theirs"):
        (tmp_path / name).mkdir()
    (tmp_path / "theirs" / "manifest.csv").write_text("prompt_id,path\n")
    spec = parse(FULL, folder=tmp_path, not_built=()).spec
    assert sha256(parse(to_yaml(spec), folder=tmp_path, not_built=()).spec) == sha256(spec)


@_CALM
@given(texts=st.lists(_prompt_texts(), min_size=1, max_size=3))
def test_a_prompt_survives_the_export_whatever_it_says(texts: list[str]) -> None:
    prompts = tuple(Prompt(id=f"p{index}", text=f"{text} {index}") for index, text in enumerate(texts))
    spec = spec_of().model_copy(update={"prompts": prompts})
    assert sha256(parse(to_yaml(spec)).spec) == sha256(spec)


@_CALM
@given(
    text=st.sampled_from(
        ["no", "1e3", "010", "1:30", "null", "~", "2024-01-01", "0x1F", "=", "<<", ".inf", "1_0"]
    )
)
def test_other_yaml_readers_see_the_same_texts(text: str) -> None:
    spec = spec_of().model_copy(update={"prompts": (Prompt(id="p1", text=text),)})
    written = to_yaml(spec)
    assert yaml.safe_load(written)["prompts"][0]["text"] == text
    assert parse(written).spec == spec


def _changes(before: StudySpec, after: StudySpec) -> list[str]:
    return explain_changes(json.loads(canonical_json(before)), json.loads(canonical_json(after)))


def test_no_change_is_no_line() -> None:
    assert _changes(spec_of(), spec_of()) == []


def test_a_change_names_path_before_and_after() -> None:
    after = spec_of(systems=study_text().splitlines()[2].replace("3.0", "4.5"))
    assert _changes(spec_of(), after) == ["systems.cfg.guidance_scale: was 3.0, is now 4.5"]


def test_what_came_and_went_is_named() -> None:
    after = spec_of(systems=study_text().splitlines()[2].replace("cfg:", "sharp:"))
    gone, came = _changes(spec_of(), after)
    assert gone.startswith("systems.cfg: was {")
    assert gone.endswith("is now absent")
    assert came.startswith("systems.sharp: was absent, is now {")


def test_a_changed_prompt_is_named_by_its_id() -> None:
    after = spec_of(prompts=study_text().splitlines()[1].replace("Slow", "Fast"))
    assert _changes(spec_of(), after) == ["prompts.p002.text: was 'Slow strings', is now 'Fast strings'"]


def test_a_changed_order_is_named() -> None:
    swapped = "prompts: [{id: p002, text: Slow strings}, {id: p001, text: Soulful jazz mixed with hiphop}]"
    assert _changes(spec_of(), spec_of(prompts=swapped)) == ["prompts: the order changed"]
