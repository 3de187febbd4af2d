"""A picture of a clip: its waveform above its spectrogram. Drawn once, on first need, and kept in the sample store."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import soundfile
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

from generation.files import storage

WIDTH, WAVE_HEIGHT, SPECTRUM_HEIGHT = 480, 64, 128
WINDOW = 1024  # samples: 32 ms at 32 kHz
LOWEST_HZ, RANGE_DB = 60.0, 80.0
BACKGROUND, WAVE = (20, 22, 28), (232, 178, 92)
# Dark to light at 0, 1/4, ... 1: lightness alone carries the level, so that it can be read in grey too.
PALETTE = ((20, 22, 28), (62, 36, 98), (150, 48, 98), (226, 110, 62), (250, 232, 160))

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]


def picture_of(digest: str) -> bytes:
    """The picture (PNG) of the canonical sound under ``digest``.

    Raises:
        storage.SoundMissing: no such sound, or a damaged one.
        storage.StorageFailed: the store could not be read or written.
    """
    name = f"pictures/{digest[:2]}/{digest}.png"
    try:
        if default_storage.exists(name):
            with default_storage.open(name, "rb") as file:
                kept: bytes = file.read()
            return kept
        drawn = draw(storage.get(digest))
        saved = default_storage.save(name, ContentFile(drawn))
        if saved != name:
            default_storage.delete(saved)  # somebody drew the same picture meanwhile
    except storage.STORE_ERRORS as error:
        raise storage.StorageFailed(f"the sample store did not keep a picture: {error}") from error
    return drawn


def draw(wav: bytes) -> bytes:
    """PNG of ``WIDTH`` x (``WAVE_HEIGHT`` + ``SPECTRUM_HEIGHT``) pixels of a sound file, its channels averaged."""
    audio, rate = soundfile.read(io.BytesIO(wav), dtype="float64", always_2d=True)
    mono: Floats = audio.mean(axis=1)
    pixels = np.concatenate([_waveform(mono), _spectrogram(mono, rate)])
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _waveform(mono: Floats) -> Pixels:
    """Lowest to highest value of each column's stretch of time, [WAVE_HEIGHT, WIDTH, 3]."""
    edges = np.linspace(0, len(mono), WIDTH + 1).astype(int)[:-1]
    low, high = np.minimum.reduceat(mono, edges), np.maximum.reduceat(mono, edges)
    rows = np.linspace(1, -1, WAVE_HEIGHT)[:, None]
    half_a_row = 1 / WAVE_HEIGHT
    inside = (rows >= low - half_a_row) & (rows <= high + half_a_row)
    return np.where(inside[:, :, None], np.array(WAVE, np.uint8), np.array(BACKGROUND, np.uint8))


def _spectrogram(mono: Floats, rate: int) -> Pixels:
    """Level over time on a logarithmic frequency axis, low at the bottom, [SPECTRUM_HEIGHT, WIDTH, 3]."""
    padded = np.pad(mono, (0, max(0, WINDOW - len(mono))))
    transform = ShortTimeFFT(hann(WINDOW, sym=False), hop=WINDOW // 4, fs=rate)
    power = transform.spectrogram(padded)
    bins = np.geomspace(LOWEST_HZ, rate / 2, SPECTRUM_HEIGHT)[::-1] / (rate / WINDOW)
    times = np.linspace(0, power.shape[1] - 1, WIDTH)
    level = 10 * np.log10(power[np.rint(bins).astype(int)][:, np.rint(times).astype(int)] + 1e-12)
    share = np.clip((level - level.max()) / RANGE_DB + 1, 0, 1)
    stops = np.linspace(0, 1, len(PALETTE))
    channels = [np.interp(share, stops, [colour[c] for colour in PALETTE]) for c in range(3)]
    pixels: Pixels = np.rint(np.stack(channels, axis=2)).astype(np.uint8)
    return pixels
