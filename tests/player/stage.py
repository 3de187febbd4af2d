"""A stand-in for the server: the real templates and scripts, and a memory of everything that is sent."""

from __future__ import annotations

import io
import json
import threading
import wave
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from studies.spec.criteria import standard_criterion
from studies.spec.protocol import Player

POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
STUDY = {"title": "Which clip is better?", "slug": "demo"}
PREFERENCE = [
    ("-2", "Strongly prefer A", "A"),
    ("-1", "Slightly prefer A", "a"),
    ("0", "No preference", "="),
    ("1", "Slightly prefer B", "b"),
    ("2", "Strongly prefer B", "B"),
]
QUALITY = [
    ("1", "Bad", "1"),
    ("2", "Poor", "2"),
    ("3", "Fair", "3"),
    ("4", "Good", "4"),
    ("5", "Excellent", "5"),
]
CRITERIA = ("acoustic_quality", "musicality", "text_adherence")


def tone(seconds: float, frequency: float) -> bytes:
    """A stereo WAV at 32 kHz."""
    samples = 0.2 * np.sin(2 * np.pi * frequency * np.arange(round(32_000 * seconds)) / 32_000)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(32_000)
        sound.writeframes((32_767 * samples).astype("<i2").repeat(2).tobytes())
    return file.getvalue()


def whole_page(station: str, context: dict[str, Any]) -> str:
    return render_to_string("raters/station.html", context | {"fragment": f"raters/_{station}.html"})


@dataclass
class Stage:
    """What the study looks like, what the server does wrong, and what it was told."""

    seconds: float = 0.4
    clips_a_side: int = 1
    absolute: bool = False
    criteria: int = 2
    looks_ahead: bool = False
    asked: list[str] = field(default_factory=list)
    listen: str = "whole"
    player: Player = field(default_factory=Player)
    prompt: str = "Soulful jazz mixed with hiphop"
    failing: int = 0
    disbelieving: int = 0
    taken_away: bool = False
    refusing: bool = False
    broken: set[str] = field(default_factory=set)
    types: list[str] = field(default_factory=list)
    done: int = 0
    heard: set[str] = field(default_factory=set)
    saved: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def ahead(self) -> tuple[int, str, bytes]:
        """The clips of the next task, as they are promised while this one is under way."""
        if not self.looks_ahead:
            return 204, "text/plain", b""
        urls = [f"/clip/{self.done + 1}{letter}{n}" for letter in "AB" for n in range(self.clips_a_side)]
        clips = [{"url": url, "from": url.replace("/clip/", "/clip/ahead/")} for url in urls]
        return 200, "application/json", json.dumps({"promise": "a promise", "clips": clips}).encode()

    def sent(self, kind: str) -> list[dict[str, str]]:
        return [fields for what, fields in self.told if what == kind]

    def context(self) -> dict[str, Any]:
        sides = [{"letter": letter, "clips": self._clips(letter)} for letter in "AB"]
        marks = {letter: [f"{letter}{n}" in self.heard for n in range(self.clips_a_side)] for letter in "AB"}
        task = {
            "url": f"/s/demo/task/key{self.done}/",
            "kind": "quality" if self.clips_a_side == 1 else "diversity",
            "prompt": self.prompt,
            "sides": sides,
            "duration": self.seconds,
            "absolute": self.absolute,
            "criteria": [self._criterion(name) for name in CRITERIA[: self.criteria]],
            "points": 5,
            "heard": marks,
            "listen": self.listen,
            "player": self.player,
        }
        return {
            "study": STUDY,
            "progress": {
                "done": self.done,
                "total": 20,
                "percent": 5 * self.done,
                "words": f"{self.done + 1} of 20",
            },
            "task": task,
        }

    def _clips(self, letter: str) -> list[dict[str, Any]]:
        several = self.clips_a_side > 1
        return [
            {
                "url": f"/clip/{self.done}{letter}{n}",
                "number": n,
                "label": f"{letter} {n + 1}" if several else letter,
            }
            for n in range(self.clips_a_side)
        ]

    def _criterion(self, name: str) -> dict[str, Any]:
        known = name if self.clips_a_side == 1 else "diversity"
        base = standard_criterion(known, absolute=self.absolute).model_dump() | {"id": name}
        if self.absolute:
            return base | {"sides": [{"letter": letter} | self._group(f"{name}_{letter}") for letter in "AB"]}
        return base | self._group(name)

    def _group(self, name: str) -> dict[str, Any]:
        scale = QUALITY if self.absolute else PREFERENCE
        options = [{"value": value, "label": label, "short": short} for value, label, short in scale]
        return {"name": name, "options": options, "saved": self.saved.get(name)}

    def take(self, kind: str, fields: dict[str, str]) -> tuple[int, str, bytes]:
        """What the server answers to a post: status, type, body."""
        if self.failing:
            self.failing -= 1
            return 503, "text/plain", b""
        self.told.append((kind, fields))
        if kind == "heard" and self.disbelieving:
            self.disbelieving -= 1
            return 409, "application/json", json.dumps({"error": "Quicker than the clip lasts."}).encode()
        if kind == "answer" and self.refusing:
            return 400, "application/json", json.dumps({"error": "That is not on the scale."}).encode()
        if self.taken_away:
            return 409, "application/json", json.dumps({"error": "This pair went to somebody else."}).encode()
        return self._believe(kind, fields)

    def _believe(self, kind: str, fields: dict[str, str]) -> tuple[int, str, bytes]:
        if kind == "heard":
            self.heard.add(fields["side"] + fields["clip"])
        if kind == "answer":
            self.saved[fields["name"]] = fields["value"]
        if kind == "sound-check":
            return 200, "text/html", whole_page("task", self.context()).encode()
        if kind != "submit":
            return 204, "text/plain", b""
        self.done, self.heard, self.saved = self.done + 1, set(), {}
        return 200, "text/html", render_to_string("raters/_task.html", self.context()).encode()


