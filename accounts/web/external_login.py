"""Logging in by a university's OpenID Connect provider (mozilla-django-oidc), found by its issuer's address.

Whoever logs in this way needs an account here already: an invitation makes one, or a verified address of mail that is
exactly one account's links it once. From then on the provider's subject says who it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import httpx
import jwt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView
from requests.exceptions import RequestException

from accounts import audit, services
from accounts.errors import InvitationSpent, NameTaken
from accounts.models import ExternalIdentity
from accounts.web import beginning

JOINING = "joining"
SECONDS = 10
FROM_DISCOVERY = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}
Claims = dict[str, Any]


class ProviderAway(Exception):
    """The provider did not answer, or said something that is no answer."""


def provider_name() -> str:
    """What the button says; "" where there is no provider."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""


@lru_cache(maxsize=2)
def _discovered(issuer: str) -> dict[str, str]:
    """The provider's own description of itself (OpenID Connect Discovery 1.0, section 4)."""
    try:
        answer = httpx.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=SECONDS)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderAway from error
    if found.get("issuer", "").rstrip("/") != issuer.rstrip("/"):
        raise ProviderAway(f"issuer {found.get('issuer')!r}")
    return found


def _setting(name: str, *default: Any) -> Any:  # noqa: ANN401 - the library's signature
    if name in FROM_DISCOVERY:
        return _discovered(settings.OIDC_ISSUER)[FROM_DISCOVERY[name]]
    return getattr(settings, name, *default)


class Backend(OIDCAuthenticationBackend):  # type: ignore[misc]  # the library ships no types
    """The library's flow, with the two claims checked that it leaves out: who issued the token, and for whom."""

    get_settings = staticmethod(_setting)

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> User | None:  # noqa: ANN401
        if not settings.OIDC_ISSUER or "nonce" not in kwargs:
            return None
        account: User | None = super().authenticate(request, **kwargs)
        return account

    def __init__(self) -> None:
        """Asks the provider where it is only when somebody logs in by it: Django makes every backend each time."""
        if settings.OIDC_ISSUER:
            super().__init__()

    def retrieve_matching_jwk(self, token: str) -> jwt.PyJWK:
        """The key that the token names; a provider with one key need not name it (OpenID Connect Core 1.0, 10.1)."""
        answer = httpx.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=SECONDS)
        answer.raise_for_status()
        named = jwt.get_unverified_header(token).get("kid")
        keys = [key for key in answer.json()["keys"] if named in {None, key.get("kid")}]
        if len(keys) != 1:
            raise SuspiciousOperation("the provider has no such key")
        return jwt.PyJWK(keys[0], algorithm=self.OIDC_RP_SIGN_ALGO)

    def verify_token(self, token: str, **kwargs: Any) -> Claims:  # noqa: ANN401 - the library's signature
        claims: Claims = super().verify_token(token, **kwargs)
        audience = claims.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        if claims.get("iss", "").rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise SuspiciousOperation("the token is of another issuer")
        if settings.OIDC_RP_CLIENT_ID not in meant:
            raise SuspiciousOperation("the token is for somebody else")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: Claims) -> User | None:
        """The account behind the provider's subject; None where there is none here."""
        claims = self.get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("userinfo speaks of another subject")
        known = ExternalIdentity.objects.filter(issuer=settings.OIDC_ISSUER, subject=payload["sub"]).first()
        if known is not None:
            return known.account
        return self._invited(claims) or self._by_mail(claims)

    def _invited(self, claims: Claims) -> User | None:
        token = self.request.session.pop(JOINING, None)
        if token is None:
            return None
        name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        try:
            with transaction.atomic():
                account = services.join(
                    token=token, name=name[:150], password=None, email=_verified_mail(claims)
                )
                return _linked(account, claims)
        except (InvitationSpent, NameTaken) as refused:
            messages.error(self.request, str(refused))
            return None

    def _by_mail(self, claims: Claims) -> User | None:
        mail = _verified_mail(claims)
        accounts = list(User.objects.filter(email__iexact=mail)[:2]) if mail else []
        return _linked(accounts[0], claims) if len(accounts) == 1 else None


def _verified_mail(claims: Claims) -> str:
    return str(claims.get("email", "")) if claims.get("email_verified") is True else ""


def _linked(account: User, claims: Claims) -> User:
    ExternalIdentity.objects.create(account=account, issuer=settings.OIDC_ISSUER, subject=claims["sub"])
    audit.record(account=account.get_username(), action="linked to the provider")
    return account


class Begin(OIDCAuthenticationRequestView):  # type: ignore[misc]  # the library ships no types
    get_settings = staticmethod(_setting)


def begin(request: HttpRequest) -> HttpResponseBase:
    """To the provider, or back to the login with a sentence where it is away."""
    if not settings.OIDC_ISSUER:
        return redirect("console:login")
    try:
        answer: HttpResponseBase = Begin.as_view()(request)
    except ProviderAway:
        return _back(
            request, "Your organisation's login does not answer. Please try again, or use your password."
        )
    return answer


class Callback(OIDCAuthenticationCallbackView):  # type: ignore[misc]  # the library ships no types
    get_settings = staticmethod(_setting)

    def login_failure(self) -> HttpResponse:
        text = "Your organisation knows you, but there is no account for you here. Ask an administrator for a link."
        return _back(self.request, "Nobody was logged in." if self.request.GET.get("error") else text)

    def login_success(self) -> HttpResponse:
        response: HttpResponse = super().login_success()
        # The provider asks for whatever factors the university wants.
        self.request.session[beginning.PASSED] = True
        beginning.begin(self.request, self.user, with_what="OpenID Connect")
        return response


def callback(request: HttpRequest) -> HttpResponseBase:
    """Back from the provider. Whatever is wrong with its answer is one sentence at the login."""
    if not settings.OIDC_ISSUER:
        return redirect("console:login")
    try:
        answer: HttpResponseBase = Callback.as_view()(request)
    except (
        ProviderAway,
        RequestException,
        SuspiciousOperation,
        jwt.PyJWTError,
        KeyError,
        ValueError,
    ) as error:
        audit.record(account="(unknown)", action="login failed", why=type(error).__name__)
        return _back(request, "Your organisation's login did not work. Please try again.")
    return answer


def _back(request: HttpRequest, text: str) -> HttpResponse:
    messages.error(request, text)
    return HttpResponseRedirect(reverse("console:login"))
