"""A model somebody else serves: one POST per clip, JSON in, a sound file out.

Request: ``POST url`` with ``{"prompt", "seed", "duration", "parameters": {...}}``; ``parameters`` holds what the
study file sets of temperature, top_k, top_p, guidance_scale and negative_prompt.
A server that asks for a token gets ``Authorization: Bearer ...``; the study file names the secret and never holds it.
Answer: 200 with a WAV, FLAC, OGG or MP3 body of ``duration`` seconds, as ``audio/...`` or
``application/octet-stream``, not compressed any further, of at most 64 MiB, whole within the system's ``timeout``. 429,
502, 503, 504, a broken connection and a time-out are tried again; any other answer is final. A server to start from is
``examples/http_server.py``.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from generation.audio import AudioRejected, read_foreign_audio
from generation.backends.addresses import address_of, allowed_hosts
from generation.backends.base import BackendRefused, Capabilities, Clip, SampleRequest

TRIES = 4
PAUSES = (1.0, 4.0, 15.0)
LONGEST_PAUSE = 30.0
CONNECT_SECONDS = 10.0
TIMEOUT = 300.0
MOST_BYTES = 64 * 2**20
WORDS_SHOWN = 300
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
        self,
        url: str,
        parameters: Mapping[str, object],
        *,
        timeout: float = TIMEOUT,
        secret: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url, self.parameters, self.timeout, self.sleep = url, dict(parameters), timeout, sleep
        wait = httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS))
        # No redirects: a study's clips come from the address its file names, or not at all. No compression: a small
        # answer must not become a large one on the way.
        headers = {"Accept-Encoding": "identity", "Accept": "audio/*"}
        if secret is not None:
            headers["Authorization"] = f"Bearer {secret}"
        self.client = httpx.Client(timeout=wait, follow_redirects=False, headers=headers)

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> HttpBackend:
        """Nothing is asked yet: a server that is down is found out by the first clip, and tried again.

        Raises:
            BackendRefused: ``secret_missing``: this worker does not hold the secret that ``token`` names.
        """
        parameters = {name: config[name] for name in PARAMETERS if name in config}
        timeout = config.get("timeout", TIMEOUT)
        assert isinstance(timeout, int | float)  # noqa: S101 - a number since the study file was read
        token = config.get("token")
        secret = None if token is None else _secret(str(token))
        return cls(str(config["url"]), parameters, timeout=timeout, secret=secret)

    def provenance(self) -> Mapping[str, object]:
        """JSON-able: the address and what it is sent."""
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
        try:
            audio, rate = read_foreign_audio(data)
        except AudioRejected as rejected:
            raise AudioRejected(rejected.code, f"{self.url} sent {rejected.message}") from rejected
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
        end = time.monotonic() + self.timeout
        try:
            with self._sent(asked | {"parameters": self.parameters}) as answer:
                self._must_be_sound(answer, end)
                return self._body(answer, end), answer.headers
        except (httpx.TransportError, OSError) as error:
            raise _TryAgain(f"{type(error).__name__}: {error}") from error

    def _sent(self, asked: Mapping[str, object]) -> AbstractContextManager[httpx.Response]:
        """To the address that was checked; the name goes along for the certificate and for the server."""
        url = httpx.URL(self.url)
        address = address_of(url.host, url.port or (443 if url.scheme == "https" else 80))
        headers = {"Host": url.netloc.decode()}
        return self.client.stream(
            "POST",
            url.copy_with(host=address),
            json=asked,
            headers=headers,
            extensions={"sni_hostname": url.host},
        )

    def _must_be_sound(self, answer: httpx.Response, end: float) -> None:
        if answer.status_code in TRANSIENT:
            raise _TryAgain(f"status {answer.status_code}", _pause(answer))
        if answer.status_code != httpx.codes.OK:
            raise self._refused(
                f"status {answer.status_code}{self._words(answer, end)}", "200 with a sound file"
            )
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not kind.startswith("audio/") and kind != "application/octet-stream":
            raise self._refused(f"content-type {kind!r}", "audio/... or application/octet-stream")
        packed = answer.headers.get("content-encoding", "identity").strip().lower()
        if packed != "identity":
            raise self._refused(f"content-encoding {packed!r}", "none: the sound file as it is")
        said = answer.headers.get("content-length", "")
        if said.isascii() and said.isdigit() and int(said) > MOST_BYTES:
            raise self._too_large()

    def _body(self, answer: httpx.Response, end: float) -> bytes:
        data = bytearray()
        for part in self._parts(answer, end):
            data += part
            if len(data) > MOST_BYTES:
                raise self._too_large()
        return bytes(data)

    def _words(self, answer: httpx.Response, end: float) -> str:
        """The beginning of what a server says beside its status; the rest is not read.

        Only of a server that the operator listed: what else answers inside the network is not for the console.
        """
        if httpx.URL(self.url).host.lower() not in allowed_hosts():
            return ""
        said = bytearray()
        for part in self._parts(answer, end):
            said += part
            if len(said) >= WORDS_SHOWN:
                break
        return f": {bytes(said[:WORDS_SHOWN]).decode(errors='replace')!r}"

    def _parts(self, answer: httpx.Response, end: float) -> Iterator[bytes]:
        """The body as it comes. The client's own time-out bounds one silence, not a slow drip without end."""
        for part in answer.iter_raw():
            yield part
            if time.monotonic() > end:
                raise _TryAgain(f"no complete answer within {self.timeout:g} s")

    def _refused(self, given: str, allowed: str) -> BackendRefused:
        return BackendRefused(f"{self.url}: {given}; allowed: {allowed}", code="server_refused")

    def _too_large(self) -> BackendRefused:
        return self._refused(f"more than {MOST_BYTES} bytes for one clip", "up to that")

    def release(self) -> None:
        """Close the connection."""
        self.client.close()


def _secret(name: str) -> str:
    """The secret called ``name`` in a study file, from this worker's environment or the file named there."""
    variable = f"HTTP_TOKEN_{name.upper().replace('-', '_')}"
    value, file = os.environ.get(variable, ""), os.environ.get(f"{variable}_FILE", "")
    try:
        held = value or (Path(file).read_text(encoding="utf-8").strip() if file else "")
    except (OSError, UnicodeDecodeError):
        held = ""
    # Only what a header can carry; the value itself is never repeated.
    if not held or not held.isascii() or not held.isprintable():
        raise BackendRefused(
            f"token: {name!r}; allowed is a secret that this worker holds: {variable} in its environment, or "
            f"{variable}_FILE with the path of a file, of printable ASCII characters",
            code="secret_missing",
        )
    return held


def _pause(answer: httpx.Response) -> float | None:
    wanted = answer.headers.get("retry-after", "")
    return min(float(wanted), LONGEST_PAUSE) if wanted.isascii() and wanted.isdigit() else None
