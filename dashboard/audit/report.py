"""What `study audit` does and says: collects, judges, prints the table, and gives the exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from dashboard.audit.observations import Seen, save
from dashboard.audit.study_copy import in_a_copy
from dashboard.audit.verdict import TooLittleSeen, judge, leaks, table
from raters.simulation.simulated_rater import SimulationFailed
from studies.errors import EarwitnessError
from studies.models import Study

Say = Callable[[str], None]


class AuditFailed(EarwitnessError):
    """Nothing can be said about the study's blindness."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the audit was asked for. Without ``base_url`` a copy of the study is attacked."""

    assignments: int
    base_url: str | None
    seed: int
    save: Path | None
    whole_sessions: bool = False

    def words(self) -> list[str]:
        """The same options for the command that audits the copy."""
        words = ["--assignments", str(self.assignments), "--seed", str(self.seed), "--whole-sessions"]
        return [*words, "--save", str(self.save.resolve())] if self.save else words


def audit(study: Study, wishes: Wishes, say: Say) -> int:
    """The exit code: 0 everything at chance, 1 something leaks.

    Raises:
        EarwitnessError: the study cannot be audited, with what to do.
    """
    if wishes.base_url is None:
        done = in_a_copy(study, wishes.words())
        if done.returncode > 1 or not done.stdout:
            raise AuditFailed((done.stderr or done.stdout).strip()[-2000:])
        say(done.stdout.rstrip())
        return done.returncode
    return _audit_server(study, wishes, wishes.base_url, say)


def _audit_server(study: Study, wishes: Wishes, base_url: str, say: Say) -> int:
    from dashboard.audit.attack import observe_study  # noqa: PLC0415 - torch measures loudness: seconds to import

    try:
        seen = observe_study(
            study,
            base_url=base_url,
            assignments=wishes.assignments,
            seed=wishes.seed,
            whole_sessions=wishes.whole_sessions,
        )
    except (SimulationFailed, httpx.HTTPError) as failed:
        raise AuditFailed(f"the pages at {base_url} did not answer as they should: {failed}") from failed
    if wishes.save:
        save(seen, wishes.save)
    return report_findings(seen, seed=wishes.seed, slug=study.slug, say=say)


def report_findings(seen: tuple[Seen, ...], *, seed: int, slug: str, say: Say) -> int:
    """Print the table of findings and return the exit code. Raises AuditFailed when too little was seen to judge."""
    try:
        findings = judge(seen, generator=np.random.default_rng(seed))
    except TooLittleSeen as little:
        raise AuditFailed(f"{slug}: {little}") from little
    prompts = len({one.prompt for one in seen})
    gold = sum(one.role == "gold" for one in seen)
    among = f", {gold} of them gold," if gold else ""
    say(
        f"{slug}: {len(seen)} assignments{among} on {prompts} prompts, observed over HTTP without the sound\n"
    )
    for line in table(findings):
        say(line)
    found = leaks(findings)
    names = ", ".join(dict.fromkeys(one.group for one in found))
    say(f"\nLEAK: {names}" if found else "\nNothing but the sound tells the two sides apart.")
    return 1 if found else 0
