"""Reads of accounts: who has which role, and what it allows."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import QuerySet

from accounts.models import Membership
from accounts.policy.roles import Power, Role, is_blind, powers
from studies.models import Study

Somebody = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Standing:
    """One account before one study. Administrators have no role and every power; they are never blind."""

    role: Role | None
    powers: frozenset[Power]
    blind: bool

    @property
    def is_known(self) -> bool:
        return bool(self.powers)


def standing(account: Somebody, study: Study) -> Standing:
    """What ``account`` may do to ``study``."""
    if not isinstance(account, User) or not account.is_active:
        return Standing(None, frozenset(), blind=True)
    if account.is_superuser:
        return Standing(None, frozenset(Power), blind=False)
    found = Membership.objects.filter(account=account, study=study).values_list("role", flat=True).first()
    if not found:
        return Standing(None, frozenset(), blind=True)
    role, closed = Role(found), study.state == Study.State.CLOSED
    return Standing(role, powers(role, closed=closed), is_blind(role, closed=closed))


def visible_studies(account: Somebody) -> QuerySet[Study]:
    """The studies that ``account`` may know of."""
    if not isinstance(account, User) or not account.is_active:
        return Study.objects.none()
    studies = Study.objects.filter(preview_of=None)
    return studies if account.is_superuser else studies.filter(memberships__account=account)
