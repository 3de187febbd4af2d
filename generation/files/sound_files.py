"""Sound files that somebody else made, decoded to their end: what a header says of the length is never believed.

Streams of open length, files joined or cut off, and variable bit rates without a table all have headers that say
something else than what can be heard. Decoded by FFmpeg through PyAV, told which of four formats it is; torch is not
needed, so that the web process can look too.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import av
import numpy as np
from numpy.typing import NDArray

# By the ending of the name, the format that must be inside.
KINDS: Mapping[str, str] = {
    ".wav": "wav",
    ".flac": "flac",
    ".ogg": "ogg",
    ".oga": "ogg",
    ".opus": "ogg",
    ".mp3": "mp3",
}
ALLOWED_KINDS = "a WAV, FLAC, OGG or MP3 file"
# Some twenty minutes of stereo at 44.1 kHz: a packed silence of days must not fill a machine's memory.
MOST_NUMBERS = 100_000_000
_CODECS = ("pcm_", "adpcm_", "flac", "vorbis", "opus", "mp3")
_BEGINNING = 4096
_OGG_PAGE = 27
# WAV says all it is in its header; looking for other codecs inside PCM takes longer than reading it.
_SHORT_PROBE = {"probesize": "4096", "analyzeduration": "100000"}
_FULL_SCALE = {np.dtype(np.int16): 2.0**15, np.dtype(np.int32): 2.0**31}


class NoSound(ValueError):
    """The file is not what a clip may be; the text says what was found."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What was heard of a file to its end. ``sha256`` is of its bytes."""

    frames: int
    rate: int
    channels: int
    sha256: str

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def listen(path: Path) -> Sound:
    """Decode the file to its end and keep nothing of it.

    Raises:
        NoSound: it is no sound, damaged or cut off on the way, longer than ``MOST_NUMBERS``, of a kind that is not
            read here, or of another kind than its name says.
    """
    kind = _kind_of_name(path)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            _require_kind(file, kind, path)
            frames = rate = channels = 0
            for block, block_rate in _blocks(file, kind):
                channels, rate = block.shape[0], block_rate
                frames += block.shape[1]
    except OSError as error:
        raise NoSound(f"a file that cannot be read ({error.strerror})") from error
    return Sound(frames, rate, channels, digest)


def look(path: Path) -> None:
    """Refuse, as ``listen`` does, what is no sound at all or of another kind than its name says. Decodes nothing."""
    with path.open("rb") as file:
        _require_kind(file, _kind_of_name(path), path)


def decode(data: bytes) -> tuple[NDArray[np.float32], int]:
    """The samples ``[channels, frames]``, full scale at 1.0, and the rate in Hz of a sound file.

    Raises:
        NoSound: as ``listen`` does, names aside.
    """
    file = io.BytesIO(data)
    kind = _kind_inside(file)
    if kind is None:
        raise NoSound("no sound that can be read")
    blocks, rate = [], 0
    for block, block_rate in _blocks(file, kind):
        blocks.append(block)
        rate = block_rate
    return np.concatenate(blocks, axis=1), rate


def _kind_of_name(path: Path) -> str:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise NoSound(f"a name that ends in {path.suffix!r}" if path.suffix else "a name without an ending")
    return kind


def _require_kind(file: IO[bytes], kind: str, path: Path) -> None:
    inside = _kind_inside(file)
    if inside is None:
        raise NoSound("no sound that can be read")
    if inside != kind:
        raise NoSound(f"a file named {path.suffix} that holds {inside.upper()}")


def _kind_inside(file: IO[bytes]) -> str | None:
    """The format that a file begins like, tags aside."""
    file.seek(0)
    begins = file.read(_BEGINNING).lstrip(b"\0")
    if begins[:3] == b"ID3" and len(begins) >= 10:
        # The length of an ID3v2 tag, in seven bits a byte, without its ten bytes of header.
        a, b, c, d = begins[6:10]
        file.seek(10 + (a << 21 | b << 14 | c << 7 | d))
        begins = file.read(_BEGINNING).lstrip(b"\0") or b"\xff\xe0"
    file.seek(0)
    if begins[:4] in (b"RIFF", b"RF64", b"BW64") and begins[8:12] == b"WAVE":
        return "wav"
    if begins[:4] in (b"fLaC", b"OggS"):
        return "flac" if begins[:4] == b"fLaC" else "ogg"
    # Eleven bits that begin every frame of MPEG audio; the two that name a layer are never 0.
    mpeg = len(begins) > 1 and begins[0] == 0xFF and begins[1] & 0xE0 == 0xE0 and begins[1] & 0x06
    return "mp3" if mpeg or begins == b"\xff\xe0" else None


