"""`python manage.py study VERB ...`: everything that is done to a study from the command line.

Exit codes: 0 done, 1 the work failed (or an audit found a leak), 2 the input was refused.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import audit as log
from dashboard.audit.report import Wishes, audit
from dashboard.results import exporting
from dashboard.results.bundle import write_bundle
from dashboard.results.preregistration import preregistration
from dashboard.running import actions, recruiting
from dashboard.running.amending import amend, next_step
from dashboard.running.importing import import_bundle
from dashboard.running.preview import make_preview
from dashboard.running.prompt_readings import prompt_lines
from dashboard.running.removal import delete_study
from dashboard.running.status import status, status_text
from dashboard.running.steering import VERBS, steer
from dashboard.running.study_size import plan_text
from generation.builtin.installed import builtin_checkpoints
from generation.progress import Bar
from generation.selectors import sample_counts
from raters.assigning.rating_counts import rating_counts
from raters.entering import privacy
from raters.models import Comparison
from studies import services
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import study_by_slug
from studies.spec import LoadedStudy, StudyRefused, load_study

MOST_LINKS = 100_000
# What changes a study, takes its tables or its people's names.
WRITTEN_DOWN = {
    "amend",
    "apply",
    "launch",
    "open",
    "pause",
    "close",
    "export",
    "import",
    "invite",
    "payments",
    "purge",
    "archive",
    "delete",
    "preview",
    "generation",
}
# What `apply` says is next. Of a study that was launched, applying the same file again changes nothing.
NEXT_STEP = {
    Study.State.DRAFT: "Next: python manage.py study launch {}",
    Study.State.LAUNCHED: "Nothing changed. Next: python manage.py study open {}",
    Study.State.OPEN: "Nothing changed; raters are coming in. Watch: python manage.py study status {}",
    Study.State.PAUSED: "Nothing changed. Next: python manage.py study open {}",
    Study.State.CLOSED: "Nothing changed; the study is over. Results: python manage.py study export {} --out DIR",
}


class Command(BaseCommand):
    applied = ""
    decoding: Bar | None = None
    help = "Apply, launch, watch, open, pause, close and export studies."

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand per verb."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        file = "a study file (YAML)"
        for name, text, run in (
            ("apply", "write a study file as a draft", self.apply),
            ("plan", "how many ratings, raters and prompts", self.plan),
        ):
            verb = _verb(verbs, name, text, run)
            verb.add_argument("file", type=Path, help=file)
            verb.add_argument("--small", action="store_true", help="its protocol in a size for trying")
        for name, text, run in (
            ("launch", "freeze the study and make its samples", self.launch),
            ("open", "let raters in", self.open),
            ("pause", "keep raters out for a while", self.pause),
            ("close", "end the study", self.close),
        ):
            _verb(verbs, name, text, run).add_argument("slug")
        _verb(verbs, "list", "all studies and how far they are", self.list_studies).add_argument(
            "--archived", action="store_true", help="those in the archive"
        )
        _verb(
            verbs, "preview", "a copy in which the rater's way can be tried; nothing counts", self.preview
        ).add_argument("slug")
        amend = _verb(verbs, "amend", "change a launched study, with a reason", self.amend)
        amend.add_argument("slug")
        amend.add_argument("file", type=Path, help="the whole study file as it is to be")
        amend.add_argument("--reason", required=True, help="why, for the history")
        _verb(verbs, "archive", "take a study out of the list", self.archive).add_argument("slug")
        delete = _verb(verbs, "delete", "remove a study with everything that was answered", self.delete)
        delete.add_argument("slug")
        delete.add_argument(
            "--yes", metavar="SLUG", default="", help="the slug again, to say that you mean it"
        )
        self._add_status(_verb(verbs, "status", "how far it is", self.status))
        self._add_generation(
            _verb(verbs, "generation", "pause, resume, cancel, retry, priority of samples", self.generation)
        )
        self._add_export(_verb(verbs, "export", "write the CSV bundle", self.export))
        register = _verb(verbs, "preregister", "the study file in words (Markdown)", self.preregister)
        register.add_argument("slug")
        register.add_argument("--out", type=Path, required=True, help="the file to write")
        bundle = _verb(
            verbs, "import", "a bundle of another machine becomes a study here", self.import_bundle
        )
        bundle.add_argument("file", type=Path, help="what `study export --bundle` wrote")
        self._add_people(verbs)
        self._add_audit(
            _verb(verbs, "audit", "try to tell the systems apart without hearing them", self.audit)
        )

    def _add_status(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--json", action="store_true", help="for programs")

    def _add_generation(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("what", choices=VERBS)
        parser.add_argument("priority", type=int, nargs="?", help="with priority: higher numbers come first")
        parser.add_argument("--system", default="", help="only this system of the study")

    def _add_export(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--out", type=Path, required=True, help="folder to write into; a file with --bundle"
        )
        parser.add_argument(
            "--bundle", action="store_true", help="one ZIP file with all that another machine needs"
        )
        parser.add_argument(
            "--audio", action="store_true", help="add the canonical clips as audio/SAMPLE.wav"
        )

    def _add_people(self, verbs: argparse._SubParsersAction[CommandParser]) -> None:
        invite = _verb(verbs, "invite", "make single-use links", self.invite)
        pay = _verb(verbs, "payments", "who is to be paid on the crowd platform", self.payments)
        purge = _verb(verbs, "purge", "forget who the raters were; their answers stay", self.purge)
        for parser in (invite, pay, purge):
            parser.add_argument("slug")
        for parser in (invite, pay):
            parser.add_argument("--out", type=Path, required=True, help="a new CSV file, for your eyes only")
        invite.add_argument("--count", type=_count, required=True, help="how many, up to 100000")
        purge.add_argument("--before", type=date.fromisoformat, help="only who came before this day (UTC)")

    def _add_audit(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--assignments", type=int, default=200, help="how many to look at, at most")
        parser.add_argument(
            "--base-url", help="attack the server that answers there, instead of a copy of the study"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--whole-sessions",
            action="store_true",
            help="hand in every task and go on to the next, so that gold is seen too; what is handed in stays, "
            "so only for a study of no worth (a copy is always walked through)",
        )
        parser.add_argument("--save", type=Path, help="write what was seen into this file (JSON)")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        try:
            options["run"](options)
            if options["verb"] in WRITTEN_DOWN:
                slug = options.get("slug") or self.applied
                log.record(
                    account=f"{getpass.getuser()} (server)", action=f"study {options['verb']}", study=slug
                )
        except (EarwitnessError, StudyRefused) as refused:
            self.stderr.write(str(refused))
            sys.exit(2)

    def _say(self, text: str) -> None:
        self.stdout.write(text)

    def _load(self, options: dict[str, Any]) -> LoadedStudy:
        return load_study(options["file"], builtin=builtin_checkpoints(), sized_down=options["small"])

    def apply(self, options: dict[str, Any]) -> None:
        loaded = self._load(options)
        study = actions.apply(loaded=loaded, show=self._decoded)
        self.applied = study.slug
        for line in prompt_lines(loaded.spec):
            self._say(line)
        next_step = NEXT_STEP[Study.State(study.state)].format(study.slug)
        self._say(f"{study.slug}: {study.state}, {study.sha256[:12]}. {next_step}")

    def _decoded(self, done: int, total: int) -> None:
        """A bar over the clips of folders, where somebody is watching."""
        if not sys.stderr.isatty():
            return
        if self.decoding is None:
            self.decoding = Bar(sys.stderr, "decoding clips", total, before="")
        (self.decoding.finish if done == total else self.decoding.show)(done)

    def plan(self, options: dict[str, Any]) -> None:
        spec = self._load(options).spec
        self._say("\n".join((plan_text(spec), *prompt_lines(spec))))

    def launch(self, options: dict[str, Any]) -> None:
        launched = actions.launch(study=study_by_slug(options["slug"]))
        trouble = actions.call_workers()
        slug = launched.study.slug
        watch = f"python manage.py study status {slug}"
        self._say(f"{slug}: launched, {launched.samples} samples to make.{trouble} Watch: {watch}")

    def open(self, options: dict[str, Any]) -> None:
        study = study_by_slug(options["slug"])
        planned = actions.open_study(study=study)
        left_out = f" ({planned.left_out} left out: a sample failed)" if planned.left_out else ""
        count = study.comparisons.filter(role=Comparison.Role.MAIN).count()
        self._say(f"{study.slug}: open, {count} comparisons{left_out}. Raters: {exporting.door(study)}")

    def pause(self, options: dict[str, Any]) -> None:
        self._say(f"{services.pause(study=study_by_slug(options['slug'])).slug}: paused")

    def close(self, options: dict[str, Any]) -> None:
        self._say(f"{services.close(study=study_by_slug(options['slug'])).slug}: closed")

    def status(self, options: dict[str, Any]) -> None:
        state = status(study_by_slug(options["slug"]))
        self._say(json.dumps(state, indent=2) if options["json"] else status_text(state))

    def list_studies(self, options: dict[str, Any]) -> None:
        found = Study.objects.filter(preview_of=None, archived_at__isnull=not options["archived"])
        for study in found.defer("spec", "source").order_by("-created_at"):
            samples, rated = sample_counts(study), rating_counts(study)
            progress = f"{samples.ready}/{samples.total} samples  {rated.submitted}/{rated.planned} rated"
            self._say(f"{study.slug:<32} {study.state:<9} {progress}")

    def amend(self, options: dict[str, Any]) -> None:
        study = study_by_slug(options["slug"])
        loaded = load_study(options["file"], builtin=builtin_checkpoints())
        account = f"{getpass.getuser()} (server)"
        amended = amend(study=study, loaded=loaded, reason=options["reason"], account=account)
        self._say(f"{study.slug}: amendment {amended.number}, {study.sha256[:12]}")
        for change in amended.changes:
            self._say(f"  {change}")
        self._say(next_step(study, amended))

    def preview(self, options: dict[str, Any]) -> None:
        copy = make_preview(study=study_by_slug(options["slug"]))
        self._say(
            f"{options['slug']}: try it at {exporting.door(copy)} (nothing that is answered there counts)"
        )

    def archive(self, options: dict[str, Any]) -> None:
        self._say(f"{services.archive(study=study_by_slug(options['slug'])).slug}: archived")

    def delete(self, options: dict[str, Any]) -> None:
        delete_study(study=study_by_slug(options["slug"]), typed=options["yes"])
        self._say(f"{options['slug']}: deleted")

    def generation(self, options: dict[str, Any]) -> None:
        said = steer(
            study=study_by_slug(options["slug"]),
            verb=options["what"],
            system_name=options["system"],
            priority=options["priority"],
        )
        self._say(said)

    def export(self, options: dict[str, Any]) -> None:
        study = study_by_slug(options["slug"])
        if options["bundle"]:
            written = write_bundle(study=study, out=options["out"])
            self._say(f"{study.slug}: {written} files in {options['out']}; elsewhere: study import FILE")
            return
        written = exporting.write(study=study, out=options["out"], audio=options["audio"])
        self._say(f"{study.slug}: {written} files in {options['out']}")
        self._say(f"The same numbers again: {exporting.command(study, options['out'])}")

    def preregister(self, options: dict[str, Any]) -> None:
        study = study_by_slug(options["slug"])
        options["out"].write_text(preregistration(study), encoding="utf-8")
        self._say(f"{study.slug}: {options['out']}")

    def import_bundle(self, options: dict[str, Any]) -> None:
        study = import_bundle(options["file"])
        self.applied = study.slug
        self._say(
            f"{study.slug}: {study.state}, imported; its results are those of the bundle, to the last byte"
        )

    def invite(self, options: dict[str, Any]) -> None:
        study, out = study_by_slug(options["slug"]), options["out"]
        made = recruiting.write_invitations(study=study, count=options["count"], out=out)
        self._say(f"{study.slug}: {made} links in {out}, one for each person; nobody can print them again")

    def payments(self, options: dict[str, Any]) -> None:
        study, out = study_by_slug(options["slug"]), options["out"]
        count = recruiting.write_payments(study=study, out=out)
        self._say(f"{study.slug}: {count} {'person' if count == 1 else 'people'} in {out}")

    def purge(self, options: dict[str, Any]) -> None:
        study = study_by_slug(options["slug"])
        count = privacy.purge(study=study, before=options["before"])
        self._say(f"{study.slug}: {count} identities forgotten; the answers stay")

    def audit(self, options: dict[str, Any]) -> None:
        wishes = Wishes(
            options["assignments"],
            options["base_url"],
            options["seed"],
            options["save"],
            options["whole_sessions"],
        )
        if code := audit(study_by_slug(options["slug"]), wishes, self._say):
            sys.exit(code)


def _count(text: str) -> int:
    if not 1 <= int(text) <= MOST_LINKS:
        raise ValueError(text)
    return int(text)


def _verb(
    verbs: argparse._SubParsersAction[CommandParser],
    name: str,
    text: str,
    run: Callable[[dict[str, Any]], None],
) -> CommandParser:
    parser = verbs.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser
