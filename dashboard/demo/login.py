"""The demo's console account: made once, with a password of its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.contrib.auth import get_user_model

NAME = "researcher"


def console_login(folder: Path) -> tuple[str, str]:
    """Name and password. The password is kept in a file that only its owner can read."""
    path = folder / "console-password"
    user, created = get_user_model().objects.get_or_create(
        username=NAME, defaults={"is_staff": True, "is_superuser": True}
    )
    if not created and path.exists():
        return NAME, path.read_text()
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
    return NAME, password
