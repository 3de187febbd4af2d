"""A model behind HTTP: the reference server, and servers that answer in every wrong way."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import torch

from examples.http_server import Handler, make_clip
from generation.audio import AudioRejected, AudioTarget, pack_raw, shape
from generation.backends import http
from generation.backends.base import BackendRefused, SampleRequest
from generation.backends.http import HttpBackend, ServerUnavailable
from generation.files import sound_files
from generation.making.mastering import master_study
from generation.making.workbench import Workbench
from generation.making.worker import make_batch
from generation.queue import planning
from studies import services as studies
from studies.services import apply_study
from studies.spec import parse_study
from tests.cast import noise
from tests.generation.sounds import claiming, sound

REQUEST = SampleRequest(key="x.p0.0", prompt="a song", seed=7, duration=1.0)
SOUND = make_clip("a song", 7, 1.0, {})


class Scripted(BaseHTTPRequestHandler):
    """Answers what the test wrote down, one line after the other; the last one again and again."""

    script: ClassVar[list[tuple[int, str, bytes]]] = []
    headers_too: ClassVar[dict[str, str]] = {}
    asked: ClassVar[int] = 0

    def do_POST(self) -> None:
        cls = type(self)
        status, kind, body = cls.script[min(cls.asked, len(cls.script) - 1)]
        cls.asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in ({"Content-Length": str(len(body))} | cls.headers_too).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Pouring(BaseHTTPRequestHandler):
    """Sends the same piece again and again until the other side hangs up. ``poured``: how many bytes it took."""

    status: ClassVar[int] = 200
    piece: ClassVar[bytes] = bytes(2**16)
    pause: ClassVar[float] = 0.0
    most: ClassVar[int] = 2 * 2**30
    poured: ClassVar[int] = 0

    def do_POST(self) -> None:
        cls = type(self)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(cls.status)
        self.send_header("Content-Type", "audio/wav")
        self.end_headers()
        with suppress(ConnectionError):
            while cls.poured < cls.most:
                self.wfile.write(cls.piece)
                cls.poured += len(cls.piece)
                time.sleep(cls.pause)

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
    Scripted.asked, Scripted.headers_too = 0, {}
    yield from serve(Scripted)


@pytest.fixture
def pouring() -> Iterator[str]:
    Pouring.status, Pouring.piece, Pouring.pause, Pouring.poured = 200, bytes(2**16), 0.0, 0
    yield from serve(Pouring)


def ask(url: str, *script: tuple[int, str, bytes], timeout: float = 30.0) -> torch.Tensor:
    Scripted.script = list(script)
    backend = HttpBackend(url, {}, timeout=timeout, sleep=lambda _: None)
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
    planning.plan_samples(study=study)
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
def test_any_other_answer_is_final_and_repeated_in_the_refusal_of_a_listed_host(
    scripted: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_SYSTEM_HOSTS", "127.0.0.1")
    with pytest.raises(BackendRefused, match=f"status {status}: 'no such model'"):
        ask(scripted, (status, "text/plain", b"no such model"))
    assert Scripted.asked == 1


def test_a_page_instead_of_a_sound_is_refused(scripted: str) -> None:
    with pytest.raises(BackendRefused, match="content-type 'text/html'"):
        ask(scripted, (200, "text/html; charset=utf-8", b"<html>Welcome</html>"))


def test_bytes_that_are_no_sound_are_rejected(scripted: str) -> None:
    with pytest.raises(AudioRejected, match="sent 19 bytes that are no sound"):
        ask(scripted, (200, "audio/wav", b"RIFF but not really"))


def test_two_gigabytes_are_not_read(pouring: str) -> None:
    """Nothing announces their number; the connection is closed at the limit."""
    with pytest.raises(BackendRefused, match=f"more than {http.MOST_BYTES} bytes"):
        ask(pouring)
    assert Pouring.poured < http.MOST_BYTES + 16 * 2**20


def test_two_gigabytes_beside_a_status_are_not_read_either(
    pouring: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_SYSTEM_HOSTS", "127.0.0.1")
    Pouring.status, Pouring.piece = 500, b"no " * 2**14
    with pytest.raises(BackendRefused, match="status 500: 'no no no"):
        ask(pouring)
    assert Pouring.poured < 16 * 2**20


def test_a_size_that_is_announced_is_refused_before_the_first_byte(scripted: str) -> None:
    Scripted.headers_too = {"Content-Length": str(2**31)}
    with pytest.raises(BackendRefused, match=f"more than {http.MOST_BYTES} bytes"):
        ask(scripted, (200, "audio/wav", b""))


def test_a_packed_answer_is_refused_unpacked_by_nobody(scripted: str) -> None:
    Scripted.headers_too = {"Content-Encoding": "gzip"}
    with pytest.raises(BackendRefused, match="content-encoding 'gzip'"):
        ask(scripted, (200, "audio/wav", SOUND))


def test_a_slow_drip_is_not_waited_for_without_end(pouring: str) -> None:
    """Every byte comes well within the client's own time-out; the whole answer never does."""
    Pouring.piece, Pouring.pause = b"x", 0.02
    with pytest.raises(ServerUnavailable, match=r"no complete answer within 0\.3 s, 4 times"):
        ask(pouring, timeout=0.3)


