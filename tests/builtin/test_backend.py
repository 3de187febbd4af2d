from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from generation.backends.base import Backend, BackendRefused, Clip, SampleRequest
from generation.backends.builtin import BuiltinBackend
from generation.builtin.model.checkpoints import save
from generation.builtin.text.lexicon import PHRASES
from tests.builtin.small import small_network

HERE = Path(__file__).parent


def prepared(**config: object) -> BuiltinBackend:
    return BuiltinBackend.prepare(
        {"backend": "builtin", "checkpoint": "base", **config}, folder=HERE, device="cpu"
    )


def made(prompt: str, *, seed: int = 1, duration: float = 10.0, **config: object) -> Clip:
    (clip,) = prepared(**config).generate([SampleRequest("k", prompt, seed, duration)])
    return clip


def test_a_prompt_becomes_ten_seconds_of_stereo_sound() -> None:
    clip = made("slow sad piano", guidance_scale=3.0)
    assert clip.audio.shape == (2, 320_000)
    assert clip.sample_rate == 32_000
    assert clip.audio.dtype == torch.float32
    assert 0.01 < clip.audio.square().mean().sqrt() < 0.5
    assert clip.audio.abs().max() <= 1.0
    assert json.loads(json.dumps(dict(clip.notes))) == clip.notes


def test_the_notes_say_what_was_understood_and_played() -> None:
    notes = made("slow sad piano with theremin, no drums", guidance_scale=3.0).notes
    assert notes["understood"] == {"tempo": ["slow"], "mood": ["sad"], "lead": ["piano"], "kit": ["none"]}
    assert notes["unknown_words"] == ["theremin"]
    assert {"tokens", "tempo", "key", "lead", "kit"} <= set(notes)
    assert notes["kit"] == "none"


def test_a_prompt_of_unknown_words_is_made_from_nothing_and_says_so() -> None:
    notes = made("雨の夜 zxqv").notes
    assert notes["understood"] == {}
    assert notes["unknown_words"] == ["雨の夜", "zxqv"]
    assert str(notes["condition"]).startswith("empty")


@pytest.mark.parametrize("prompt", ["", "   ", "?!"])
def test_an_empty_prompt_is_made_from_the_empty_condition_and_says_so(prompt: str) -> None:
    notes = made(prompt, duration=1.0).notes
    assert (notes["understood"], notes["unknown_words"]) == ({}, [])
    assert str(notes["condition"]).startswith("empty")


def test_no_ten_seconds_end_early() -> None:
    for clip in prepared().generate([SampleRequest(str(s), "calm ambient", s, 10.0) for s in range(3)]):
        assert clip.audio[:, -96_000:-48_000].square().mean().sqrt() > 0.003


def test_a_clip_is_the_same_alone_and_in_a_batch() -> None:
    backend = prepared(guidance_scale=3.0)
    requests = [
        SampleRequest(str(i), prompt, 40 + i, 4.0) for i, prompt in enumerate(("jazz", "rock", "calm"))
    ]
    together, (alone,) = backend.generate(requests), backend.generate(requests[1:2])
    assert torch.equal(together[1].audio, alone.audio)
    assert together[1].notes == alone.notes


def test_another_seed_is_another_clip() -> None:
    assert not torch.equal(made("jazz", seed=1, duration=3.0).audio, made("jazz", seed=2, duration=3.0).audio)


def test_a_long_request_is_filled_to_its_end() -> None:
    audio = made("fast rock", duration=20.0, guidance_scale=3.0).audio
    assert audio.shape == (2, 640_000)
    assert audio[:, -96_000:-32_000].square().mean().sqrt() > 0.01


def test_ten_thousand_characters_make_a_clip() -> None:
    notes = made("jazz grommet " * 800, duration=2.0).notes
    assert notes["understood"] == {"genre": ["jazz"]}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"checkpoint": "bass"}, r"checkpoint: 'bass' .*base"),
        ({"checkpoint": None}, "checkpoint: None is no text"),
        ({"temperature": 0}, "temperature: 0"),
        ({"temperature": 1e-308}, "temperature: 1e-308; allowed is a number from 0.001"),
        ({"top_k": 9000}, "top_k: 9000 is above the vocabulary's 373"),
        ({"top_p": float("nan")}, "top_p: nan"),
        ({"guidance_scale": -1}, "guidance_scale: -1"),
        ({"guidance_scale": float("nan")}, "guidance_scale: nan"),
        ({"negative_prompt": "drums"}, "negative_prompt: it has no effect"),
        ({"guidence": 3}, "guidence: no option"),
    ],
)
def test_what_cannot_work_is_refused_by_name(config: dict[str, object], said: str) -> None:
    with pytest.raises(BackendRefused, match=said):
        prepared(**config)


def test_a_checkpoint_of_another_vocabulary_is_refused_and_the_difference_named(tmp_path: Path) -> None:
    save(small_network(), tmp_path / "other.safetensors", {})
    with safe_open(tmp_path / "other.safetensors", framework="pt") as file:
        metadata = {**file.metadata(), "tokens": json.dumps(["pad", "bos"])}
    save_file(load_file(tmp_path / "other.safetensors"), tmp_path / "other.safetensors", metadata=metadata)
    with pytest.raises(BackendRefused, match=r"trained on other tokens \(2 against 373\): missing"):
        BuiltinBackend.prepare({"checkpoint": "other.safetensors"}, folder=tmp_path, device="cpu")


