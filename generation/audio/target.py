"""What every clip of a study is made to be, so that nothing but the sound tells two systems apart."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AudioTarget:
    """The canonical form of a clip.

    ``sample_rate`` in Hz, ``duration`` and ``fade`` in seconds, ``loudness`` and ``lowest_loudness`` in LUFS
    (ITU-R BS.1770-4), ``true_peak`` in dBTP. No clip may force the whole study below ``lowest_loudness``.
    """

    sample_rate: int = 32_000
    channels: int = 2
    duration: float = 10.0
    loudness: float = -23.0
    true_peak: float = -1.0
    fade: float = 0.010
    lowest_loudness: float = -36.0

    def __post_init__(self) -> None:
        if self.sample_rate < 1 or self.channels not in {1, 2}:
            raise ValueError(
                f"sample_rate {self.sample_rate}, channels {self.channels}: allowed are > 0 and 1 or 2"
            )
        if not (math.isfinite(self.duration) and self.duration > 2 * self.fade >= 0):
            raise ValueError(f"duration {self.duration} s: allowed is longer than two fades of {self.fade} s")
        if not self.lowest_loudness <= self.loudness < 0 or not self.true_peak <= 0:
            raise ValueError(
                f"loudness {self.loudness} LUFS, true peak {self.true_peak} dBTP: "
                f"allowed are {self.lowest_loudness} <= loudness < 0 and true peak <= 0"
            )

    @property
    def frames(self) -> int:
        """Frames of one channel."""
        return round(self.duration * self.sample_rate)

    @property
    def fade_frames(self) -> int:
        """Frames of one fade."""
        return round(self.fade * self.sample_rate)


CANONICAL = AudioTarget()