def test_a_redirect_is_not_followed(scripted: str) -> None:
    Scripted.headers_too = {"Location": scripted}
    with pytest.raises(BackendRefused, match="status 302"):
        ask(scripted, (302, "text/plain", b"over there"), (200, "audio/wav", SOUND))
    assert Scripted.asked == 1


def wav(*, rate: int, seconds: float) -> bytes:
    return pack_raw(noise(1, seconds)[:, : round(rate * seconds)], rate)


def test_any_rate_of_sound_is_converted_and_no_other(scripted: str) -> None:
    target = AudioTarget(duration=1.0)
    for rate in (16_000, 44_056, 44_100):
        heard = ask(scripted, (200, "audio/wav", wav(rate=rate, seconds=2.0)))
        assert shape(heard, rate, target).shape == (2, 32_000)
    heard = ask(scripted, (200, "audio/wav", wav(rate=4_000, seconds=2.0)))
    with pytest.raises(AudioRejected, match="4000 Hz; allowed are 8000 to 192000 Hz"):
        shape(heard, 4_000, target)


def test_a_sound_of_open_length_is_decoded_to_its_end(scripted: str) -> None:
    heard = ask(scripted, (200, "audio/flac", claiming(sound("FLAC", seconds=1.5, rate=32_000), 0)))
    assert heard.shape == (2, 48_000)


def test_a_length_that_is_a_lie_asks_for_no_memory(scripted: str) -> None:
    """32 GiB of samples by its header, 1.5 s by its sound."""
    heard = ask(scripted, (200, "audio/flac", claiming(sound("FLAC", seconds=1.5, rate=32_000), 2**32 - 1)))
    assert heard.shape == (2, 48_000)


def test_a_sound_that_is_cut_off_is_the_servers_fault_and_says_so(scripted: str) -> None:
    whole = sound("FLAC", seconds=4.0)
    with pytest.raises(AudioRejected, match=r"/generate sent .* damaged or cut off after") as rejected:
        ask(scripted, (200, "audio/flac", whole[: len(whole) // 2]))
    assert rejected.value.code == "not_audio"


def test_more_samples_than_a_clip_can_have_are_refused_before_they_fill_memory(
    scripted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_files, "MOST_NUMBERS", 50_000)
    with pytest.raises(AudioRejected, match="more than 50000 samples"):
        ask(scripted, (200, "audio/wav", sound("WAV", seconds=4.0)))


def test_a_server_that_hangs_is_not_waited_for_without_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(ServerUnavailable, match="ReadTimeout"):
            ask(url, timeout=0.2)


def test_the_time_out_of_the_study_file_is_the_one_that_is_kept() -> None:
    config = {"backend": "http", "url": "http://127.0.0.1:9/", "timeout": 2.5}
    backend = HttpBackend.prepare(config, folder=Path(), device="cpu")
    assert (backend.timeout, backend.client.timeout.read) == (2.5, 2.5)
    backend.release()


class Guarded(Scripted):
    """Notes what it is told of who asks."""

    heard: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        self.heard.append(self.headers["Authorization"])
        super().do_POST()


def test_a_token_comes_from_the_workers_secrets_and_stays_out_of_what_is_recorded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    monkeypatch.setenv("HTTP_TOKEN_OUR_LAB_FILE", str(tmp_path / "token"))
    Guarded.script, Guarded.asked, Guarded.headers_too = [(200, "audio/wav", SOUND)], 0, {}
    Guarded.heard.clear()
    server = HTTPServer(("127.0.0.1", 0), Guarded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = {"backend": "http", "url": f"http://127.0.0.1:{server.server_port}/", "token": "our-lab"}
    backend = HttpBackend.prepare(config, folder=tmp_path, device="cpu")
    backend.generate([REQUEST])
    server.shutdown()
    server.server_close()
    assert Guarded.heard == ["Bearer s3cret"]
    assert "s3cret" not in str(backend.provenance())


@pytest.mark.parametrize("held", ["", "two\nlines"])
def test_a_token_that_the_worker_does_not_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: str
) -> None:
    monkeypatch.setenv("HTTP_TOKEN_OURS", held)
    with pytest.raises(BackendRefused, match="HTTP_TOKEN_OURS in its environment") as refused:
        HttpBackend.prepare({"url": "http://127.0.0.1:1/", "token": "ours"}, folder=tmp_path, device="cpu")
    assert refused.value.code == "secret_missing"