def test_an_empty_batch_is_an_empty_list() -> None:
    assert prepared().generate([]) == []


def test_provenance_is_plain_and_complete() -> None:
    provenance = prepared(top_k=50, guidance_scale=2.0).provenance()
    assert json.loads(json.dumps(provenance)) == provenance
    assert provenance["checkpoint"] == "base"
    assert len(str(provenance["checkpoint_sha256"])) == 64
    assert (provenance["top_k"], provenance["guidance_scale"]) == (50, 2.0)


def test_a_released_backend_makes_nothing() -> None:
    backend: Backend = prepared()
    backend.release()
    with pytest.raises(RuntimeError, match="released"):
        backend.generate([SampleRequest("k", "jazz", 1, 1.0)])


def merged(**merge: object) -> BuiltinBackend:
    return BuiltinBackend.prepare({"backend": "builtin", "merge": merge}, folder=HERE, device="cpu")


def test_a_merge_at_its_ends_makes_the_clips_of_its_ends() -> None:
    request = SampleRequest("k", "slow sad piano", 3, 2.0)
    for weight, end in ((0, "base"), (1, "distilled")):
        (clip,) = merged(quality="base", diversity="distilled", weight=weight).generate([request])
        (alone,) = prepared(checkpoint=end).generate([request])
        assert torch.equal(clip.audio, alone.audio)


def test_a_merge_records_both_digests_and_the_weight() -> None:
    provenance = merged(quality="base", diversity="distilled", weight=0.5).provenance()
    ends = [prepared(checkpoint=name).provenance()["checkpoint_sha256"] for name in ("base", "distilled")]
    assert json.loads(json.dumps(provenance)) == provenance
    training = provenance["training"]
    assert isinstance(training, dict)
    merge = training["merge"]
    assert [merge["weight"], merge["quality"]["sha256"], merge["diversity"]["sha256"]] == [0.5, *ends]
    assert provenance["checkpoint_sha256"] not in ends


@pytest.mark.parametrize(
    ("merge", "said"),
    [
        ({"quality": "base", "diversity": "base", "weight": 1.5}, r"merge\.weight: 1\.5"),
        ({"quality": "base", "diversity": "base", "weight": float("nan")}, r"merge\.weight: nan"),
        ({"quality": "base", "diversity": "base", "weight": True}, r"merge\.weight: True is no number"),
        ({"quality": "base", "weight": 0.5}, "allowed is a mapping with diversity, quality, weight"),
        ({"quality": "base", "diversity": "nowhere", "weight": 0.5}, "'nowhere' is neither"),
        ({"quality": "base", "diversity": 3, "weight": 0.5}, "diversity: 3 is no text"),
    ],
)
def test_a_merge_that_cannot_be_is_refused(merge: dict[str, object], said: str) -> None:
    with pytest.raises(BackendRefused, match=said):
        merged(**merge)


def test_checkpoints_of_different_shape_are_refused_and_the_tensors_named(tmp_path: Path) -> None:
    save(small_network(), tmp_path / "small.safetensors", {})
    config = {
        "backend": "builtin",
        "merge": {"quality": "base", "diversity": "small.safetensors", "weight": 0.5},
    }
    with pytest.raises(BackendRefused, match=r"do not match: bars_begun\.weight is \[\d+"):
        BuiltinBackend.prepare(config, folder=tmp_path, device="cpu")


def test_a_checkpoint_beside_a_merge_is_refused() -> None:
    with pytest.raises(BackendRefused, match="exactly one"):
        prepared(merge={"quality": "base", "diversity": "base", "weight": 0.5})


@pytest.mark.parametrize("scale", [1.0, 3.0])
@pytest.mark.parametrize(
    ("prompt", "absent"),
    [
        ("rock, don't use drums", {"kit": {"acoustic", "electronic", "brushes", "percussion"}}),
        ("jazz without guitar or piano", {"lead": {"guitar", "piano"}}),
        ("latin, anything but flute", {"lead": {"flute"}}),
    ],
)
def test_what_a_prompt_refuses_is_not_played(prompt: str, absent: dict[str, set[str]], scale: float) -> None:
    requests = [SampleRequest(str(seed), prompt, seed, 1.0) for seed in range(8)]
    for clip in prepared(guidance_scale=scale).generate(requests):
        for what, values in absent.items():
            assert clip.notes[what] not in values


def test_a_refusal_that_leaves_nothing_is_not_followed() -> None:
    moods = " or ".join(PHRASES["mood"])
    assert made(f"jazz, not {moods}", duration=1.0).notes["mood"] in PHRASES["mood"]


def test_a_stand_in_is_recorded() -> None:
    notes = made("harp", duration=1.0).notes
    assert notes["stand_ins"] == {"harp": "lead: guitar"}


def test_logits_that_are_no_numbers_end_the_clip_with_a_code() -> None:
    backend = prepared()
    with torch.no_grad():
        backend._loaded().network.last_norm.weight.fill_(float("nan"))  # noqa: SLF001 - a file with NaN is refused
    with pytest.raises(BackendRefused, match="NaN or infinite") as refused:
        backend.generate([SampleRequest("k", "jazz", 1, 1.0)])
    assert refused.value.code == "not_finite"
