"""Everything that writes accounts, roles and invitations."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.errors import InvitationSpent, LastOwner, NameTaken
from accounts.models import AccountInvitation, Membership
from accounts.policy.roles import Role
from studies.models import Study

INVITATION_DAYS = 14


def own(*, study: Study, account: User) -> None:
    """Whoever writes a study first owns it; a study that has members keeps them."""
    if not study.memberships.exists() and not account.is_superuser:
        Membership.objects.create(study=study, account=account, role=Role.OWNER)


def set_role(*, study: Study, account: User, role: Role | None) -> None:
    """Give ``account`` this role in ``study``, or take its role away.

    Raises:
        LastOwner: nobody else owns the study.
    """
    with transaction.atomic():
        list(Study.objects.select_for_update().filter(pk=study.pk).values_list("pk"))
        others = study.memberships.filter(role=Role.OWNER, account__is_active=True).exclude(account=account)
        held = study.memberships.filter(account=account).values_list("role", flat=True).first()
        if held == Role.OWNER and role != Role.OWNER and not others.exists():
            raise LastOwner(f"{account.get_username()} is the only owner of {study.slug}.")
        if role is None:
            study.memberships.filter(account=account).delete()
        else:
            Membership.objects.update_or_create(study=study, account=account, defaults={"role": role})


def invite(
    *,
    note: str,
    made_by: str,
    administrator: bool = False,
    study: Study | None = None,
    role: Role | None = None,
) -> str:
    """Make a link for one person. Its random part is returned once and can be read nowhere afterwards."""
    token = secrets.token_urlsafe(32)
    AccountInvitation.objects.create(
        digest=_digest(token),
        note=note,
        administrator=administrator,
        study=study,
        role=role or "",
        made_by=made_by,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    return token


def invitation_behind(token: str) -> AccountInvitation:
    """Raises InvitationSpent."""
    found = AccountInvitation.objects.filter(
        digest=_digest(token), used_at=None, expires_at__gt=timezone.now()
    ).first()
    if found is None:
        raise InvitationSpent
    return found


def join(*, token: str, name: str, password: str | None, email: str = "") -> User:
    """Make the account that an invitation is for. ``password`` None: it signs in elsewhere (OpenID Connect).

    Raises:
        InvitationSpent, NameTaken
    """
    with transaction.atomic():
        invitation = _use(token, by=name)
        try:
            with transaction.atomic():
                account = User.objects.create_user(name, email=email, password=password)
        except IntegrityError as error:
            raise NameTaken(name) from error
        _give(invitation, account)
        audit.record(account=name, action="joined", study=_slug(invitation), invited_by=invitation.made_by)
    return account


def accept(*, token: str, account: User) -> None:
    """Give an account that is there already what an invitation promises. Raises InvitationSpent."""
    with transaction.atomic():
        invitation = _use(token, by=account.get_username())
        _give(invitation, account)
        audit.record(
            account=account.get_username(),
            action="accepted an invitation",
            study=_slug(invitation),
            invited_by=invitation.made_by,
        )


def _use(token: str, *, by: str) -> AccountInvitation:
    found = invitation_behind(token)
    if not AccountInvitation.objects.filter(pk=found.pk, used_at=None).update(
        used_at=timezone.now(), used_by=by
    ):
        raise InvitationSpent
    return found


def _give(invitation: AccountInvitation, account: User) -> None:
    if invitation.administrator:
        make_administrator(account=account, administrator=True)
    if invitation.study is not None:
        set_role(study=invitation.study, account=account, role=Role(invitation.role))


def _slug(invitation: AccountInvitation) -> str:
    return invitation.study.slug if invitation.study else ""


def _digest(token: str) -> str:
    """Tokens are 256 random bits: nothing is gained by a key."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_administrator(*, account: User, administrator: bool) -> None:
    """Raises LastOwner: the site keeps an administrator."""
    with transaction.atomic():
        _keep_an_administrator(account, stays=administrator)
        account.is_superuser = account.is_staff = administrator
        account.save(update_fields=["is_superuser", "is_staff"])


def set_active(*, account: User, active: bool) -> None:
    """Close an account, or open it again: its history stays, its sessions end. Raises LastOwner."""
    with transaction.atomic():
        _keep_an_administrator(account, stays=active)
        account.is_active = active
        account.save(update_fields=["is_active"])


def _keep_an_administrator(account: User, *, stays: bool) -> None:
    """Locks the administrators, so that two who leave at once do not both leave."""
    others = User.objects.select_for_update().filter(~Q(pk=account.pk), is_superuser=True, is_active=True)
    if account.is_superuser and not stays and not list(others.values_list("pk")):
        raise LastOwner(f"{account.get_username()} is the only administrator.")
