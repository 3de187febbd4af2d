"""MusicGen's real loading and decoding code, on a tiny checkpoint with random weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, MusicgenForConditionalGeneration

from generation.audio import AudioTarget, shape
from generation.backends.base import BackendRefused, SampleRequest
from generation.backends.musicgen import MusicGenBackend
from tests.backends.tiny_musicgen import save_tiny

SECONDS = 0.4


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("models") / "stereo", channels=2)


def load(place: Path, **options: object) -> MusicGenBackend:
    return MusicGenBackend.prepare({"checkpoint": place.name, **options}, folder=place.parent, device="cpu")


@pytest.fixture(scope="module")
def plain(tiny: Path) -> MusicGenBackend:
    """The mono checkpoint without options. It keeps nothing between calls, so tests may share it."""
    return load(tiny)


def request(prompt: str = "happy rock", seed: int = 1, duration: float = SECONDS) -> SampleRequest:
    return SampleRequest(key="x", prompt=prompt, seed=seed, duration=duration)


def sound(backend: MusicGenBackend, *requests: SampleRequest) -> torch.Tensor:
    return torch.stack([clip.audio for clip in backend.generate(requests)])


def test_a_clip_has_the_duration_that_was_asked_for(plain: MusicGenBackend) -> None:
    clip = plain.generate([request()])[0]
    assert clip.audio.shape == (1, round(SECONDS * clip.sample_rate))
    assert clip.sample_rate == 24_000


def test_a_stereo_checkpoint_makes_two_channels(stereo: Path) -> None:
    clip = load(stereo).generate([request()])[0]
    assert clip.audio.shape[0] == 2
    assert not torch.equal(clip.audio[0], clip.audio[1])


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_greedy_decoding_is_that_of_transformers(
    tiny: Path, stereo: Path, scale: float, channels: int
) -> None:
    """The second implementation: transformers' own generate, with and without guidance, mono and stereo."""
    place = tiny if channels == 1 else stereo
    backend = load(place, top_k=1, guidance_scale=scale)
    ours = sound(backend, request("happy rock"), request("slow sad jazz"))
    model = MusicgenForConditionalGeneration.from_pretrained(place).eval()  # type: ignore[no-untyped-call] # not annotated
    tokens = AutoTokenizer.from_pretrained(place)(
        ["happy rock", "slow sad jazz"], padding=True, return_tensors="pt"
    )
    frames = round(SECONDS * 75)
    theirs = model.generate(
        input_ids=tokens["input_ids"],
        attention_mask=tokens["attention_mask"],
        do_sample=False,
        guidance_scale=scale,
        max_new_tokens=frames + 3,
    )
    torch.testing.assert_close(ours, theirs.detach(), atol=1e-4, rtol=1e-3)


def test_the_same_seed_makes_the_same_clip(plain: MusicGenBackend) -> None:
    backend = plain
    assert torch.equal(sound(backend, request(seed=5)), sound(backend, request(seed=5)))
    assert not torch.equal(sound(backend, request(seed=5)), sound(backend, request(seed=6)))


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_clip_does_not_depend_on_the_batch_it_was_made_in(tiny: Path, scale: float) -> None:
    backend = load(tiny, guidance_scale=scale)
    together = sound(
        backend, request(seed=1), request("sad slow jazz noise", seed=2), request("fast", seed=3)
    )
    alone = sound(backend, request("sad slow jazz noise", seed=2))
    torch.testing.assert_close(together[1], alone[0], atol=1e-4, rtol=1e-3)


def test_guidance_changes_the_clip(tiny: Path) -> None:
    plain, guided = (sound(load(tiny, guidance_scale=scale), request()) for scale in (1.0, 3.0))
    assert not torch.equal(plain, guided)


def test_a_negative_prompt_takes_the_place_of_no_text(tiny: Path) -> None:
    without = sound(load(tiny, guidance_scale=3.0), request())
    against = sound(load(tiny, guidance_scale=3.0, negative_prompt="noise"), request())
    assert not torch.equal(without, against)


def test_the_prompt_matters(tiny: Path) -> None:
    backend = load(tiny, guidance_scale=3.0)
    assert not torch.equal(sound(backend, request("happy rock")), sound(backend, request("sad jazz")))


def test_a_prompt_that_the_tokenizer_would_cut_is_refused(plain: MusicGenBackend) -> None:
    with pytest.raises(BackendRefused, match="13 tokens; allowed with this checkpoint: up to 12"):
        sound(plain, request(" ".join(["rock"] * 13)))


