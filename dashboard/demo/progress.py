"""A progress bar in the terminal: what is done, of how much, and how long it may take."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 32


class Bar:
    """Redraws itself on a terminal; elsewhere writes a line whenever the number changes."""

    def __init__(self, out: TextIO, label: str, total: int) -> None:
        self.out, self.label, self.total = out, label, total
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
            return f"  {time.monotonic() - self.started:.0f} s" if done else "  loading the model"
        left = (time.monotonic() - self.started) / done * (self.total - done)
        return f"  about {left:.0f} s left"
