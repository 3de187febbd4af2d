"""A progress bar in the terminal: what is done, of how much, and how long it may take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TextIO

WIDTH = 32


class Bar:
    """Redraws itself on a terminal; elsewhere writes a line whenever the number changes."""

    def __init__(self, out: TextIO, label: str, total: int, *, before: str = "loading the model") -> None:
        self.out, self.label, self.total, self.before = out, label, total, before
        self.started = time.monotonic()
        self.drawn = -1

    def show(self, done: int) -> None:
        live = self.out.isatty()
        if done == self.drawn and not live:
            return
        self.drawn = done
        self.out.write(("\r" if live else "") + self._line(done) + ("" if live else "\n"))
        self.out.flush()

    def finish(self, done: int) -> None:
        self.show(done)
        if self.out.isatty():
            self.out.write("\n")

    def _line(self, done: int) -> str:
        filled = WIDTH * done // self.total if self.total else WIDTH
        return (
            f"  {self.label} {'█' * filled}{'░' * (WIDTH - filled)} {done}/{self.total}{self._rest(done)}   "
        )

    def _rest(self, done: int) -> str:
        if not done or done >= self.total:
            return f"  {time.monotonic() - self.started:.0f} s" if done else f"  {self.before}"
        left = (time.monotonic() - self.started) / done * (self.total - done)
        return f"  about {left:.0f} s left"


Watch = Callable[[float], None]
"""Told after every step how much of a run is done, 0 to 1."""


def tell(out: TextIO, label: str, lines: Callable[[Watch], Iterable[str]]) -> int:
    """Write the lines of a run as they come, on a terminal above a bar that moves with every step. How many."""
    bar, live, count = Bar(out, label, 100, before="starting"), out.isatty(), 0

    def watch(done: float) -> None:
        if live:
            bar.show(int(100 * done))

    for count, line in enumerate(lines(watch), start=1):  # noqa: B007 - the last one is returned
        out.write(f"\r\033[K{line}\n" if live else f"{line}\n")
        out.flush()
        watch(max(0, bar.drawn) / 100)
    if live and count:
        bar.finish(bar.drawn)
    return count
