from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from django.core.management import CommandError, call_command
from safetensors.torch import load_file

from generation.builtin.model.checkpoints import load, save
from generation.builtin.model.network import text_prefix
from generation.builtin.model.sampling import write
from generation.builtin.text.prompt_reading import read
from generation.builtin.training.pupil import Pupil, fresh_prompts, written
from generation.decoding import DecodingOptions, clip_generators
from generation.finetuning.distillation import Objective, descend, draw
from generation.learning import LOG
from tests.builtin.small import small_network

PROMPTS = ["slow sad piano", "fast rock with drums", ""]


def small_checkpoint(folder: Path) -> str:
    save(small_network(torch.float32), folder / "small.safetensors", {})
    return str(folder / "small.safetensors")


def test_a_pupil_samples_what_the_backend_would() -> None:
    network = small_network()
    prefixes = [text_prefix(read(prompt).concepts) for prompt in PROMPTS]
    samples = Pupil(network).sample(PROMPTS, clip_generators(range(3)))
    assert written(samples) == write(network, prefixes, DecodingOptions(), clip_generators(range(3)))


def test_every_token_drawn_was_legal() -> None:
    samples = draw(Pupil(small_network()), PROMPTS[:1], 3, seed=1)
    assert samples.legal is not None
    drawn = samples.legal.gather(-1, samples.tokens.unsqueeze(-1)).squeeze(-1)
    assert drawn[samples.counted].all()


def test_a_student_at_scale_one_diverges_from_itself_nowhere() -> None:
    network = small_network().requires_grad_(requires_grad=True)
    samples = draw(Pupil(network), PROMPTS, 1, seed=1)
    outcome = descend(Pupil(network), Pupil(small_network()), samples, Objective(scale=1.0), 0, None)
    assert outcome.divergence == pytest.approx(0.0, abs=1e-9)


def test_parts_of_a_batch_read_as_the_whole() -> None:
    pupil = Pupil(small_network())
    samples = draw(pupil, PROMPTS, 1, seed=1)
    whole = pupil.logits(samples, conditional=True)
    shortest = samples.by_length(1)[0]
    part = samples.rows(shortest)
    length = part.tokens.shape[1]
    assert torch.allclose(pupil.logits(part, conditional=True), whole[shortest, :length])


def test_without_the_prompt_all_prompts_are_one() -> None:
    pupil = Pupil(small_network())
    samples = draw(pupil, [""], 1, seed=1)
    logits = [pupil.logits(samples, conditional=conditional) for conditional in (True, False)]
    assert torch.equal(*logits)


def test_prompts_are_a_pure_function_of_seed_and_step() -> None:
    assert fresh_prompts("x", 1, 2, 3) == fresh_prompts("x", 1, 2, 3)
    assert fresh_prompts("x", 1, 2, 3) != fresh_prompts("x", 1, 3, 3)


def test_the_command_leaves_a_checkpoint_that_says_how_it_was_made(tmp_path: Path) -> None:
    small = small_checkpoint(tmp_path)
    wanted = {"start": small, "teacher": small, "steps": 1, "prompts": 1, "group": 3, "beta": 2.0}
    call_command("distill", "mine", out=tmp_path / "run", **wanted)
    made = load("mine.safetensors", tmp_path / "run").made
    assert made["objective"] == {"scale": 3.0, "beta": 2.0, "ramp": 0}
    assert made["teacher_sha256"] == made["start_sha256"] == load(small, tmp_path).sha256
    assert len((tmp_path / "run" / LOG).read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("beta", -1.0, "beta"), ("scale", float("nan"), "scale"), ("start", "nowhere", "neither")],
)
def test_the_command_refuses_with_code_two(tmp_path: Path, option: str, value: object, said: str) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        call_command("distill", "mine", out=tmp_path, steps=1, **{option: value})
    assert refused.value.returncode == 2


def test_merging_to_a_file_keeps_both_sources(tmp_path: Path) -> None:
    small = small_checkpoint(tmp_path)
    call_command("merge", small, small, weight=0.25, out=tmp_path / "half.safetensors")
    merge = load("half.safetensors", tmp_path).made["merge"]
    assert isinstance(merge, dict)
    assert (merge["weight"], merge["quality"]["sha256"]) == (0.25, load(small, tmp_path).sha256)
    before, after = (load_file(tmp_path / name) for name in ("small.safetensors", "half.safetensors"))
    assert all(torch.allclose(before[name], after[name], atol=1e-3) for name in before)


def test_extrapolating_is_refused_unless_named(tmp_path: Path) -> None:
    small, out = small_checkpoint(tmp_path), tmp_path / "out.safetensors"
    with pytest.raises(CommandError, match=r"merge\.weight: 1\.5"):
        call_command("merge", small, small, weight=1.5, out=out)
    call_command("merge", small, small, weight=1.5, out=out, extrapolate=True)
    assert out.exists()


def test_the_embedding_is_trained_by_the_train_command(tmp_path: Path) -> None:
    call_command("train", "embedding", out=tmp_path, steps=2, batch=4)
    (line,) = (json.loads(line) for line in (tmp_path / "losses.jsonl").read_text().splitlines())
    assert line["step"] == 2
    assert (tmp_path / "embedding.safetensors").exists()
