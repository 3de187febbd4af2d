"""A whole installation in a folder of its own: its database, broker and store, driven by real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Process = subprocess.Popen[str]


@dataclass
class House:
    """Commands of one installation. ``settings`` are environment variables."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        ours = {"EARWITNESS_VAR": str(self.folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
        clean = {
            key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "STORAGE_URL"}
        }
        return clean | {"OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"} | ours | dict(self.settings)

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of this installation to its end."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            text=True,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *words, check=check)

    def start(self, *words: str, **more: str) -> Process:
        """Start a process in a session of its own; its output goes to a file in the folder."""
        with (self.folder / f"{len(list(self.folder.glob('*.log')))}.log").open("w") as log:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.environment | more,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def worker(self, **more: str) -> Process:
        words = ["-m", "celery", "-A", "config", "worker", "-P", "solo", "-l", "INFO"]
        return self.start(*words, "--without-gossip", "--without-mingle", "--without-heartbeat", **more)

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


def wait_for(what: Callable[[], bool], *, seconds: float, saying: Callable[[], str] = str) -> None:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain\n{saying()}")
        time.sleep(0.2)


def stop(process: Process) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