class Doors(BaseHTTPRequestHandler):
    """The addresses."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave together; the base class flushes

    @property
    def stage(self) -> Stage:
        return cast("Theatre", self.server).stage

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/static/"):
            self._static(path.removeprefix("/static/"))
        elif path.endswith("/ahead/"):
            self._answer(*self.stage.ahead())
        elif path.startswith("/clip/"):
            self.stage.asked.append(path)
            self.stage.types.append(str(self.headers["Accept"]))
            broken = path[-2:] in self.stage.broken
            body = b"RIFF, but no sound" if broken else tone(self.stage.seconds, 440 + ord(path[-2]))
            self._answer(200, "audio/wav", body)
        elif path == "/check.wav":
            self._answer(200, "audio/wav", tone(0.3, 440))
        else:
            self._answer(200, "text/html", self._page(path).encode())

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        fields = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        self._answer(*self.stage.take(self.path.rstrip("/").rsplit("/", 1)[-1], fields))

    def _page(self, path: str) -> str:
        if path == "/s/demo/headphones/":
            return whole_page(
                "headphones", {"study": STUDY, "check": {"url": "/check.wav", "options": "123"}}
            )
        if path == "/s/demo/sound-check/":
            check = {
                "url": "/check.wav",
                "token": "t",
                "options": [2, 3, 4, 5],
                "tries_left": 2,
                "error": None,
            }
            return whole_page("sound_check", {"study": STUDY, "check": check})
        return whole_page("task", self.stage.context())

    def _static(self, name: str) -> None:
        found = finders.find(name)
        if found is None:
            self._answer(404, "text/plain", b"")
        else:
            self._answer(200, TYPES[Path(found).suffix], Path(found).read_bytes())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the tests' output belongs to the tests."""


class Theatre(ThreadingHTTPServer):
    """One server for all tests; each puts its own stage on."""

    daemon_threads = True
    request_queue_size = 64  # a browser that is turned away comes back a whole second later

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Doors)
        self.stage = Stage()
        self.address = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
