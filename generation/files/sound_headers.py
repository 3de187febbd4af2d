"""What a sound file says it is, and what it is. Only headers are read: nothing is decoded, torch is not needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import soundfile

# By the ending of the name, what libsndfile must find inside.
KINDS = {
    ".wav": frozenset({"WAV", "WAVEX", "RF64"}),
    ".flac": frozenset({"FLAC"}),
    ".ogg": frozenset({"OGG"}),
    ".oga": frozenset({"OGG"}),
    ".opus": frozenset({"OGG"}),
    ".mp3": frozenset({"MP3", "MPEG"}),
}
ALLOWED_KINDS = "a WAV, FLAC, OGG or MP3 file"


class NoSound(ValueError):
    """The file is not what a clip may be; the text says what was found."""


@dataclass(frozen=True, slots=True)
class Header:
    """``seconds`` as the header promises them."""

    seconds: float
    rate: int
    channels: int


def header(path: Path) -> Header:
    """What the file's header says.

    Raises:
        NoSound: it is no sound, of a kind that is not read here, or of another kind than its name says.
    """
    try:
        info = soundfile.info(str(path))
    except (soundfile.LibsndfileError, OSError) as error:
        raise NoSound("no sound that can be read") from error
    wanted = KINDS.get(path.suffix.lower())
    if wanted is None:
        raise NoSound(f"a name that ends in {path.suffix!r}" if path.suffix else "a name without an ending")
    if info.format not in wanted:
        raise NoSound(f"a file named {path.suffix} that holds {info.format}")
    return Header(info.duration, info.samplerate, info.channels)
