"""Django's door for password rules of our own (AUTH_PASSWORD_VALIDATORS)."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from accounts.policy.passwords import is_a_dressed_word


class NotADressedWord:
    """Refuses ``researcher1`` and ``Earwitness2026!``: one known word with digits and signs around it."""

    def validate(self, password: str, user: User | None = None) -> None:
        names = (
            frozenset(filter(None, [user.get_username(), *user.email.split("@")[:1]]))
            if user
            else frozenset()
        )
        if is_a_dressed_word(password, names=names):
            raise ValidationError(self.get_help_text(), code="dressed_word")

    def get_help_text(self) -> str:
        return "A known word with digits or signs around it is guessed at once. Take several words."
