"""The two embeddings: known answers for the signal's, transformers' own forward pass for CLAP's."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cosine
from torchaudio.functional import resample
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

from generation.backends.base import BackendRefused
from generation.measures import signal
from generation.measures.clap import Clap
from generation.measures.diversity import mean_distance
from tests.cast import noise
from tests.measuring.tiny_clap import save_tiny_clap

RATE = 32_000


def clicks(rate: float, seconds: float = 8.0) -> torch.Tensor:
    """Short bursts of one noise, ``rate`` a second."""
    sound = torch.zeros(1, round(seconds * RATE))
    burst = torch.randn(400, generator=torch.Generator().manual_seed(1))
    for number in range(int(seconds * rate)):
        start = round(number * RATE / rate)
        sound[0, start : start + 400] += burst[: sound.shape[1] - start]
    return sound


def tone(hertz: float, seconds: float = 2.0) -> torch.Tensor:
    return 0.3 * torch.sin(2 * math.pi * hertz * torch.arange(round(seconds * RATE)) / RATE).unsqueeze(0)


def distance(first: torch.Tensor, second: torch.Tensor) -> float:
    return mean_distance(torch.stack([signal.embed(first, RATE), signal.embed(second, RATE)]))


def test_the_same_clip_louder_or_softer_is_the_same_clip() -> None:
    assert distance(noise(1), 0.1 * noise(1)) == pytest.approx(0, abs=1e-9)


def test_another_timbre_and_another_tempo_are_other_clips() -> None:
    assert distance(tone(220), tone(3000)) > 0.2
    assert distance(clicks(2.0), clicks(3.1)) > 0.1


def test_near_things_are_nearer_than_far_things() -> None:
    assert distance(tone(220), tone(250)) < distance(tone(220), tone(3000))
    assert distance(noise(1), noise(2)) < distance(noise(1), clicks(2.0))


def test_an_embedding_has_length_one_and_silence_has_none() -> None:
    assert float(signal.embed(noise(1), RATE).norm()) == pytest.approx(1)
    assert float(signal.embed(torch.zeros(2, RATE), RATE).norm()) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.integers(1, 8), st.integers(0, 1000))
def test_the_mean_distance_is_scipys_mean_over_all_pairs(clips: int, dimensions: int, seed: int) -> None:
    rows = np.random.default_rng(seed).standard_normal((clips, dimensions)) + 0.01
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    pairs = [cosine(first, second) for first, second in combinations(rows, 2)]
    assert mean_distance(torch.from_numpy(rows)) == pytest.approx(max(0, np.mean(pairs)), abs=1e-9)


def test_one_clip_is_no_set() -> None:
    with pytest.raises(ValueError, match="1 clips; allowed are two or more"):
        mean_distance(torch.ones(1, 4))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_clap(tmp_path_factory.mktemp("clap") / "tiny")


@pytest.fixture(scope="module")
def clap(place: Path) -> Clap:
    return Clap.load(place, device="cpu")


def test_text_and_sound_agree_as_transformers_own_forward_pass_says(clap: Clap, place: Path) -> None:
    """The second implementation: the similarities of the model's own ``forward``, without its temperature."""
    sound, prompts = noise(1, 2.0), ["happy rock", "slow sad jazz noise"]
    model = ClapModel.from_pretrained(place).eval()  # type: ignore[no-untyped-call] # not annotated
    tokens = AutoTokenizer.from_pretrained(place)(prompts, padding=True, return_tensors="pt")
    mono = resample(sound.mean(0), RATE, 48_000)
    features = ClapFeatureExtractor.from_pretrained(place)(
        mono.numpy(), sampling_rate=48_000, return_tensors="pt"
    )
    with torch.no_grad():
        out = model(**tokens, **features.to(torch.float32))
    theirs = (out.logits_per_audio[0] / model.logit_scale_a.exp()).double()
    texts = [clap.text(prompt) for prompt in prompts]
    ours = torch.stack([text @ clap.audio(sound, RATE) for text in texts if text is not None])
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("fusion", [False, True])
def test_a_long_clip_is_heard_to_its_end_and_always_the_same(tmp_path: Path, fusion: bool) -> None:  # noqa: FBT001 - pytest's parameters
    clap = Clap.load(save_tiny_clap(tmp_path / "tiny", fusion=fusion), device="cpu")
    first, second = noise(1, 2.0), noise(2, 2.0)
    long = torch.cat([first, second], dim=1)
    np.random.seed(1)  # noqa: NPY002 - the generator that transformers' extractor would draw its pieces from
    one = clap.audio(long, RATE)
    np.random.seed(2)  # noqa: NPY002 - the same
    assert torch.equal(one, clap.audio(long, RATE))
    halves = torch.stack([clap.audio(first, RATE), clap.audio(second, RATE)]).mean(0)
    # Converting the rate meets the seam between the halves, so that they agree closely and not exactly.
    assert float(one @ (halves / halves.norm())) > 0.95


def test_a_prompt_that_the_model_would_cut_has_no_embedding(clap: Clap) -> None:
    assert clap.text(" ".join(["rock"] * 13)) is None
    assert clap.text(" ".join(["rock"] * 12)) is not None


@pytest.mark.parametrize("missing", ["model.safetensors", "config.json", "tokenizer_config.json"])
def test_a_half_copied_checkpoint_is_refused_by_name(place: Path, tmp_path: Path, missing: str) -> None:
    copy = tmp_path / "half"
    copy.mkdir()
    for file in place.iterdir():
        if file.name != missing:
            (copy / file.name).write_bytes(file.read_bytes())
    with pytest.raises(BackendRefused, match=r"'half' is incomplete: .*is missing") as refused:
        Clap.load(copy, device="cpu")
    assert refused.value.code == "checkpoint_incomplete"


def test_a_folder_of_another_model_and_no_folder_are_refused(tmp_path: Path) -> None:
    from tests.backends.tiny_musicgen import save_tiny

    with pytest.raises(BackendRefused, match=r"or processor_config\.json is missing"):
        Clap.load(save_tiny(tmp_path / "tiny"), device="cpu")
    with pytest.raises(BackendRefused, match="allowed: a folder saved by transformers"):
        Clap.load(tmp_path / "gone", device="cpu")
