"""What a rater's request can be refused for. The message is shown to the rater: kind, short, what to do.

RaterRefused
├── NotYours          the task is not this rater's, or not under way any more
├── NotHeard          a clip cannot have been heard to the end yet
└── AnswerRefused     a field that does not exist, a value out of range, or an answer missing
"""


class RaterRefused(Exception):
    """Shown to the rater as it is."""


class NotYours(RaterRefused):
    pass


class NotHeard(RaterRefused):
    pass


class AnswerRefused(RaterRefused):
    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)
