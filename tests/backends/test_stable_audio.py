"""Stable Audio's real loading and sampling code, on a tiny pipeline with random weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from diffusers import StableAudioPipeline
from safetensors.torch import load_file, save_file

from generation.audio import AudioTarget, shape
from generation.backends.base import Backend, BackendRefused, SampleRequest
from generation.backends.registry import prepare
from tests.backends.tiny_stable_audio import save_tiny_stable_audio

SECONDS = 0.5
STEPS = 3


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_stable_audio(tmp_path_factory.mktemp("models") / "tiny")


def load(place: Path, **options: object) -> Backend:
    config = {"backend": "stable-audio", "checkpoint": place.name, "steps": STEPS, **options}
    return prepare(config, folder=place.parent, device="cpu")


def request(prompt: str = "happy rock", seed: int = 1, duration: float = SECONDS) -> SampleRequest:
    return SampleRequest(key="x", prompt=prompt, seed=seed, duration=duration)


def sound(backend: Backend, *requests: SampleRequest) -> torch.Tensor:
    return torch.stack([clip.audio for clip in backend.generate(requests)])


def test_a_clip_is_stereo_and_as_long_as_was_asked_for(tiny: Path) -> None:
    clip = load(tiny).generate([request()])[0]
    assert clip.audio.shape == (2, round(SECONDS * 16_000))
    assert clip.sample_rate == 16_000


def test_a_rate_of_the_models_own_becomes_the_studys(tiny: Path) -> None:
    clip = load(tiny).generate([request(duration=1.0)])[0]
    # Random weights have an offset, which no study takes.
    centred = clip.audio - clip.audio.mean(dim=-1, keepdim=True)
    assert shape(centred, clip.sample_rate, AudioTarget(duration=1.0)).shape == (2, 32_000)


@pytest.mark.parametrize("options", [{}, {"guidance_scale": 3.0, "negative_prompt": "noise"}])
def test_the_sound_is_that_of_diffusers_own_pipeline(tiny: Path, options: dict[str, object]) -> None:
    """The second implementation: the pipeline as its documentation calls it, one clip, one generator."""
    ours = sound(load(tiny, **options), request(seed=5))[0]
    theirs = StableAudioPipeline.from_pretrained(tiny)(
        prompt="happy rock",
        audio_end_in_s=SECONDS,
        num_inference_steps=STEPS,
        generator=torch.Generator().manual_seed(5),
        **({"guidance_scale": 1.0} | options),
    )
    torch.testing.assert_close(ours, theirs.audios[0], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_clip_does_not_depend_on_the_batch_it_was_made_in(tiny: Path, scale: float) -> None:
    backend = load(tiny, guidance_scale=scale)
    together = sound(backend, request(seed=1), request("sad slow jazz", seed=2), request("fast", seed=3))
    alone = sound(backend, request("sad slow jazz", seed=2))
    torch.testing.assert_close(together[1], alone[0], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize(
    "other",
    [{"guidance_scale": 3.0}, {"guidance_scale": 3.0, "negative_prompt": "noise"}, {"steps": 5}, {"seed": 2}],
)
def test_every_option_changes_the_clip(tiny: Path, other: dict[str, object]) -> None:
    options = {key: value for key, value in other.items() if key != "seed"}
    seed = int(str(other.get("seed", 1)))
    plain, changed = sound(load(tiny), request()), sound(load(tiny, **options), request(seed=seed))
    assert not torch.allclose(plain, changed)


def test_the_same_seed_makes_the_same_clip(tiny: Path) -> None:
    assert torch.equal(sound(load(tiny), request(seed=5)), sound(load(tiny), request(seed=5)))


def refused(code: str, place: Path, *requests: SampleRequest, **options: object) -> str:
    with pytest.raises(BackendRefused) as refusal:
        load(place, **options).generate(requests)
    assert refusal.value.code == code
    return str(refusal.value)


def test_what_the_model_cannot_do_is_refused(tiny: Path) -> None:
    assert "13 tokens; allowed" in refused("prompt_too_long", tiny, request(" ".join(["rock"] * 13)))
    long = {"guidance_scale": 2.0, "negative_prompt": " ".join(["noise"] * 13)}
    assert "13 tokens; allowed" in refused("prompt_too_long", tiny, request(), **long)
    assert "up to 2.5 s" in refused("duration_too_long", tiny, request(duration=3.0))
    assert "temperature: 0.9" in refused("not_capable", tiny, request(), temperature=0.9)


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


@pytest.mark.parametrize(
    "missing",
    ["model_index.json", "vae/config.json", "transformer/diffusion_pytorch_model.safetensors"],
)
def test_a_half_copied_folder_is_refused_by_the_name_of_what_is_missing(copy: Path, missing: str) -> None:
    (copy / missing).unlink()
    said = refused("checkpoint_incomplete", copy, request())
    assert missing.rpartition("/")[0] in said
    assert "is missing" in said


def test_a_weight_that_is_missing_is_not_made_up(copy: Path) -> None:
    file = copy / "transformer" / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    del weights["global_proj.2.weight"]
    save_file(weights, file)
    assert "transformer.global_proj.2.weight" in refused("checkpoint_incomplete", copy, request())


def test_what_made_a_clip_is_recorded(tiny: Path) -> None:
    notes = load(tiny, guidance_scale=3.0).provenance()
    assert (notes["guidance_scale"], notes["steps"], notes["precision"]) == (3.0, STEPS, "float32")
    assert notes["scheduler"] == "CosineDPMSolverMultistepScheduler"
    assert len(str(notes["checkpoint_sha256"])) == 64
