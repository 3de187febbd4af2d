"""The browsers that are logged in to an account: listed for their owner, and ended."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from accounts.models import AccountSession

SEEN_EVERY = timedelta(minutes=5)


def remember_session(*, account: User, session: SessionBase, browser: str, address: str) -> None:
    """Call after the login: that is when the session gets its key."""
    if session.session_key is None:
        session.save()
    AccountSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "account": account,
            "browser": browser[:200],
            "address": address or None,
            "seen_at": timezone.now(),
        },
    )


def note_seen(session_key: str) -> None:
    """At most one statement that changes a row in five minutes."""
    now = timezone.now()
    AccountSession.objects.filter(session_key=session_key, seen_at__lt=now - SEEN_EVERY).update(seen_at=now)


def live_sessions(account: User) -> list[AccountSession]:
    """The browsers that are still in; rows of sessions that ended by themselves go."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    rows = list(AccountSession.objects.filter(account=account))
    gone = [row.pk for row in rows if not store().exists(row.session_key)]
    AccountSession.objects.filter(pk__in=gone).delete()
    return [row for row in rows if row.pk not in gone]


def end_sessions(*, account: User, but: str | None = None, only: int | None = None) -> int:
    """End every session of the account, or all but the one with the key ``but``, or the one row ``only``."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    rows = AccountSession.objects.filter(account=account).exclude(session_key=but or "")
    rows = rows.filter(pk=only) if only is not None else rows
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        store(session_key=key).delete()
    rows.delete()
    return len(keys)
