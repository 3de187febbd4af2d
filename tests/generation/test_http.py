"""A model behind HTTP: the reference server, and servers that answer in every wrong way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import torch

from examples.http_server import Handler, make_clip
from generation import services
from generation.audio import AudioRejected
from generation.backends import http
from generation.backends.base import BackendRefused, SampleRequest
from generation.backends.http import HttpBackend, ServerUnavailable
from generation.mastering import master_study
from generation.worker import Workbench, make_batch
from studies import services as studies
from studies.services import apply_study
from studies.spec import parse_study

REQUEST = SampleRequest(key="x.p0.0", prompt="a song", seed=7, duration=1.0)
SOUND = make_clip("a song", 7, 1.0, {})


class Scripted(BaseHTTPRequestHandler):
    """Answers what the test wrote down, one line after the other; the last one again and again."""

    script: ClassVar[list[tuple[int, str, bytes]]] = []
    asked: ClassVar[int] = 0

    def do_POST(self) -> None:
        cls = type(self)
        status, kind, body = cls.script[min(cls.asked, len(cls.script) - 1)]
        cls.asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def serve(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/generate"
        server.shutdown()
        thread.join()


@pytest.fixture
def reference() -> Iterator[str]:
    yield from serve(Handler)


@pytest.fixture
def scripted() -> Iterator[str]:
    Scripted.asked = 0
    yield from serve(Scripted)


def ask(url: str, *script: tuple[int, str, bytes]) -> torch.Tensor:
    Scripted.script = list(script)
    backend = HttpBackend(url, {}, sleep=lambda _: None)
    try:
        return backend.generate([REQUEST])[0].audio
    finally:
        backend.release()


def test_the_reference_server_makes_the_same_clip_for_the_same_seed(reference: str) -> None:
    assert torch.equal(ask(reference), ask(reference))


@pytest.mark.django_db
def test_a_whole_study_is_made_by_a_server(reference: str) -> None:
    text = f"""
study: {{slug: served, title: Served, seed: 1}}
prompts: [{{id: p0, text: "a song"}}]
systems:
  plain: {{backend: http, url: "{reference}"}}
  hot: {{backend: http, url: "{reference}", temperature: 1.5}}
audio: {{duration: 1.0}}
"""
    study = apply_study(loaded=parse_study(text, folder=Path()))
    studies.freeze(study=study)
    services.plan_samples(study=study)
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}
    assert study.samples.get(system__name="hot").provenance["temperature"] == 1.5


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_asks_to_wait_is_asked_again(scripted: str, status: int) -> None:
    ask(scripted, (status, "text/plain", b"later"), (200, "audio/wav", SOUND))
    assert Scripted.asked == 2


def test_a_server_that_always_asks_to_wait_is_unavailable(scripted: str) -> None:
    with pytest.raises(ServerUnavailable, match="status 503, 4 times"):
        ask(scripted, (503, "text/plain", b"later"))


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(ServerUnavailable, match="ConnectError"):
        ask("http://127.0.0.1:9/generate")


@pytest.mark.parametrize("status", [301, 400, 401, 404, 500])
def test_any_other_answer_is_final_and_repeated_in_the_refusal(scripted: str, status: int) -> None:
    with pytest.raises(BackendRefused, match=f"status {status}: 'no such model'"):
        ask(scripted, (status, "text/plain", b"no such model"))
    assert Scripted.asked == 1


def test_a_page_instead_of_a_sound_is_refused(scripted: str) -> None:
    with pytest.raises(BackendRefused, match="content-type 'text/html'"):
        ask(scripted, (200, "text/html; charset=utf-8", b"<html>Welcome</html>"))


def test_bytes_that_are_no_sound_are_rejected(scripted: str) -> None:
    with pytest.raises(AudioRejected, match="not_audio"):
        ask(scripted, (200, "audio/wav", b"RIFF but not really"))


def test_an_answer_without_end_is_cut_off(scripted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 1000)
    with pytest.raises(BackendRefused, match="more than 1000 bytes"):
        ask(scripted, (200, "audio/wav", SOUND))


def test_a_server_that_hangs_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    import httpx

    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(ServerUnavailable, match="ReadTimeout"):
            ask(url)
