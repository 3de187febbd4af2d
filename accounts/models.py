"""Roles, invitations, and the log of what was done. Accounts themselves are Django's."""

from __future__ import annotations

from typing import NoReturn

from django.conf import settings
from django.db import models

from accounts.errors import AppendOnly
from accounts.policy.roles import Role
from studies.models import Study

ROLES = [(role.value, role.value) for role in Role]


class Membership(models.Model):
    """One person's role in one study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=ROLES)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "account"], name="one_role_per_account_and_study")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} of {self.study_id}"


class AccountInvitation(models.Model):
    """A link that makes one account, or gives one account a role. Nobody can read the link off its row."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's random part")
    note = models.CharField(max_length=200, help_text="for whom it is")
    administrator = models.BooleanField(default=False)
    study = models.ForeignKey(
        Study, null=True, blank=True, on_delete=models.CASCADE, related_name="account_invitations"
    )
    role = models.CharField(max_length=10, choices=ROLES, blank=True, default="")
    made_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_role_and_its_study",
                condition=models.Q(study=None, role="") | (~models.Q(study=None) & ~models.Q(role="")),
            )
        ]

    def __str__(self) -> str:
        return f"invitation of {self.note}"


class LoginFailures(models.Model):
    """Wrong passwords in a row, counted for a browser, an address, an account. Keyed digests: no address is stored."""

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "login failures"

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"


class AccountSession(models.Model):
    """A browser that is logged in: what its owner needs to recognise it, and to end it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=200)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"session of {self.account_id}"


class ExternalIdentity(models.Model):
    """Who an account is at the OpenID Connect provider: addresses of mail change hands, subjects do not."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)

    class Meta:
        verbose_name_plural = "external identities"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_per_identity")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class LoginRules(models.Model):
    """What an administrator asks of everybody's login. One row."""

    class SecondFactor(models.TextChoices):
        OPTIONAL = "optional", "Whoever wants one"
        ADMINISTRATORS = "administrators", "Every administrator"
        EVERYBODY = "everybody", "Everybody"

    second_factor = models.CharField(max_length=14, choices=SecondFactor, default=SecondFactor.OPTIONAL)

    class Meta:
        verbose_name_plural = "login rules"

    def __str__(self) -> str:
        return f"second factor: {self.second_factor}"


class _AppendOnly(models.QuerySet["AuditEntry"]):
    def update(self, **_: object) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class AuditEntry(models.Model):
    """Who did what to which study, and when. Rows are only ever added; triggers in the database say so too.

    Account and study are texts: what happened stays readable when either is gone.
    """

    at = models.DateTimeField(auto_now_add=True)
    account = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    study = models.CharField(max_length=64, blank=True, default="")
    detail = models.JSONField(default=dict)

    objects = _AppendOnly.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["study", "-id"], name="audit_of_study")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.account} {self.action} {self.study}"

    def save(self, *args: object, **kwargs: object) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(force_insert=True)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise AppendOnly
