"""A model server to start from: python examples/http_server.py 9000, then {backend: http, url: "http://127.0.0.1:9000/"}.

Replace ``make_clip`` by your model. Python's standard library only; one clip at a time, as a GPU wants it.
"""

from __future__ import annotations

import io
import json
import math
import random
import struct
import sys
import wave
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

RATE = 32_000


def make_clip(prompt: str, seed: int, duration: float, parameters: dict[str, Any]) -> bytes:
    """A WAV file of ``duration`` seconds. Here: a few plucked notes that depend on the prompt and the seed."""
    generator = random.Random(f"{prompt}/{seed}")
    notes = [
        220.0 * 2 ** (generator.choice([0, 3, 5, 7, 10, 12]) / 12) for _ in range(math.ceil(duration * 2))
    ]
    frames = bytearray()
    for index in range(round(duration * RATE)):
        number, inside = divmod(index / RATE, 0.5)
        value = math.sin(2 * math.pi * notes[int(number)] * inside) * math.exp(-3 * inside) * 0.4
        frames += struct.pack("<h", round(32767 * value))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(frames))
    return buffer.getvalue()


class Handler(BaseHTTPRequestHandler):
    """One POST, one clip."""

    def do_POST(self) -> None:
        try:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            clip = make_clip(asked["prompt"], asked["seed"], asked["duration"], asked["parameters"])
        except (KeyError, TypeError, ValueError) as error:
            self._answer(400, "application/json", json.dumps({"error": repr(error)}).encode())
        else:
            self._answer(200, "audio/wav", clip)

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 9000), Handler).serve_forever()
