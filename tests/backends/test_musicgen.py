"""MusicGen's real loading and decoding code, on a tiny checkpoint with random weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, MusicgenForConditionalGeneration

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


def request(prompt: str = "happy rock", seed: int = 1, duration: float = SECONDS) -> SampleRequest:
    return SampleRequest(key="x", prompt=prompt, seed=seed, duration=duration)


def sound(backend: MusicGenBackend, *requests: SampleRequest) -> torch.Tensor:
    return torch.stack([clip.audio for clip in backend.generate(requests)])


def test_a_clip_has_the_duration_that_was_asked_for(tiny: Path) -> None:
    clip = load(tiny).generate([request()])[0]
    assert clip.audio.shape == (1, round(SECONDS * clip.sample_rate))
    assert clip.sample_rate == 24_000


def test_a_stereo_checkpoint_makes_two_channels(stereo: Path) -> None:
    clip = load(stereo).generate([request()])[0]
    assert clip.audio.shape[0] == 2
    assert not torch.equal(clip.audio[0], clip.audio[1])


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_greedy_decoding_is_that_of_transformers(tiny: Path, scale: float) -> None:
    """The second implementation: transformers' own generate, with and without guidance."""
    backend = load(tiny, top_k=1, guidance_scale=scale)
    ours = sound(backend, request("happy rock"), request("slow sad jazz"))
    model = MusicgenForConditionalGeneration.from_pretrained(tiny).eval()  # type: ignore[no-untyped-call] # not annotated
    tokens = AutoTokenizer.from_pretrained(tiny)(
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


def test_the_same_seed_makes_the_same_clip(tiny: Path) -> None:
    backend = load(tiny)
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


def test_a_prompt_that_the_tokenizer_would_cut_is_refused(tiny: Path) -> None:
    with pytest.raises(BackendRefused, match="13 tokens; allowed with this checkpoint: up to 12"):
        sound(load(tiny), request(" ".join(["rock"] * 13)))


def test_a_clip_longer_than_the_model_can_count_is_refused(tiny: Path) -> None:
    with pytest.raises(BackendRefused, match=r"duration: 10 s; allowed with this checkpoint: up to 5\.3 s"):
        sound(load(tiny), request(duration=10.0))


@pytest.mark.parametrize("missing", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_half_copied_checkpoint_is_refused(tiny: Path, tmp_path: Path, missing: str) -> None:
    copy = tmp_path / "half"
    copy.mkdir()
    for file in tiny.iterdir():
        if file.name != missing:
            (copy / file.name).write_bytes(file.read_bytes())
    with pytest.raises(BackendRefused, match=r"incomplete: .* is missing"):
        load(copy)


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
    from generation import services
    from generation.mastering import master_study
    from generation.worker import Workbench, make_batch
    from studies import services as studies
    from studies.services import apply_study
    from studies.spec import parse_study

    text = """
study: {slug: mine, title: Mine, seed: 1}
prompts: [{id: p0, text: "happy rock"}, {id: p1, text: "sad slow jazz"}]
systems:
  plain: {backend: musicgen, checkpoint: ./tiny}
  guided: {backend: musicgen, checkpoint: ./tiny, guidance_scale: 3.0, negative_prompt: noise}
audio: {duration: 1.0}
"""
    study = apply_study(loaded=parse_study(text, folder=tiny.parent))
    studies.freeze(study=study)
    services.plan_samples(study=study)
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}
