"""What can be refused about accounts.

EarwitnessError
├── InvitationSpent  the link was used, ran out, or was never made
├── LastOwner        a study keeps an owner, the site keeps an administrator
├── NameTaken        another account has that name
└── AppendOnly       the audit log takes no change (a programming mistake)
"""

from studies.errors import EarwitnessError


class InvitationSpent(EarwitnessError):
    def __init__(self) -> None:
        super().__init__("This link was used already, has run out, or was taken back. Ask for a new one.")


class LastOwner(EarwitnessError):
    def __init__(self, what: str) -> None:
        super().__init__(f"{what} Give somebody else that part first.")


class NameTaken(EarwitnessError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Another account is called {name!r}.")


class AppendOnly(EarwitnessError):
    def __init__(self) -> None:
        super().__init__("the audit log is append-only: entries are added, never changed or removed")
