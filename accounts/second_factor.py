"""Codes of an authenticator app (TOTP, RFC 6238) beside the password, and ten recovery codes on paper."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import LoginRules

RECOVERY_CODES = 10


def has_second_factor(account: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=account, confirmed=True).exists())


def must_have(account: User) -> bool:
    """Whether a rule asks this account for one."""
    rule = second_factor_rule()
    if rule == LoginRules.SecondFactor.EVERYBODY:
        return True
    return rule == LoginRules.SecondFactor.ADMINISTRATORS and account.is_superuser


def second_factor_rule() -> str:
    found = LoginRules.objects.values_list("second_factor", flat=True).first()
    return found or LoginRules.SecondFactor.OPTIONAL.value


def set_rule(second_factor: str) -> None:
    LoginRules.objects.update_or_create(pk=1, defaults={"second_factor": second_factor})


def waiting_device(account: User) -> TOTPDevice:
    """The device that waits for its first code; the same until it is confirmed."""
    found = TOTPDevice.objects.filter(user=account, confirmed=False).first()
    return found or TOTPDevice.objects.create(user=account, name="Earwitness", confirmed=False)


def confirm(*, account: User, code: str) -> list[str] | None:
    """Ten recovery codes, to be shown once; None: the code is wrong. Earlier devices are replaced."""
    device = waiting_device(account)
    if not device.verify_token(_plain(code)):
        return None
    with transaction.atomic():
        remove(account)
        device.confirmed = True
        device.save()
        return _recovery_codes(account)


def _recovery_codes(account: User) -> list[str]:
    holder = StaticDevice.objects.create(user=account, name="recovery codes")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=holder, token=code) for code in codes)
    return codes


def is_right(*, account: User, code: str) -> bool:
    """A code of the app, or a recovery code, which is then spent. Wrong ones slow the next down (django-otp)."""
    return match_token(account, _plain(code)) is not None


def _plain(code: str) -> str:
    return "".join(code.split()).lower()[:32]


def codes_left(account: User) -> int:
    return int(StaticToken.objects.filter(device__user=account).count())


def remove(account: User) -> None:
    TOTPDevice.objects.filter(user=account, confirmed=True).delete()
    StaticDevice.objects.filter(user=account).delete()
