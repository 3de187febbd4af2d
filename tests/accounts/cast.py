"""People with parts: an account of each role in a study, and their browsers."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Membership
from studies.models import Study

PARTS = ("stranger", "nobody", "viewer", "analyst", "editor", "owner", "administrator")


def an_account(name: str = "ada", *, administrator: bool = False) -> User:
    make = User.objects.create_superuser if administrator else User.objects.create_user
    return make(name, email=f"{name}@example.org", password="a long sentence of hers")


def browser_of(account: User) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def browser_as(part: str, study: Study) -> Client:
    """A browser of somebody who has this part in ``study``: ``nobody`` has an account, ``stranger`` has none."""
    if part == "stranger":
        return Client()
    account = an_account(part, administrator=part == "administrator")
    if part not in {"nobody", "administrator"}:
        Membership.objects.create(study=study, account=account, role=part)
    return browser_of(account)
