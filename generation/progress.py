"""A progress bar in the terminal: what is done, of how much, and how long it may take. Drawn by tqdm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TextIO

from tqdm import tqdm

FORMAT = "  {desc} {bar:32} {n_fmt}/{total_fmt} [{elapsed}<{remaining}]{postfix}"


class Bar:
    """Moves on a terminal; elsewhere a line is written whenever the number changes."""

    def __init__(self, out: TextIO, label: str, total: int, *, before: str = "loading the model") -> None:
        self.out, self.label, self.total = out, label, total
        self.done = 0
        self.last_line = -1
        self.bar = (
            tqdm(file=out, desc=label, total=total, bar_format=FORMAT, mininterval=0, postfix=before or None)
            if out.isatty()
            else None
        )

    def show(self, done: int) -> None:
        """So much of the total is done."""
        self.done = done
        if self.bar is not None:
            self.bar.set_postfix_str("", refresh=False)
            self.bar.n = done
            self.bar.refresh()
        elif done != self.last_line:
            self.last_line = done
            self.out.write(f"  {self.label} {done}/{self.total}\n")
            self.out.flush()

    def finish(self, done: int) -> None:
        """The last number; the bar stays where it is."""
        self.show(done)
        if self.bar is not None:
            self.bar.close()

    def write(self, line: str) -> None:
        """A line of text, above the bar."""
        if self.bar is not None:
            self.bar.write(line, file=self.out)
        else:
            self.out.write(f"{line}\n")
            self.out.flush()


Watch = Callable[[float], None]
"""Told after every step how much of a run is done, 0 to 1."""


def tell(out: TextIO, label: str, lines: Callable[[Watch], Iterable[str]]) -> int:
    """Write the lines of a run as they come, on a terminal above a bar that moves with every step. How many."""
    bar, count = Bar(out, label, 100, before="starting"), 0

    def watch(done: float) -> None:
        if out.isatty():
            bar.show(int(100 * done))

    for line in lines(watch):
        bar.write(line)
        count += 1
    if bar.bar is not None:
        bar.finish(bar.done)
    return count
