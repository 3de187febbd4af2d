"""Which passwords are refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

ADA = User(username="ada.lovelace", email="countess@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "researcher1",
        "researcher123456",
        "Earwitness2026!!",
        "2026-university-2026",
        "password1234",
        "ada.lovelace1815",
        "countess!!!!1815",
        "123456789012345",
        "aaaaaaaaaaaaaaaa",
        "short-one",
    ],
)
def test_a_password_that_is_guessed_at_once_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, ADA)


@pytest.mark.parametrize("password", ["four wet horses sing", "kW9#vPq2!mZx7tL", "eine Tasse voll Regen"])
def test_several_words_or_chance_are_taken(password: str) -> None:
    validate_password(password, ADA)
