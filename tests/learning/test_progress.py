"""What a training run says while it runs: a moving bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator

from generation.progress import Watch, tell


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(watch: Watch) -> Iterator[str]:
    for step in range(1, 5):
        watch(step / 4)
        if step % 2 == 0:
            yield f"step {step}"


def test_a_file_gets_the_reports_and_nothing_else() -> None:
    out = io.StringIO()
    assert tell(out, "base", run) == 2
    assert out.getvalue() == "step 2\nstep 4\n"


def test_a_terminal_gets_a_bar_that_moves_with_every_step_below_the_reports() -> None:
    out = Terminal()
    assert tell(out, "base", run) == 2
    said = out.getvalue()
    assert all(f"{share}/100" in said for share in (25, 50, 75, 100))
    assert "\rstep 2\n" in said
    assert said.endswith("\n")


def test_a_run_that_is_over_says_nothing() -> None:
    out = io.StringIO()
    assert tell(out, "base", lambda _: []) == 0
    assert out.getvalue() == ""
