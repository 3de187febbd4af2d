from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from studies.spec import StudyRefused, load_study
from studies.spec.protocol import Prolific
from studies.spec.systems import Builtin, Folder, Http, Merge, MusicGen
from tests.spec.files import BUILTIN, FULL, parse, spec_of, study_text

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the checkpoints and the manifest that the full study file names."""
    for name in ("a", "b", "theirs"):
        (tmp_path / name).mkdir()
    (tmp_path / "theirs" / "manifest.csv").write_text("prompt_id,path\n")
    return tmp_path


def test_every_part_of_the_full_study_file_is_read(folder: Path) -> None:
    spec = parse(FULL, folder=folder, not_built=()).spec
    assert [type(system) for system in spec.systems.values()] == [
        *[Builtin] * 5,
        *[MusicGen] * 2,
        Folder,
        Http,
    ]
    merged = spec.systems["merged"]
    assert isinstance(merged, Builtin)
    assert merged.merge == Merge(quality="distilled", diversity="diverse", weight=0.5)
    assert isinstance(spec.recruitment, Prolific)
    assert spec.prompts[0].tags == ("jazz", "hiphop")
    assert spec.analysis.primary == (("distilled", "base", "groove"), ("cfg", "base", "diversity"))


def test_decoding_options_are_read_as_written(folder: Path) -> None:
    distilled = parse(FULL, folder=folder, not_built=()).spec.systems["distilled"]
    assert isinstance(distilled, Builtin)
    assert (distilled.temperature, distilled.top_k, distilled.top_p) == (0.9, 50, 0.95)


def test_the_smallest_study_file_gets_every_default() -> None:
    spec = parse(study_text()).spec
    assert (spec.audio.duration, spec.audio.loudness, spec.audio.format) == (10.0, -23.0, "wav")
    assert [criterion.id for criterion in spec.criteria] == [
        "acoustic_quality",
        "text_adherence",
        "musicality",
    ]
    assert (spec.scale, spec.design.pairs, spec.design.ratings_per_comparison) == ("preference-5", "all", 3)
    assert (spec.raters.tasks, spec.raters.listen, spec.raters.sound_check) == (20, "whole", True)
    assert (spec.raters.lease_minutes, spec.recruitment.kind, spec.diversity) == (30, "open", None)
    assert (spec.analysis.confidence, spec.analysis.exclude, spec.analysis.primary) == (0.95, (), ())


def test_the_default_system_is_neither_filtered_nor_guided() -> None:
    base = spec_of().systems["base"]
    assert isinstance(base, Builtin)
    assert (base.temperature, base.top_k, base.top_p, base.guidance_scale) == (1.0, None, 1.0, 1.0)


def test_the_quickstart_is_a_study_of_base_against_cfg() -> None:
    spec = load_study(EXAMPLES / "quickstart.yaml", builtin=("base",)).spec
    assert sorted(spec.systems) == ["base", "cfg"]
    assert len(spec.prompts) >= 6
    assert (spec.scale, len(spec.criteria)) == ("preference-5", 3)


def test_the_papers_protocol_is_the_papers_and_sized_down_it_is_still_its_protocol() -> None:
    file, builtin = EXAMPLES / "diversity_rewarded_cfg.yaml", ("base", "distilled", "diverse")
    full, small = (load_study(file, builtin=builtin, sized_down=down) for down in (False, True))
    assert (len(full.spec.prompts), full.spec.design.ratings_per_comparison) == (101, 3)
    assert full.spec.diversity is not None
    assert (full.spec.diversity.prompts, full.spec.diversity.set_size) == (50, 2)
    assert small.spec.study.slug == "diversity-rewarded-cfg-small"
    assert small.spec.prompts == full.spec.prompts[:4]
    assert small.spec.diversity == full.spec.diversity.model_copy(update={"prompts": 2})
    for part in ("systems", "criteria", "scale", "design", "recruitment", "analysis"):
        assert getattr(small.spec, part) == getattr(full.spec, part)
    assert (small.spec.audio.duration, small.spec.raters.tasks) == (8.0, 10)


def test_sizing_down_makes_nothing_larger_and_sizing_down_twice_is_once(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(study_text(audio="audio: {duration: 3.0}"), encoding="utf-8")
    once = load_study(tmp_path / "study.yaml", builtin=BUILTIN, sized_down=True)
    assert once.spec.audio.duration == 3.0
    (tmp_path / "small.yaml").write_text(once.source, encoding="utf-8")
    twice = load_study(tmp_path / "small.yaml", builtin=BUILTIN, sized_down=True).spec
    assert twice.model_copy(update={"study": once.spec.study}) == once.spec


def test_a_loaded_study_keeps_its_folder_and_its_text(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(study_text(), encoding="utf-8")
    loaded = load_study(path, builtin=BUILTIN)
    assert (loaded.folder, loaded.source) == (tmp_path.resolve(), study_text())


def test_a_study_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyRefused, match=r"none\.yaml: given No such file"):
        load_study(tmp_path / "none.yaml")


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        spec_of().study.title = "Another"


@pytest.mark.parametrize(
    "text", ["爵士乐與嘻哈", "موسيقى هادئة", "Музыка для танцев", "🎷 saxofón", "é" * 1000]
)
def test_prompts_may_be_in_any_script(text: str) -> None:
    spec = spec_of(prompts=f'prompts: [{{id: p1, text: "{text}"}}]')
    assert spec.prompts[0].text == text


def test_white_space_around_a_text_is_dropped() -> None:
    assert spec_of(prompts='prompts: [{id: p1, text: "  jazz \\n"}]').prompts[0].text == "jazz"


def test_a_relative_checkpoint_starts_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    systems = "systems: {a: {backend: builtin, checkpoint: base}, b: {backend: builtin, checkpoint: ./mine}}"
    spec = parse(study_text(systems=systems), folder=tmp_path).spec
    assert isinstance(spec.systems["b"], Builtin)
    assert spec.systems["b"].checkpoint == "./mine"


def test_a_standard_criterion_asks_about_each_clip_on_the_absolute_scale() -> None:
    assert spec_of(scale="scale: absolute-5").criteria[2].question == "How good is each clip as music?"
    assert spec_of(scale="scale: ccr-7").criteria[2].question == "Which clip is better as music?"


def test_sets_are_judged_for_diversity_only() -> None:
    spec = spec_of(diversity="diversity: {prompts: 1}")
    assert [criterion.id for criterion in spec.criteria_for("diversity")] == ["diversity"]
    assert spec.criteria_for("quality") == spec.criteria


def test_pairs_mean_the_same_in_any_order() -> None:
    one_system = "{backend: builtin, checkpoint: base}"
    three = f"systems: {{a: {one_system}, b: {one_system}, c: {one_system}}}"
    one = spec_of(systems=three, design="design: {pairs: [[c, a], [b, a]]}")
    other = spec_of(systems=three, design="design: {pairs: [[a, b], [a, c]]}")
    assert one == other
    assert one.pairs() == (("a", "b"), ("a", "c"))


def test_a_musicgen_checkpoint_may_be_a_hub_id() -> None:
    systems = (
        "systems: {a: {backend: builtin, checkpoint: base}, b: {backend: musicgen, checkpoint: facebook/x}}"
    )
    assert isinstance(spec_of(systems=systems).systems["b"], MusicGen)