def test_a_clip_longer_than_the_model_can_count_is_refused(plain: MusicGenBackend) -> None:
    with pytest.raises(
        BackendRefused, match=r"duration: 10\.0 s; allowed with this checkpoint: up to 5\.2 s"
    ):
        sound(plain, request(duration=10.0))


def test_the_limit_is_told_with_as_many_digits_as_it_takes(plain: MusicGenBackend) -> None:
    longest = plain.longest / 75
    with pytest.raises(BackendRefused, match=r"duration: 5\.29 s; .* up to 5\.28 s") as refusal:
        sound(plain, request(duration=longest + 0.01))
    assert refusal.value.code == "duration_too_long"


def test_the_limit_is_what_the_checkpoint_was_trained_on_and_not_its_positions(copy: Path) -> None:
    """facebook/musicgen-small: 2048 positions, ``max_length`` 1500, trained on 30 s (1500 frames at 50 Hz)."""
    config = copy / "generation_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "max_length": 75}))
    backend = load(copy)
    assert backend.generate([request(duration=1.0)])[0].audio.shape == (1, 24_000)
    with pytest.raises(BackendRefused, match=r"duration: 1\.1 s; .* up to 1\.0 s"):
        sound(backend, request(duration=1.1))


def test_windows_continue_one_another_beyond_the_limit(copy: Path) -> None:
    config = copy / "generation_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "max_length": 30}))
    backend = load(copy, extend_stride=0.2, guidance_scale=2.0)
    (long,) = backend.generate([request(duration=0.8)])
    (short,) = backend.generate([request(duration=0.4)])
    assert long.audio.shape == (1, round(0.8 * 24_000))
    assert long.notes["windows"] == 3
    # The codec looks ahead a little: the first window is the short clip, up to its end.
    torch.testing.assert_close(long.audio[:, :7_000], short.audio[:, :7_000], atol=1e-4, rtol=1e-3)
    assert backend.provenance()["extend_stride"] == 0.2


def test_a_window_is_what_the_model_says_after_the_codes_before_it(tiny: Path) -> None:
    """Greedy: continuing the first half of a clip's codes gives the second half, because the model sees the same."""
    backend = load(tiny, top_k=1)
    states, mask = backend._conditions(["happy rock"])  # noqa: SLF001 - windows that overlap wholly are no option of a study
    chances = torch.zeros(1, 60, 4, dtype=torch.float64)
    whole, half = (
        backend._codes(states, mask, chances, windows)  # noqa: SLF001 - the same
        for windows in ([24], [12, 12])
    )
    assert torch.equal(whole, half)


def test_a_stride_that_leaves_nothing_to_continue_is_refused(tiny: Path) -> None:
    with pytest.raises(BackendRefused, match=r"extend_stride: 9 s; .* below 5\.28 s"):
        sound(load(tiny, extend_stride=9.0), request())


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_cache_taken_at_once_makes_the_same_clip(tiny: Path, scale: float) -> None:
    growing, fixed = load(tiny, guidance_scale=scale), load(tiny, guidance_scale=scale)
    fixed.static_cache = True
    requests = request(seed=1), request("sad slow jazz", seed=2)
    torch.testing.assert_close(sound(growing, *requests), sound(fixed, *requests), atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize(("precision", "same"), [(None, True), ("float32", True), ("bfloat16", False)])
def test_the_precision_is_the_systems_choice_and_says_what_it_costs(
    tiny: Path,
    precision: str | None,
    same: bool,  # noqa: FBT001 - given by pytest
) -> None:
    backend = load(tiny, **({"precision": precision} if precision else {}))
    notes = backend.provenance()
    assert (notes["precision"], notes["same_clip_in_any_batch"]) == (precision or "float32", same)
    assert sound(backend, request()).isfinite().all()


def test_another_precision_is_refused(tiny: Path) -> None:
    with pytest.raises(BackendRefused, match="precision: 'int4'; allowed: float32, bfloat16, float16"):
        load(tiny, precision="int4")


def test_a_weight_that_is_no_number_is_refused_by_name(copy: Path) -> None:
    file = copy / "model.safetensors"
    weights = load_file(file)
    weights["decoder.lm_heads.0.weight"][3, 3] = float("nan")
    save_file(weights, file, metadata={"format": "pt"})
    assert "1 weights hold NaN or infinity (decoder.lm_heads.0.weight)" in refused("checkpoint_damaged", copy)


def test_logits_that_are_no_numbers_end_the_clip_with_a_code(tiny: Path) -> None:
    backend = load(tiny)
    with torch.no_grad():
        backend.decoder.lm_heads[0].weight[3, 3] = float("nan")
    with pytest.raises(BackendRefused, match="NaN or infinite") as refusal:
        sound(backend, request())
    assert refusal.value.code == "not_finite"


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "generation_config.json"])
def test_the_digest_covers_configuration_and_tokenizer(copy: Path, plain: MusicGenBackend, file: str) -> None:
    (copy / file).write_text((copy / file).read_text() + "\n")
    was, now = plain.provenance(), load(copy).provenance()
    assert now["checkpoint_sha256"] != was["checkpoint_sha256"]
    assert now["weights_sha256"] == was["weights_sha256"]


