"""What can be refused about a study. The message is for the person who asked; a retry cannot help.

EarwitnessError
├── StudyRefused     the study file (studies.spec), with every problem found
├── StudyFrozen      the study is launched and the file differs from what was launched
└── WrongState       the study is not in a state that allows the action
"""


class EarwitnessError(Exception):
    """Anything the user can put right. ``str()`` says what, where and what is allowed."""


class StudyFrozen(EarwitnessError):
    def __init__(self, slug: str, changes: list[str]) -> None:
        self.changes = changes
        lines = "\n".join(f"  {change}" for change in changes)
        super().__init__(
            f"study {slug!r} is launched and its file is frozen; apply the file under another slug, or amend the study "
            f"(`study amend {slug} FILE.yaml --reason TEXT`). Changed:\n{lines}"
        )


class WrongState(EarwitnessError):
    def __init__(self, slug: str, *, action: str, state: str, allowed: str) -> None:
        super().__init__(f"study {slug!r} is {state}: cannot {action} it; allowed when {allowed}")


class UnknownStudy(EarwitnessError):
    def __init__(self, slug: str, known: list[str]) -> None:
        names = ", ".join(known) or "none yet: `python manage.py study apply FILE.yaml`"
        super().__init__(f"no study is called {slug!r}; there are: {names}")


class AmendmentRefused(EarwitnessError):
    """The study's file stays as it is; ``changes`` are those that are not allowed."""

    def __init__(self, slug: str, why: str, changes: list[str] | None = None) -> None:
        self.changes = changes or []
        super().__init__(
            "\n".join([f"study {slug!r} is not amended: {why}", *(f"  {line}" for line in self.changes)])
        )
