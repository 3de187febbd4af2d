"""What a rater's request can be refused for. The message is shown to the rater: kind, short, what to do.

RaterRefused
├── NotYours          the task is not this rater's, or not under way any more
├── NotHeard          a clip cannot have been heard to the end yet
├── NotInvited        the invitation or crowd identity cannot be used (any more)
├── BegunElsewhere    another browser began a session with this crowd platform's id
├── NoPlace           every place of the study is held by somebody
├── Busy              others were quicker every time; a moment later there may be a place
└── AnswerRefused     a field that does not exist, a value out of range, or an answer missing

Not for raters: SealedOtherwise, when the researcher asks for identities, and UnknownRater, whom they want erased.
"""

from studies.errors import EarwitnessError


class RaterRefused(Exception):
    """Shown to the rater as it is."""


class NotYours(RaterRefused):
    pass


class NotHeard(RaterRefused):
    pass


class NotInvited(RaterRefused):
    pass


class BegunElsewhere(RaterRefused):
    pass


class NoPlace(RaterRefused):
    pass


class Busy(RaterRefused):
    pass


class AnswerRefused(RaterRefused):
    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class SealedOtherwise(EarwitnessError):
    def __init__(self) -> None:
        super().__init__(
            "the identities were encrypted under another SECRET_KEY; "
            "allowed: the SECRET_KEY that the server had when the raters came"
        )


class UnknownRater(EarwitnessError):
    def __init__(self, slug: str) -> None:
        super().__init__(
            f"study {slug!r} has no rater of this name or id; allowed: R-..., or the platform's id"
        )
