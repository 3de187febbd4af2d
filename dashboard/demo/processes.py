"""The demo's children: one web server, one Celery worker, one clock. Stopped cleanly, whatever ends the demo."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 30


class PortTaken(Exception):
    """Somebody else listens where the web server should."""


class ChildEnded(Exception):
    """A part of the demo stopped by itself."""


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path


def commands(host: str, port: int) -> Mapping[str, Sequence[str]]:
    """The same programs that a deployment runs, with this interpreter."""
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "config"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {
        "web": [
            python,
            "-m",
            "gunicorn",
            "config.wsgi",
            "-b",
            f"{host}:{port}",
            "-w",
            "2",
            "--threads",
            "4",
            "--no-control-socket",
        ],
        "worker": [*celery, "worker", "-P", "solo", "-l", "INFO", *quiet],
        "clock": [*celery, "beat", "-l", "INFO", "--pidfile="],
    }


def port_must_be_free(host: str, port: int) -> None:
    """Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"port {port} on {host} is taken by another program ({error.strerror}); "
                f"stop it, or choose another port: make demo PORT={port + 1}"
            ) from error


@contextmanager
def running(host: str, port: int, folder: Path, logs: Path) -> Iterator[list[Child]]:
    """Start the children; stop them all on the way out."""
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        children = []
        for name, command in commands(host, port).items():
            child = _start(name, command, folder, logs / f"{name}.log")
            stack.callback(_stop, child)
            children.append(child)
        yield children


def _start(name: str, command: Sequence[str], folder: Path, log: Path) -> Child:
    # Two threads that spin while they wait would slow each other and everybody else down.
    environment = {"OMP_WAIT_POLICY": "passive", **os.environ}
    with log.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=folder, stdout=file, stderr=file, env=environment, start_new_session=True
        )
    return Child(name, process, log)


def _stop(child: Child) -> None:
    if child.process.poll() is not None:
        return
    child.process.send_signal(signal.SIGTERM)
    try:
        child.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()


def all_must_live(children: Sequence[Child]) -> None:
    """Raises ChildEnded, with the end of its log."""
    for child in children:
        if child.process.poll() is not None:
            tail = "\n".join(child.log.read_text(errors="replace").splitlines()[-8:])
            raise ChildEnded(f"the {child.name} stopped with code {child.process.returncode}:\n{tail}")
