"""What one worker process keeps between batches: its device, the loaded system, its claims, its threads."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from django.conf import settings

from generation.backends.base import Backend, BackendRefused
from generation.backends.registry import prepare
from generation.files import storage
from generation.files.uploads import folder_of
from generation.making.finishing import Finisher
from generation.making.memory import Budget, forget_cached, memory_now, meter_of
from generation.making.provenance import surroundings
from generation.making.stopping import Stop
from generation.models import Sample, Worker
from generation.queue import workers
from generation.queue.claims import LoadedSystem
from generation.queue.leases import HeldClaims
from studies.models import Study

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The system this process holds in memory. ``since``: when its turn began, on the monotonic clock."""

    system: int
    backend: Backend
    budget: Budget
    seconds_to_load: float
    since: float = 0.0


class Workbench:
    """What one process keeps between batches.

    ``first``: clips of a batch whose need of memory is not known; on a CPU, of every batch. ``most``: of any.
    ``threads``: how many finish clips beside the next batch; 0 finishes them at once.
    """

    def __init__(
        self, *, device: str, first: int = 8, most: int = 128, threads: int = 0, stop: Stop | None = None
    ) -> None:
        self.device = resolve_device(device)
        self.first, self.most = first, max(first, most)
        self.stop = stop or Stop()
        self.loaded: Loaded | None = None
        self.loads = 0
        # Systems whose backend broke here: all others come first.
        self.troubled: set[int] = set()
        self.meter = meter_of(self.device)
        self.activity = Worker.Activity.IDLE
        self.held = HeldClaims(self.report)
        self.finisher = Finisher(self.held, threads=threads)

    @property
    def at_hand(self) -> LoadedSystem | None:
        """The loaded system as a claim wants to know it."""
        if self.loaded is None:
            return None
        turn_over = time.monotonic() - self.loaded.since > settings.GENERATION_TURN_SECONDS
        return LoadedSystem(self.loaded.system, min(self.loaded.budget.size, self.most), turn_over)

    def load(self, sample: Sample) -> Loaded:
        """The sample's system, loaded now if it is not the one at hand.

        Raises:
            BackendRefused: it cannot be loaded here.
            Stopped: told to stop meanwhile.
        """
        if self.loaded is not None and self.loaded.system == sample.system_id:
            return self.loaded
        self.release()
        self.begin(Worker.Activity.LOADING)
        started = time.perf_counter()
        with self.stop.interruptible():
            folder = _study_folder(sample.study)
            backend = prepare(sample.system.config, folder=folder, device=self.device)
        seconds = time.perf_counter() - started
        budget = Budget(self.first, self.most)
        self.loaded = Loaded(sample.system_id, backend, budget, seconds, time.monotonic())
        self.loads += 1
        log.info("loaded %s in %.1f s", sample.system.name, seconds)
        return self.loaded

    def release(self) -> None:
        """Let go of the loaded system's memory."""
        if self.loaded is not None:
            self.loaded.backend.release()
            self.loaded = None
            forget_cached(self.device)

    def begin(self, activity: Worker.Activity) -> None:
        """Say what this process does from now on."""
        self.activity = activity
        self.report()

    def report(self) -> None:
        """Write this worker's row. Also a sign of life, so the thread that renews leases calls it too."""
        used, total = memory_now(self.device)
        workers.report(
            workers.Report(
                device=self.device,
                device_name=str(surroundings(self.device)["device_name"]),
                memory_used=used,
                memory_total=total,
                activity=self.activity,
                system=self.loaded.system if self.loaded else None,
                clips_held=len(self.held),
            )
        )

    def close(self) -> None:
        """Finish what is under way, let go of everything."""
        self.finisher.close()
        self.held.close()
        self.release()
        workers.sign_out()


def workbench(stop: Stop | None = None) -> Workbench:
    """As the settings say.

    Raises:
        BackendRefused: they ask for a card and there is none.
    """
    return Workbench(
        device=settings.GENERATION_DEVICE,
        first=settings.GENERATION_BATCH_SIZE,
        most=settings.GENERATION_MOST_BATCH,
        threads=settings.GENERATION_THREADS,
        stop=stop,
    )


def _study_folder(study: Study) -> Path:
    try:
        return folder_of(study)
    except (storage.SoundMissing, storage.StorageFailed) as error:
        raise BackendRefused(str(error), code="upload_missing") from error


def resolve_device(name: str) -> str:
    """The torch device to work on.

    Raises:
        BackendRefused: the settings ask for a card and there is none.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda"):
        cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if int(name.partition(":")[2] or 0) >= cards:
            seen = f"torch sees {cards} CUDA devices" if cards else "torch sees no CUDA device"
            numbers = "".join(f", cuda:{number}" for number in range(cards))
            raise BackendRefused(
                f"GENERATION_DEVICE: {name!r} asked for, but {seen}; allowed: auto, cpu{numbers}"
            )
    return name