def refused(code: str, place: Path, **options: object) -> str:
    with pytest.raises(BackendRefused) as refusal:
        load(place, **options)
    assert refusal.value.code == code
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("model.safetensors", "*.safetensors or *.bin is missing"),
        ("config.json", "config.json is missing"),
        ("tokenizer.json", "tokenizer.json or spiece.model is missing"),
        ("tokenizer_config.json", "tokenizer_config.json is missing"),
    ],
)
def test_a_half_copied_checkpoint_is_refused_by_what_is_missing(copy: Path, missing: str, said: str) -> None:
    (copy / missing).unlink()
    assert refused("checkpoint_incomplete", copy) == f"checkpoint 'copy' is incomplete: {said}. Copy it again"


def test_a_missing_shard_is_refused_by_name(tiny: Path, plain: MusicGenBackend, tmp_path: Path) -> None:
    place = tmp_path / "shards"
    model = MusicgenForConditionalGeneration.from_pretrained(tiny)
    model.save_pretrained(place, max_shard_size="200KB")
    AutoTokenizer.from_pretrained(tiny).save_pretrained(place)
    torch.testing.assert_close(sound(load(place), request()), sound(plain, request()))
    shard = sorted(place.glob("*-of-*.safetensors"))[1]
    shard.unlink()
    assert f"{shard.name} is missing" in refused("checkpoint_incomplete", place)
    (place / "model.safetensors.index.json").write_text('{"weight_map": {"a')
    assert "model.safetensors.index.json is cut off" in refused("checkpoint_incomplete", place)


@pytest.mark.parametrize("left", [0.0, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused_by_name(copy: Path, left: float) -> None:
    file = copy / "model.safetensors"
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * left)])
    assert "model.safetensors is cut off or damaged" in refused("checkpoint_incomplete", copy)


def test_a_weight_that_is_missing_is_not_made_up(copy: Path) -> None:
    file = copy / "model.safetensors"
    weights = load_file(file)
    del weights["decoder.lm_heads.0.weight"]
    save_file(weights, file, metadata={"format": "pt"})
    assert "1 weights are missing (decoder.lm_heads.0.weight)" in refused("checkpoint_incomplete", copy)


@pytest.mark.parametrize("config", ["{", '{"model_type": "t5"}', '{"model_type": "no_such_model"}'])
def test_another_kind_of_model_is_refused_in_one_sentence(copy: Path, config: str) -> None:
    (copy / "config.json").write_text(config)
    assert refused("checkpoint_unreadable", copy).startswith(
        "checkpoint 'copy' cannot be loaded as MusicGen: "
    )


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a download leaves behind: the hub's cache with one commit of ``lab/tiny``, tagged ``v1``; no network."""
    home = tmp_path / "models--lab--tiny"
    shutil.copytree(tiny, home / "snapshots" / COMMIT)
    (home / "refs").mkdir()
    for name in ("main", "v1"):
        (home / "refs" / name).write_text(COMMIT)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return tmp_path


@pytest.mark.parametrize("revision", [None, "v1", COMMIT])
def test_a_hub_id_is_pinned_by_its_revision_and_its_commit_is_recorded(
    hub: Path, tiny: Path, plain: MusicGenBackend, revision: str | None
) -> None:
    config = {"checkpoint": "lab/tiny"} | ({"revision": revision} if revision else {})
    backend = MusicGenBackend.prepare(config, folder=hub, device="cpu")
    notes = backend.provenance()
    assert (notes["checkpoint"], notes["checkpoint_commit"]) == ("lab/tiny", COMMIT)
    assert notes["checkpoint_sha256"] == plain.provenance()["checkpoint_sha256"]
    assert torch.equal(sound(backend, request()), sound(plain, request()))


@pytest.mark.parametrize(
    ("name", "revision", "said"),
    [
        ("lab/tiny", "v2", "'lab/tiny' at revision 'v2'"),
        ("lab/gone", None, "'lab/gone'"),
        ("no id at all", None, ""),
    ],
)
def test_what_the_hub_does_not_have_is_refused(hub: Path, name: str, revision: str | None, said: str) -> None:
    config = {"checkpoint": name} | ({"revision": revision} if revision else {})
    with pytest.raises(BackendRefused, match=f"checkpoint {said or repr(name)} is no folder here") as refusal:
        MusicGenBackend.prepare(config, folder=hub, device="cpu")
    assert refusal.value.code == "checkpoint_unreachable"


