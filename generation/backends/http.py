"""A model somebody else serves: one POST per clip, JSON in, a sound file out.

Request: ``POST url`` with ``{"prompt", "seed", "duration", "parameters": {...}}``; ``parameters`` holds what the
study file sets of temperature, top_k, top_p, guidance_scale and negative_prompt.
Answer: 200 with a WAV, FLAC, OGG or MP3 body of ``duration`` seconds, as ``audio/...`` or
``application/octet-stream``. 429, 502, 503, 504, a broken connection and a time-out are tried again; any other
answer is final. A server to start from is ``examples/http_server.py``.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from generation.audio import read_audio
from generation.backends.base import BackendRefused, Capabilities, Clip, SampleRequest

TRIES = 4
PAUSES = (1.0, 4.0, 15.0)
LONGEST_PAUSE = 30.0
TIMEOUT = httpx.Timeout(300.0, connect=10.0)
MOST_BYTES = 64 * 2**20
TRANSIENT = frozenset({429, 502, 503, 504})
PARAMETERS = ("temperature", "top_k", "top_p", "guidance_scale", "negative_prompt")


class ServerUnavailable(Exception):
    """The server did not answer, or asked to come back later, at every try. A later attempt can help."""


class _TryAgain(Exception):
    def __init__(self, why: str, pause: float | None = None) -> None:
        self.pause = pause
        super().__init__(why)


class HttpBackend:
    """Asks a server for one clip at a time. Nothing is loaded here."""

    capabilities = Capabilities(guidance=True, negative_prompt=True, sampling_filters=True)

    def __init__(
        self, url: str, parameters: Mapping[str, object], *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url, self.parameters, self.sleep = url, dict(parameters), sleep
        # No redirects: a study's clips come from the address its file names, or not at all.
        self.client = httpx.Client(timeout=TIMEOUT, follow_redirects=False)

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> HttpBackend:
        parameters = {name: config[name] for name in PARAMETERS if name in config}
        return cls(str(config["url"]), parameters)

    def provenance(self) -> Mapping[str, object]:
        return {"backend": "http", "url": self.url, **self.parameters}

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """One clip per request.

        Raises:
            BackendRefused: the server's answer is final and not a sound.
            ServerUnavailable: it did not answer at any try.
            AudioRejected: what it sent cannot be read as sound.
        """
        return [self._clip(request) for request in requests]

    def _clip(self, request: SampleRequest) -> Clip:
        data, headers = self._ask(request)
        audio, rate = read_audio(data)
        digest = hashlib.sha256(data).hexdigest()
        notes = {"file_sha256": digest, "file_rate": rate, "file_channels": audio.shape[0]}
        return Clip(audio, rate, notes | {"server": headers.get("server", "")})

    def _ask(self, request: SampleRequest) -> tuple[bytes, httpx.Headers]:
        said = ""
        for turn in range(TRIES):
            try:
                return self._once(request)
            except _TryAgain as again:
                said = str(again)
                if turn < len(PAUSES):
                    self.sleep(PAUSES[turn] if again.pause is None else again.pause)
        raise ServerUnavailable(f"{self.url}: {said}, {TRIES} times")

    def _once(self, request: SampleRequest) -> tuple[bytes, httpx.Headers]:
        asked = {"prompt": request.prompt, "seed": request.seed, "duration": request.duration}
        try:
            with self.client.stream("POST", self.url, json=asked | {"parameters": self.parameters}) as answer:
                self._must_be_sound(answer)
                return self._body(answer), answer.headers
        except httpx.TransportError as error:
            raise _TryAgain(f"{type(error).__name__}: {error}") from error

    def _must_be_sound(self, answer: httpx.Response) -> None:
        if answer.status_code in TRANSIENT:
            raise _TryAgain(f"status {answer.status_code}", _pause(answer))
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status_code != httpx.codes.OK:
            said = b"".join(answer.iter_bytes())[:300].decode(errors="replace")
            raise BackendRefused(
                f"{self.url}: status {answer.status_code}: {said!r}; allowed: 200 with a sound file"
            )
        if not kind.startswith("audio/") and kind != "application/octet-stream":
            raise BackendRefused(
                f"{self.url}: content-type {kind!r}; allowed: audio/... or application/octet-stream"
            )

    def _body(self, answer: httpx.Response) -> bytes:
        data = bytearray()
        for part in answer.iter_bytes():
            data += part
            if len(data) > MOST_BYTES:
                raise BackendRefused(
                    f"{self.url}: more than {MOST_BYTES} bytes for one clip; allowed: up to that"
                )
        return bytes(data)

    def release(self) -> None:
        self.client.close()


def _pause(answer: httpx.Response) -> float | None:
    wanted = answer.headers.get("retry-after", "")
    return min(float(wanted), LONGEST_PAUSE) if wanted.isascii() and wanted.isdigit() else None