def _blocks(file: IO[bytes], kind: str) -> Iterator[tuple[NDArray[np.float32], int]]:
    """The sound in blocks ``[channels, frames]`` with its rate, until it ends or is found to be none."""
    form: tuple[int, int] | None = None
    numbers = 0
    try:
        for part in _ogg_links(file.read()) if kind == "ogg" else (file,):
            for frame in _frames(part, kind):
                block = _as_floats(frame)
                form = form or (block.shape[0], frame.sample_rate)
                numbers += block.size
                _require_steady(form, (block.shape[0], frame.sample_rate))
                if numbers > MOST_NUMBERS:
                    raise NoSound(f"more than {MOST_NUMBERS} samples in all channels")
                yield block, frame.sample_rate
    except (av.FFmpegError, UnicodeError, EOFError) as error:
        if form is None:
            raise NoSound("no sound that can be read") from error
        seconds = numbers / form[0] / form[1]
        raise NoSound(f"a file that is damaged or cut off after {seconds:.2f} s") from error
    if form is None:
        raise NoSound("a sound file without samples")


def _frames(file: IO[bytes], kind: str) -> Iterator[Any]:
    """Decoded frames. What cannot be decoded is passed over at the end of an MP3 alone, where players leave tags."""
    options = _SHORT_PROBE if kind == "wav" else {}
    with av.open(file, "r", format=kind, options=options, metadata_errors="replace") as container:
        broken: av.FFmpegError | None = None
        for packet in container.demux(_stream(container, kind)):
            try:
                frames = packet.decode()
            except av.FFmpegError as error:
                if kind != "mp3":
                    raise
                broken = error
                continue
            if frames and broken is not None:
                raise broken
            yield from frames


def _ogg_links(data: bytes) -> Iterator[IO[bytes]]:
    """A chained stream as its links, each with codec headers of its own (RFC 3533, section 4)."""
    starts, begun, place = [], False, 0
    while (place := data.find(b"OggS", place)) >= 0 and place + _OGG_PAGE <= len(data):
        begins = bool(data[place + 5] & 2)
        if begins and not begun:
            starts.append(place)
        begun = begins
        lacing = data[place + _OGG_PAGE : place + _OGG_PAGE + data[place + 26]]
        place += _OGG_PAGE + len(lacing) + sum(lacing)
    for start, end in zip(starts, [*starts[1:], len(data)], strict=False):
        yield io.BytesIO(data[start:end])


def _stream(container: Any, kind: str) -> Any:  # noqa: ANN401 - PyAV's own
    if not container.streams.audio:
        raise NoSound("no sound that can be read")
    stream = container.streams.audio[0]
    codec = stream.codec_context.name
    if not codec.startswith(_CODECS):
        raise NoSound(f"a {kind.upper()} file that holds {codec}")
    return stream


def _as_floats(frame: Any) -> NDArray[np.float32]:  # noqa: ANN401 - PyAV's own
    """``[channels, frames]``, full scale at 1.0."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    floats: NDArray[np.float32]
    if samples.dtype == np.uint8:
        floats = (samples.astype(np.float32) - 128) / 128
    elif samples.dtype in _FULL_SCALE:
        floats = (samples / _FULL_SCALE[samples.dtype]).astype(np.float32)
    else:
        floats = samples.astype(np.float32)
    return floats


def _require_steady(first: tuple[int, int], now: tuple[int, int]) -> None:
    if first != now:
        channels, rate = first
        raise NoSound(
            f"several sounds in one file: first {channels} channels at {rate} Hz, then {now[0]} at {now[1]} Hz"
        )
