"""An embedding that needs no checkpoint: statistics of the log-mel spectrogram.

It hears timbre and rhythm and no music: no melody, no genre, nothing of a text. What is measured with it is called
``..._signal``, so that nobody takes it for the judgement of a trained model.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torchaudio.functional import melscale_fbanks

BANDS = 64
LOWEST_HZ = 40.0
WINDOW_SECONDS, HOP_SECONDS = 0.032, 0.010
RANGE_DB = 80.0  # what lies further below a clip's loudest band counts as silence
SLOWEST_HZ, FASTEST_HZ, TEMPI = 0.5, 10.0, 32
MADE_WITH = {"embedding": "signal", "version": 1}


def embed(audio: Tensor, sample_rate: int) -> Tensor:
    """``[160]`` of length 1 from ``[channels, frames]``; a gain changes nothing.

    Three parts, each centred and of one length, so that a cosine is the mean of three correlations: the mean
    spectrum in 64 mel bands, how much each band moves, and the strengths of 32 pulses from 0.5 to 10 Hz in the onsets.
    """
    levels = _log_mel(audio.detach().cpu().double().mean(0), sample_rate)
    parts = [levels.mean(1), levels.std(1), _pulses(levels)]
    embedding: Tensor = torch.cat([_centred(part) for part in parts]) / 3**0.5
    return embedding


def _log_mel(mono: Tensor, sample_rate: int) -> Tensor:
    """``[64, frames]`` in decibels below the loudest band, at least -80."""
    window = round(WINDOW_SECONDS * sample_rate)
    spectrum = torch.stft(
        mono,
        n_fft=window,
        hop_length=round(HOP_SECONDS * sample_rate),
        window=torch.hann_window(window, dtype=mono.dtype),
        return_complex=True,
    )
    power = spectrum.abs().square()
    filters = melscale_fbanks(window // 2 + 1, LOWEST_HZ, sample_rate / 2, BANDS, sample_rate)
    bands = filters.to(power.dtype).T @ power
    loudest = bands.max().clamp(min=torch.finfo(bands.dtype).tiny)
    levels: Tensor = 10 * torch.log10((bands / loudest).clamp(min=10 ** (-RANGE_DB / 10)))
    return levels


def _pulses(levels: Tensor) -> Tensor:
    """How strongly the onsets of ``[64, frames]`` repeat at each of 32 rates, evenly spaced by ratio: ``[32]``."""
    onsets = levels.diff(dim=1).clamp(min=0).mean(0)
    onsets = (onsets - onsets.mean()) * torch.hann_window(len(onsets), dtype=onsets.dtype)
    length = max(4096, len(onsets))
    strengths: Tensor = torch.fft.rfft(onsets, n=length).abs()
    ratios = torch.linspace(0, 1, TEMPI, dtype=torch.float64)
    rates = SLOWEST_HZ * (FASTEST_HZ / SLOWEST_HZ) ** ratios
    return strengths[(rates * HOP_SECONDS * length).round().long()]


def _centred(values: Tensor) -> Tensor:
    around_zero = values - values.mean()
    length = around_zero.norm()
    return around_zero / length if length > 1e-12 else torch.zeros_like(values)
