"""How many clips fit into one batch: measured on the card while it works, not guessed from a model's name."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import torch

MIB = 2**20
# Of what is free: the next prompts may be longer, and an allocator never uses the last byte.
SHARE = 0.85
# What a batch needs is not exactly linear in its clips, so no batch is more than this much larger than a measured one.
STEP = 4
# Above this, sizes are multiples of it: fewer different shapes, fewer kernels to choose anew.
GRAIN = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """Memory of one batch, in bytes.

    ``peak``: the most that was held. ``grown``: how much of it came with the batch (0 where no card is used).
    ``free``: what the card could give when the batch began.
    """

    peak: int
    grown: int = 0
    free: int = 0


@dataclass(slots=True)
class Budget:
    """The size of the next batch of one loaded system: ``first`` until a batch was measured, never over ``most``."""

    first: int
    most: int
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.first

    def learn(self, *, clips: int, reading: Reading) -> None:
        """A batch of ``clips`` went through. Rests of a queue, and batches that no card saw, teach nothing."""
        if clips < self.size or reading.grown < MIB:
            return
        fit = int(SHARE * reading.free * clips / reading.grown)
        self.size = _grained(max(1, min(fit, STEP * clips, self.most)))

    def refused(self, *, clips: int) -> None:
        """A batch of ``clips`` was too large: no later one is more than half of it, while this system is loaded."""
        self.most = self.size = max(1, clips // 2)


def _grained(size: int) -> int:
    return size if size < GRAIN else size - size % GRAIN


class Meter(Protocol):
    """Measures one batch after the other."""

    def start(self) -> None: ...

    def read(self) -> Reading: ...


def meter_of(device: str) -> Meter:
    return CardMeter(device) if device.startswith("cuda") else ProcessMeter()


class CardMeter:
    """What torch holds on a CUDA card."""

    def __init__(self, device: str) -> None:
        self.device = torch.device(device)
        self.before = self.free = 0

    def start(self) -> None:
        torch.cuda.reset_peak_memory_stats(self.device)
        self.before = torch.cuda.memory_allocated(self.device)
        unused = torch.cuda.memory_reserved(self.device) - self.before
        # What torch keeps cached is free for the next batch too.
        self.free = torch.cuda.mem_get_info(self.device)[0] + unused

    def read(self) -> Reading:
        peak = torch.cuda.max_memory_allocated(self.device)
        return Reading(peak, peak - self.before, self.free)


class ProcessMeter:
    """The resident memory of this process, everything included. No batch is sized by it."""

    def start(self) -> None:
        try:
            # proc(5): "5" resets the peak. A kernel without it leaves us the peak of the process's life.
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        except OSError:
            return

    def read(self) -> Reading:
        return Reading(_from_status("VmHWM"))


def _from_status(field: str) -> int:
    """Bytes of this process by proc(5); where there is no such file, its peak."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def memory_now(device: str) -> tuple[int, int]:
    """Bytes in use and in all: of the card, whoever uses it, or of this process and the machine."""
    if device.startswith("cuda"):
        free, total = torch.cuda.mem_get_info(torch.device(device))
        return total - free, total
    return _from_status("VmRSS"), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def forget_cached(device: str) -> None:
    """Hand cached blocks back to the card, after a batch was too large: what is left lies in pieces."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
