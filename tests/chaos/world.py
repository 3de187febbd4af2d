"""What chaos needs: a model behind HTTP that waits until it is told to go on, and brokers that can go away."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import urlsplit

import kombu
import pytest

from examples.http_server import make_clip
from tests.house import wait_for
from tests.services import RABBITMQ, REQUIRED, needs

HOST = "127.0.0.1"


class Clips:
    """A model behind HTTP. ``held()``: every clip that is asked for waits, so a test knows who is in a batch."""

    def __init__(self) -> None:
        self.going, self.lock = threading.Event(), threading.Lock()
        self.going.set()
        self.waiting, self.answered = 0, Counter[str]()
        self.server = ThreadingHTTPServer((HOST, 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server.server_port}/"

    @contextmanager
    def held(self) -> Iterator[None]:
        self.going.clear()
        try:
            yield
        finally:
            self.going.set()

    def close(self) -> None:
        self.going.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, asked: dict[str, object]) -> bytes:
        with self.lock:
            self.waiting += 1
        self.going.wait()
        with self.lock:
            self.waiting -= 1
            self.answered[f"{asked['prompt']} {asked['seed']}"] += 1
        return make_clip(str(asked["prompt"]), int(str(asked["seed"])), float(str(asked["duration"])), {})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        clips = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = clips.answer(asked)
                # Whoever asked may have been killed meanwhile.
                with suppress(ConnectionError):
                    self.send_response(200)
                    self.send_header("Content-Type", "audio/wav")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler


class Broker(Protocol):
    url: str

    def go_away(self) -> None:
        """All connections break, new ones are refused, and every message is lost."""

    def come_back(self) -> None: ...


class RedisServer:
    """A Redis of our own that keeps nothing."""

    def __init__(self) -> None:
        with closing(socket.create_server((HOST, 0))) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"redis://{HOST}:{self.port}/0"
        self.come_back()

    def come_back(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        wait_for(lambda: _answers(self.port), seconds=30)

    def go_away(self) -> None:
        self.process.kill()
        self.process.wait()


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


class RabbitLink:
    """The line to the RabbitMQ at hand, which belongs to others too: it is the line that breaks.

    That is what a restart looks like from a worker. The queue is deleted meanwhile: messages are lost, as if
    the node had kept nothing.
    """

    def __init__(self) -> None:
        parts = urlsplit(RABBITMQ)
        self.node = (parts.hostname or HOST, parts.port or 5672)
        self.queue = f"chaos-{uuid.uuid4().hex[:12]}"
        self.ends: list[socket.socket] = []
        self.server = socket.create_server((HOST, 0))
        self.port = self.server.getsockname()[1]
        self.url = RABBITMQ.replace(f"{parts.hostname}:{parts.port}", f"{HOST}:{self.port}")
        self._listen()

    def come_back(self) -> None:
        self.server = socket.create_server((HOST, self.port))
        self._listen()

    def go_away(self) -> None:
        # close() alone does not wake the thread that waits in accept().
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()
        with kombu.Connection(RABBITMQ) as connection:
            kombu.Queue(self.queue)(connection.channel()).delete()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=[self.server], daemon=True).start()

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                ours, _ = server.accept()
                theirs = socket.create_connection(self.node)
                self.ends += [ours, theirs]
                for way in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=_pipe, args=way, daemon=True).start()


def _pipe(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def broker_of(kind: str) -> Iterator[tuple[Broker, dict[str, str]]]:
    """A broker and the settings of an installation that uses it."""
    if kind == "redis":
        if shutil.which("redis-server") is None:
            (pytest.fail if REQUIRED else pytest.skip)("redis-server is not installed")
        redis = RedisServer()
        try:
            yield redis, {"CELERY_BROKER_URL": redis.url}
        finally:
            redis.go_away()
        return
    needs(RABBITMQ)
    rabbit = RabbitLink()
    try:
        yield rabbit, {"CELERY_BROKER_URL": rabbit.url, "CELERY_QUEUE": rabbit.queue}
    finally:
        rabbit.go_away()
