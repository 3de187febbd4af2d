"""What begins with a login, whichever way it came: who tries, and what is written down of who is in."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest

from accounts import browser_sessions, logins

DEVICE_COOKIE = "known-device"
DEVICE_SALT = "accounts.device"
A_YEAR = 365 * 24 * 3600
# In the session: its second factor was shown, or the provider asked for its own.
PASSED = "second_factor_passed"


def attempt_of(request: HttpRequest, name: str) -> logins.Attempt:
    """Who tries: the device counts only where it was in this very account."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        of, device = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=A_YEAR)
    except (signing.BadSignature, ValueError):
        return logins.Attempt(name, address)
    return logins.Attempt(name, address, device if of == name.casefold() else None)


def begin(request: HttpRequest, account: User, *, with_what: str) -> None:
    """After the login: write down who is in, with which browser."""
    logins.note_success(attempt_of(request, account.get_username()), with_what=with_what)
    browser_sessions.remember_session(
        account=account,
        session=request.session,
        browser=request.headers.get("User-Agent", ""),
        address=str(request.META.get("REMOTE_ADDR", "")),
    )
