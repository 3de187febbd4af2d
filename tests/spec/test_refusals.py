"""Every way a study file can be wrong: where, what was given, what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from studies.spec import Problem, StudyRefused
from tests.spec.files import parse, problems, study_text, the_problem


def _systems(second: str) -> str:
    return study_text(systems=f"systems: {{base: {{backend: builtin, checkpoint: base}}, x: {second}}}")


def _decoding(options: str) -> str:
    return _systems(f"{{backend: builtin, checkpoint: base, {options}}}")


def test_a_problem_says_where_what_and_what_is_allowed() -> None:
    problem = the_problem(_decoding("guidance_scale: -1"))
    assert problem == Problem(
        "systems.x.guidance_scale", "-1", "a number above 0 and at most 100 (1 means no guidance)"
    )
    assert str(problem).startswith("systems.x.guidance_scale: given -1; allowed: a number above 0")


def test_every_problem_is_listed_on_a_line_of_its_own() -> None:
    text = study_text(audio="audio: {duration: 0.5}", scale="scale: stars", raters="raters: {gold: -1}")
    with pytest.raises(StudyRefused) as refused:
        parse(text)
    lines = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["audio.duration", "scale", "raters.gold"]


def test_names_that_do_not_fit_are_found_beside_values_that_do_not_fit() -> None:
    text = study_text(
        audio="audio: {duration: 0.5}",
        systems="systems:\n  base: {backend: builtin, checkpoint: bse}\n"
        "  x: {backend: builtin, checkpoint: base, top_k: 0}",
    )
    assert [problem.path for problem in problems(text)] == [
        "systems.x.top_k",
        "audio.duration",
        "systems.base.checkpoint",
    ]


def test_too_few_systems_are_found_even_when_one_of_them_is_broken() -> None:
    found = problems(study_text(systems="systems: {x: {backend: builtin, checkpoint: base, top_k: 0}}"))
    assert [problem.path for problem in found] == ["systems.x.top_k", "systems"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ("temperature: 0", "temperature"),
        ("temperature: -0.0", "temperature"),
        ("temperature: .inf", "temperature"),
        ('temperature: "1"', "temperature"),
        ("temperature: true", "temperature"),
        ("temperature: 1.0e-308", "temperature"),
        ("temperature: 100.5", "temperature"),
        ("guidance_scale: 100.5", "guidance_scale"),
        ("top_k: 0", "top_k"),
        ("top_k: 1.5", "top_k"),
        ("top_p: 0", "top_p"),
        ("top_p: 1.01", "top_p"),
        ("guidance_scale: -0.1", "guidance_scale"),
        ("guidance_scale: 0", "guidance_scale"),
        ("guidance_scale: .nan", "guidance_scale"),
        ("guidance_scale: null", "guidance_scale"),
        ('guidance_scale: 3, negative_prompt: ""', "negative_prompt"),
        ("negative_prompt: drums", "negative_prompt"),
    ],
)
def test_a_decoding_option_out_of_range_is_refused(options: str, field: str) -> None:
    assert the_problem(_decoding(options)).path == f"systems.x.{field}"


def test_a_typo_in_a_key_is_answered_with_the_key() -> None:
    problem = the_problem(_decoding("temprature: 0.9"))
    assert problem.path == "systems.x.temprature"
    assert problem.given == "an unknown key (0.9)"
    assert problem.allowed.startswith("did you mean 'temperature'? the keys ")


def test_a_typo_in_a_section_is_answered_with_the_section() -> None:
    assert "did you mean 'raters'?" in the_problem(study_text(rater="rater: {tasks: 3}")).allowed


def test_a_typo_in_a_name_is_answered_with_the_name() -> None:
    assert "did you mean 'preference-5'?" in the_problem(study_text(scale="scale: preference5")).allowed
    assert "did you mean 'builtin'?" in the_problem(_systems("{backend: bultin, checkpoint: base}")).allowed
    criteria = "criteria: [musicality, text_adherance]"
    assert "did you mean 'text_adherence'?" in the_problem(study_text(criteria=criteria)).allowed


@pytest.mark.parametrize(
    ("system", "path"),
    [
        ("{checkpoint: base}", "systems.x.backend"),
        ("{backend: builtin}", "systems.x"),
        (
            "{backend: builtin, checkpoint: base, merge: {quality: base, diversity: base, weight: 0.5}}",
            "systems.x",
        ),
        ("{backend: builtin, merge: {quality: base, weight: 0.5}}", "systems.x.merge.diversity"),
        (
            "{backend: builtin, merge: {quality: base, diversity: base, weight: 1.5}}",
            "systems.x.merge.weight",
        ),
        ("{backend: builtin, merge: base}", "systems.x.merge"),
        ("{backend: folder, manifest: m.csv, temperature: 1.0}", "systems.x.temperature"),
        ("{backend: folder}", "systems.x.manifest"),
        ("{backend: http}", "systems.x.url"),
        ("base", "systems.x"),
    ],
)
def test_a_system_with_a_wrong_shape_is_refused(system: str, path: str) -> None:
    assert path in [problem.path for problem in problems(_systems(system))]


@pytest.mark.parametrize(
    "url", ["ftp://host/x", "http://", "host/x", "http://me:word@host/x", "http://host:x/", "http://a b/"]
)
def test_an_address_that_cannot_be_asked_is_refused(url: str) -> None:
    assert the_problem(_systems(f'{{backend: http, url: "{url}"}}')).path == "systems.x.url"


def test_one_system_is_not_enough() -> None:
    problem = the_problem(study_text(systems="systems: {base: {backend: builtin, checkpoint: base}}"))
    assert (problem.path, "at least two" in problem.allowed) == ("systems", True)


@pytest.mark.parametrize("name", ["a.b", "a b", "-a", "é", "x" * 65, ""])
def test_a_system_name_that_would_break_keys_is_refused(name: str) -> None:
    one = "{backend: builtin, checkpoint: base}"
    systems = f'systems: {{a: {one}, "{name}": {one}}}'
    assert the_problem(study_text(systems=systems)).path.startswith("systems.")


def test_system_names_that_differ_only_in_case_are_refused() -> None:
    systems = "systems: {a: {backend: builtin, checkpoint: base}, A: {backend: builtin, checkpoint: base}}"
    assert the_problem(study_text(systems=systems)).path == "systems.A"


def test_a_missing_checkpoint_is_refused_with_those_that_exist() -> None:
    problem = the_problem(_systems("{backend: builtin, checkpoint: bse}"))
    assert problem.path == "systems.x.checkpoint"
    assert problem.allowed == (
        "did you mean 'base'? a built-in checkpoint (base, distilled, diverse) or a path that exists"
    )


@pytest.mark.parametrize(
    ("system", "field"),
    [
        ("{backend: builtin, merge: {quality: gone, diversity: base, weight: 0.5}}", "merge.quality"),
        ("{backend: musicgen, checkpoint: ./gone}", "checkpoint"),
        ("{backend: musicgen, merge: {quality: a/b, diversity: /gone, weight: 0.5}}", "merge.diversity"),
        ("{backend: folder, manifest: gone.csv}", "manifest"),
    ],
)
def test_a_path_that_does_not_exist_is_refused(system: str, field: str) -> None:
    assert the_problem(_systems(system)).path == f"systems.x.{field}"


@pytest.mark.parametrize(
    ("prompts", "path"),
    [
        ("[]", "prompts"),
        ("null", "prompts"),
        ("{p1: jazz}", "prompts"),
        ("[jazz]", "prompts[0]"),
        ("[{id: p1}]", "prompts[0].text"),
        ('[{id: p1, text: ""}]', "prompts[0].text"),
        ('[{id: p1, text: " \\n "}]', "prompts[0].text"),
        ('[{id: p1, text: "a\\u0000b"}]', "prompts[0].text"),
        ('[{id: p1, text: "a\\ud800b"}]', "prompts[0].text"),
        ("[{id: p.1, text: jazz}]", "prompts[0].id"),
        ("[{id: 001, text: jazz}]", "prompts[0].id"),
        ("[{id: p1, text: jazz, tag: x}]", "prompts[0].tag"),
        ('[{id: p1, text: jazz, tags: [""]}]', "prompts[0].tags[0]"),
        ("[{id: p1, text: jazz}, {id: p1, text: rock}]", "prompts[1].id"),
        ("[{id: p1, text: jazz}, {id: P1, text: rock}]", "prompts[1].id"),
        ('[{id: p1, text: "slow jazz"}, {id: p2, text: "slow  jazz"}]', "prompts[1].text"),
        ('[{id: p1, text: "caf\\u00e9"}, {id: p2, text: "cafe\\u0301"}]', "prompts[1].text"),
    ],
)
def test_prompts_that_cannot_be_used_are_refused(prompts: str, path: str) -> None:
    assert the_problem(study_text(prompts=f"prompts: {prompts}")).path == path


def test_a_prompt_of_ten_thousand_characters_is_refused_in_one_short_line() -> None:
    problem = the_problem(study_text(prompts=f"prompts: [{{id: p1, text: {'a' * 10_000}}}]"))
    assert problem.allowed == "a text of 1 to 1000 characters, in any script"
    assert problem.given.endswith("… (10000 characters)")
    assert len(str(problem)) < 200


@pytest.mark.parametrize(
    ("study", "path"),
    [
        ("{slug: Cfg, title: t, seed: 7}", "study.slug"),
        ("{slug: new, title: t, seed: 7}", "study.slug"),
        ("{slug: a--b, title: t, seed: 7}", "study.slug"),
        (f"{{slug: {'a' * 51}, title: t, seed: 7}}", "study.slug"),
        ("{slug: a, seed: 7}", "study.title"),
        ('{slug: a, title: "", seed: 7}', "study.title"),
        ("{slug: a, title: t}", "study.seed"),
        ("{slug: a, title: t, seed: -1}", "study.seed"),
        ("{slug: a, title: t, seed: 9223372036854775808}", "study.seed"),
        ("{slug: a, title: t, seed: 7.0}", "study.seed"),
        ("7", "study"),
    ],
)
def test_a_study_without_a_proper_name_or_seed_is_refused(study: str, path: str) -> None:
    assert the_problem(study_text(study=f"study: {study}")).path == path


@pytest.mark.parametrize(
    ("audio", "field"),
    [
        ("duration: 0.9", "duration"),
        ("duration: 121", "duration"),
        ("loudness: -41", "loudness"),
        ("loudness: -9", "loudness"),
        ("format: mp3", "format"),
    ],
)
def test_audio_outside_its_limits_is_refused(audio: str, field: str) -> None:
    assert the_problem(study_text(audio=f"audio: {{{audio}}}")).path == f"audio.{field}"


@pytest.mark.parametrize(
    ("criteria", "path"),
    [
        ("[]", "criteria"),
        ("musicality", "criteria"),
        ("{musicality: yes}", "criteria"),
        ("[diversity]", "criteria[0]"),
        ("[{id: diversity, label: D, question: Why}]", "criteria[0].id"),
        ("[{id: Groove, label: G, question: Why}]", "criteria[0].id"),
        ("[{id: groove, label: G}]", "criteria[0].question"),
        ("[musicality, musicality]", "criteria[1].id"),
        ("[musicality, {id: m, label: Musicality, question: Why}]", "criteria[1].label"),
    ],
)
def test_criteria_that_cannot_be_asked_are_refused(criteria: str, path: str) -> None:
    assert path in [problem.path for problem in problems(study_text(criteria=f"criteria: {criteria}"))]


@pytest.mark.parametrize(
    ("design", "path"),
    [
        ("pairs: []", "design.pairs"),
        ("pairs: some", "design.pairs"),
        ("pairs: [[base, base]]", "design.pairs"),
        ("pairs: [[base, cfg], [cfg, base]]", "design.pairs"),
        ("pairs: [[base, cgf]]", "design.pairs"),
        ("samples_per_prompt: 0", "design.samples_per_prompt"),
        ("ratings_per_comparison: 0", "design.ratings_per_comparison"),
        ("presentation: apart", "design.presentation"),
    ],
)
def test_a_design_that_cannot_be_run_is_refused(design: str, path: str) -> None:
    found = {problem.path for problem in problems(study_text(design=f"design: {{{design}}}"))}
    assert any(place.startswith(path) for place in found)


def test_a_pair_of_an_unknown_system_names_the_known_ones() -> None:
    first, _ = problems(study_text(design="design: {pairs: [[base, cgf]]}"))
    assert (first.given, first.allowed) == ("the system 'cgf'", "did you mean 'cfg'? one of base, cfg")


def test_a_system_that_is_never_compared_is_refused() -> None:
    one = "{backend: builtin, checkpoint: base}"
    text = study_text(
        systems=f"systems: {{a: {one}, b: {one}, c: {one}}}", design="design: {pairs: [[a, b]]}"
    )
    assert the_problem(text).path == "systems.c"


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ("diversity: {prompts: 3}", "diversity.prompts"),
        ("diversity: {prompts: 0}", "diversity.prompts"),
        ("diversity: {set_size: 2}", "diversity.prompts"),
        ("diversity: {prompts: 1, set_size: 1}", "diversity.set_size"),
        ("diversity: true", "diversity"),
        ("raters: {tasks: 0}", "raters.tasks"),
        ("raters: {listen: half}", "raters.listen"),
        ("raters: {sound_check: 1}", "raters.sound_check"),
        ("raters: {sound_check: yes}", "raters.sound_check"),
        ("raters: {headphone_check: yes}", "raters.headphone_check"),
        ("raters: {training: -1}", "raters.training"),
        ("raters: {lease_minutes: 0}", "raters.lease_minutes"),
        ("raters: {player: {position: same-time}}", "raters.player.position"),
        ("raters: {player: {seek: false}}", "raters.player.seek"),
        ("raters: {player: {loop: 1}}", "raters.player.loop"),
        ("raters: {player: {speed: 2}}", "raters.player.speed"),
        ('raters: {consent: ""}', "raters.consent"),
        ("recruitment: {kind: club}", "recruitment.kind"),
        ("recruitment: {}", "recruitment.kind"),
        ("recruitment: open", "recruitment"),
        ("recruitment: {kind: open, completion: C}", "recruitment.completion"),
        ("recruitment: {kind: prolific, completion: A, screened_out: B}", "recruitment.quota_full"),
        ("recruitment: {kind: prolific, completion: A, screened_out: B, quota_full: A}", "recruitment"),
        (
            'recruitment: {kind: prolific, completion: "A&b", screened_out: B, quota_full: C}',
            "recruitment.completion",
        ),
        ("analysis: {confidence: 1}", "analysis.confidence"),
        ("analysis: {confidence: 95}", "analysis.confidence"),
        ("analysis: {exclude: [lazy]}", "analysis.exclude[0]"),
        ("analysis: {exclude: [failed_gold]}", "analysis.exclude"),
        ("analysis: {exclude: [inconsistent_repeats]}", "analysis.exclude"),
        ("analysis: {exclude: [failed_headphone_check]}", "analysis.exclude"),
        ("analysis: {primary: [[base, cfg]]}", "analysis.primary[0]"),
        ("analysis: {primary: [[base, base, musicality]]}", "analysis.primary"),
        ("analysis: {primary: [[base, cfg, musicality], [cfg, base, musicality]]}", "analysis.primary"),
        ("analysis: {primary: [[base, cgf, musicality]]}", "analysis.primary[0]"),
        ("analysis: {primary: [[base, cfg, musicalty]]}", "analysis.primary[0]"),
        ("analysis: {primary: [[base, cfg, diversity]]}", "analysis.primary[0]"),
    ],
)
def test_a_protocol_that_cannot_be_run_is_refused(section: str, path: str) -> None:
    name = section.partition(":")[0]
    assert any(problem.path.startswith(path) for problem in problems(study_text(**{name: section})))


@pytest.mark.parametrize("section", ["study", "prompts", "systems"])
def test_a_section_that_is_left_out_is_named(section: str) -> None:
    problem = the_problem(study_text(**{section: ""}))
    assert (problem.path, problem.given) == (section, "nothing")


def test_a_manifest_must_be_a_file_and_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    text = _systems("{backend: folder, manifest: theirs}")
    assert the_problem(text, folder=tmp_path).path == "systems.x.manifest"


@pytest.mark.parametrize(
    ("raters", "given", "allowed"),
    [
        ("{tasks: 3, gold: 4}", "4", "at most raters.tasks, 3"),
        (
            "{gold: 3, training: 2}",
            "3, with 2 for training",
            "together at most one for each system and prompt, 4",
        ),
    ],
)
def test_more_known_answers_than_there_can_be_are_refused(raters: str, given: str, allowed: str) -> None:
    assert the_problem(study_text(raters=f"raters: {raters}")) == Problem("raters.gold", given, allowed)


def test_gold_needs_the_question_that_a_broken_sound_answers() -> None:
    problem = the_problem(study_text(criteria="criteria: [musicality]", raters="raters: {gold: 1}"))
    assert (problem.path, "acoustic_quality" in problem.allowed) == ("raters.gold", True)
    parse(study_text(criteria="criteria: [musicality]", raters="raters: {training: 1}"))