def test_a_rate_of_the_models_own_becomes_the_studys(plain: MusicGenBackend) -> None:
    clip = plain.generate([request(duration=1.0)])[0]
    assert clip.sample_rate == 24_000
    assert shape(clip.audio, clip.sample_rate, AudioTarget(duration=1.0)).shape == (2, 32_000)


@pytest.mark.parametrize("option", [{"temperature": 0.3}, {"top_k": 2}, {"top_p": 0.2}])
def test_every_filter_changes_the_clip(tiny: Path, plain: MusicGenBackend, option: dict[str, object]) -> None:
    assert not torch.equal(sound(plain, request()), sound(load(tiny, **option), request()))


def test_in_bfloat16_as_on_a_card_clips_are_made_too(tiny: Path) -> None:
    """No card is needed to run the loop in a card's precision: the sound is finite and leaves as float32."""
    loaded = load(tiny, guidance_scale=3.0)
    backend = MusicGenBackend(loaded.model.to(torch.bfloat16), loaded.tokenizer, loaded.options, loaded.notes)
    made = sound(backend, request())
    assert made.dtype == torch.float32
    assert made.isfinite().all()


def test_top_k_above_the_vocabulary_is_refused(tiny: Path) -> None:
    with pytest.raises(BackendRefused, match="top_k: 65"):
        load(tiny, top_k=65)


def test_what_made_a_clip_is_recorded(tiny: Path) -> None:
    notes = load(tiny, guidance_scale=3.0).provenance()
    assert notes["guidance_scale"] == 3.0
    assert notes["precision"] == "float32"
    assert len(str(notes["checkpoint_sha256"])) == 64


def blend(folder: Path, weight: float) -> MusicGenBackend:
    merge = {"quality": "one", "diversity": "two", "weight": weight}
    return MusicGenBackend.prepare({"merge": merge}, folder=folder, device="cpu")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pair")
    save_tiny(folder / "one", seed=1)
    save_tiny(folder / "two", seed=2)
    save_tiny(folder / "stereo", seed=3, channels=2)
    return folder


def test_the_ends_of_a_merge_are_the_checkpoints_themselves(pair: Path) -> None:
    for weight, end in ((0.0, "one"), (1.0, "two")):
        torch.testing.assert_close(sound(blend(pair, weight), request()), sound(load(pair / end), request()))


def test_half_way_lies_half_way(pair: Path) -> None:
    name = "decoder.lm_heads.0.weight"
    one, two, between = (
        backend.model.state_dict()[name]
        for backend in (load(pair / "one"), load(pair / "two"), blend(pair, 0.5))
    )
    torch.testing.assert_close(between, (one + two) / 2)


def test_checkpoints_that_do_not_match_are_refused_by_tensor(pair: Path) -> None:
    merge = {"quality": "one", "diversity": "stereo", "weight": 0.5}
    with pytest.raises(BackendRefused, match="only in diversity"):
        MusicGenBackend.prepare({"merge": merge}, folder=pair, device="cpu")


@pytest.mark.django_db
def test_a_whole_study_is_made_with_a_checkpoint_of_ones_own(tiny: Path) -> None:
    from generation.making.mastering import master_study
    from generation.making.workbench import Workbench
    from generation.making.worker import make_batch
    from generation.queue import planning
    from studies import services as studies
    from studies.services import apply_study
    from studies.spec import parse_study

    text = f"""
study: {{slug: mine, title: Mine, seed: 1}}
prompts: [{{id: p0, text: "happy rock"}}, {{id: p1, text: "sad slow jazz"}}, {{id: p2, text: "{"rock " * 13}"}}]
systems:
  plain: {{backend: musicgen, checkpoint: ./tiny}}
  guided: {{backend: musicgen, checkpoint: ./tiny, guidance_scale: 3.0, negative_prompt: noise}}
audio: {{duration: 1.0}}
"""
    study = apply_study(loaded=parse_study(text, folder=tiny.parent))
    studies.freeze(study=study)
    planning.plan_samples(study=study)
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)
    ready, failed = study.samples.filter(state="ready"), study.samples.filter(state="failed")
    assert {sample.prompt.key for sample in ready} == {"p0", "p1"}
    assert {(sample.prompt.key, sample.error_code) for sample in failed} == {("p2", "prompt_too_long")}
    assert ready.count() == 4
