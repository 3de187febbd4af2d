"""Hears the headphone check as somebody with headphones does: each ear apart, and what differs between them. Pure."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

Stereo = NDArray[np.float64]
PITCH = (575.0, 625.0)
SILENT = 0.001


def hear_interval(wav: bytes, check: str) -> int:
    """Which burst, from 1, hides the pitch (``huggins``) or is the quietest in the ears (``antiphase``)."""
    sound, rate = soundfile.read(io.BytesIO(wav), always_2d=True)
    bursts = split_at_silence(sound.T, rate)
    if check == "huggins":
        return 1 + int(np.argmin([similarity_at_pitch(burst, rate) for burst in bursts]))
    return 1 + int(np.argmin([np.mean(burst**2) for burst in bursts]))


def split_at_silence(sound: Stereo, rate: int) -> list[Stereo]:
    """The parts between silences of a tenth of a second."""
    step = rate // 20
    windows = sound[:, : sound.shape[1] // step * step].reshape(2, -1, step)
    loud = np.abs(windows).max(axis=(0, 2)) > SILENT
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(int)))
    return [sound[:, begin * step : end * step] for begin, end in edges.reshape(-1, 2)]


def similarity_at_pitch(burst: Stereo, rate: int) -> float:
    """How alike the ears are around the pitch: 1 the same phase, -1 opposite."""
    spectra = np.fft.rfft(burst)
    hertz = np.fft.rfftfreq(burst.shape[1], 1 / rate)
    left, right = spectra[:, (hertz > PITCH[0]) & (hertz < PITCH[1])]
    return float(np.vdot(left, right).real / (np.linalg.norm(left) * np.linalg.norm(right)))
