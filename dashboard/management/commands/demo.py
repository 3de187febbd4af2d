"""`make demo`: from nothing to a small study, with the real worker, server and pages."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from dashboard.demo.checks import checks, sides
from dashboard.demo.login import console_login
from dashboard.demo.processes import Child, ChildEnded, PortTaken, all_must_live, port_must_be_free, running
from dashboard.results import exporting
from dashboard.running import actions
from generation.builtin.installed import builtin_checkpoints
from generation.progress import Bar
from generation.queue.claims import take_back_expired
from generation.selectors import sample_counts
from studies.errors import EarwitnessError, StudyFrozen
from studies.models import Study
from studies.selectors import study_by_slug
from studies.spec import LoadedStudy, StudyRefused, load_study

EXAMPLE = "examples/diversity_rewarded_cfg.yaml"
SIMULATED_RATERS = 12
PATIENCE = 900


class Command(BaseCommand):
    help = "Run the example study on this machine: worker, web server, rater pages and console."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--exit", action="store_true", help="do all of it unattended, check it, and end")
        parser.add_argument("--study", type=Path, help="another study file, in its own size")
        parser.add_argument("--small", action="store_true", help="that file in a size for trying")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Exit codes: 0 done or stopped by the person, 1 something failed or a check did not hold, 2 refused."""
        # A closed terminal and a service manager end the demo as cleanly as Ctrl-C.
        for ending in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, _interrupt)
        self.folder = settings.VAR / "demo"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            held = self._demo(self._study_file(options), unattended=options["exit"])
        except (PortTaken, StudyRefused, EarwitnessError) as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        except (ChildEnded, TimeoutError) as failed:
            self.stderr.write(str(failed))
            sys.exit(1)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. `make demo` goes on where this ended.")
            return
        if not held:
            sys.exit(1)

    def _study_file(self, options: dict[str, Any]) -> LoadedStudy:
        """The one asked for; else the example, which is a whole paper's and has to be sized down."""
        file = options["study"] or settings.BASE_DIR / EXAMPLE
        sized_down = options["small"] or options["study"] is None
        return load_study(file, builtin=builtin_checkpoints(), sized_down=sized_down)

    def _demo(self, loaded: LoadedStudy, *, unattended: bool) -> bool:
        address = urlsplit(settings.PUBLIC_URL)
        host, port = address.hostname or "127.0.0.1", address.port or 80
        port_must_be_free(host, port)
        study, login = self._prepare(loaded)
        with running(host, port, settings.BASE_DIR, self.folder / "logs") as children:
            self._make_samples(study, children)
            self._let_raters_in(study)
            self._wait_for_web(children)
            self._print_links(study, login)
            if unattended:
                return self._unattended(study)
            self._stay(children)
        return True

    def _prepare(self, loaded: LoadedStudy) -> tuple[Study, tuple[str, str]]:
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Database ready.")
        study = self._applied(loaded)
        if study.state == Study.State.DRAFT:
            actions.launch(study=study)
            self.stdout.write(f"Study {study.slug!r} launched.")
        take_back_expired()
        return study, console_login(self.folder)

    def _applied(self, loaded: LoadedStudy) -> Study:
        """The study of the file; where it was launched from an older one, that study goes on as it was frozen."""
        try:
            return actions.apply(loaded=loaded)
        except StudyFrozen:
            slug = loaded.spec.study.slug
            self.stdout.write(f"Study {slug!r} goes on as it was launched; its file has changed since.")
            return study_by_slug(slug)

    def _make_samples(self, study: Study, children: list[Child]) -> None:
        """The worker looks for work as it starts; here we only watch the rows."""
        counts = sample_counts(study)
        bar, started = Bar(sys.stdout, "samples", counts.total), time.monotonic()
        while counts.under_way:
            all_must_live(children)
            if time.monotonic() - started > PATIENCE:
                raise TimeoutError(f"no end after {PATIENCE} s; see {children[1].log}")
            bar.show(counts.total - study.samples.filter(state__in=["planned", "claimed"]).count())
            time.sleep(0.5)
            counts = sample_counts(study)
        bar.finish(counts.ready)
        if counts.failed:
            self.stdout.write(f"  {counts.failed} samples failed; the console says why.")

    def _let_raters_in(self, study: Study) -> None:
        study.refresh_from_db()
        if study.state == Study.State.LAUNCHED:
            actions.open_study(study=study)

    def _wait_for_web(self, children: list[Child]) -> None:
        for _ in range(120):
            all_must_live(children)
            try:
                httpx.get(f"{settings.PUBLIC_URL}/healthz", timeout=2).raise_for_status()
            except httpx.TransportError:
                time.sleep(0.25)
            else:
                return
        raise TimeoutError(f"the web server does not answer; see {children[0].log}")

    def _print_links(self, study: Study, login: tuple[str, str]) -> None:
        self.stdout.write(
            f"\n  Rate:     {exporting.door(study)}\n"
            f"  Console:  {exporting.console(study)}\n"
            f"  Login:    {login[0]} / {login[1]}\n"
        )

    def _stay(self, children: list[Child]) -> None:
        self.stdout.write("Ctrl-C stops everything; nothing is lost.")
        while True:
            all_must_live(children)
            time.sleep(1)

    def _unattended(self, study: Study) -> bool:
        call_command("simulate", study.slug, raters=SIMULATED_RATERS, seed=1, stdout=self.stdout)
        export = self.folder / "export"
        written = exporting.write(study=study, out=export)
        self.stdout.write(f"{written} files in {export}")
        straight, swapped = sides(study)
        self.stdout.write(f"Sides: {straight} straight, {swapped} swapped.")
        held = True
        for check in checks(study, export, raters=SIMULATED_RATERS):
            self.stdout.write(f"  {'ok  ' if check.holds else 'FAIL'} {check.text}")
            held = held and check.holds
        self.stdout.write("All of it worked." if held else "Not all of it worked.")
        return held


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
