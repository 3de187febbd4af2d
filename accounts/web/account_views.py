"""Everybody's own account: password, second factor, browsers; and the way in by an invitation."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import login, password_validation
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, browser_sessions, second_factor, services
from accounts.errors import InvitationSpent, LastOwner, NameTaken
from accounts.web import external_login
from accounts.web.access import account_of, account_page, anybody
from accounts.web.beginning import PASSED, begin

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_safe
@account_page()
def home(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    context = {
        "sessions": browser_sessions.live_sessions(account),
        "here": request.session.session_key,
        "second_factor": second_factor.has_second_factor(account),
        "codes_left": second_factor.codes_left(account),
        "must": second_factor.must_have(account),
        "memberships": account.memberships.select_related("study").order_by("study__slug"),
        "linked": account.identities.exists(),
    }
    return render(request, "accounts/home.html", context)


@require_POST
@account_page("ended browser sessions")
def end_session(request: HttpRequest) -> HttpResponse:
    """One browser, or all others."""
    which = request.POST.get("session", "")
    only = int(which) if which.isdigit() and len(which) < 19 else None
    key = request.session.session_key
    count = browser_sessions.end_sessions(account=account_of(request), but=key, only=only)
    messages.success(request, f"{count} other browser{'' if count == 1 else 's'} logged out.")
    return redirect("accounts:home")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page("set up a second factor")
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """The picture to scan, and the first code that proves it was."""
    account = account_of(request)
    if second_factor.has_second_factor(account) and not request.session.get(PASSED):
        return redirect("accounts:verify")
    device = second_factor.waiting_device(account)
    context: dict[str, Any] = {
        "qr": segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4),
        "key": _in_groups(device.config_url),
        "must": second_factor.must_have(account),
    }
    if request.method != "POST":
        return render(request, "accounts/second_factor.html", context)
    codes = second_factor.confirm(account=account, code=request.POST.get("code", ""))
    if codes is None:
        context["error"] = (
            "That code does not fit. Is the phone's clock right? Wait for the next code and try again."
        )
        return render(request, "accounts/second_factor.html", context, status=422)
    request.session[PASSED] = True
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


def _in_groups(address: str) -> str:
    """The secret in fours, for who cannot scan."""
    secret = address.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@sensitive_post_parameters("code")
@require_POST
@account_page("asked to remove the second factor")
def remove_second_factor(request: HttpRequest) -> HttpResponse:
    """Asks for a code: an open browser is not enough."""
    account = account_of(request)
    if not second_factor.is_right(account=account, code=request.POST.get("code", "")):
        messages.error(request, "That code does not fit. The second factor stays.")
    else:
        second_factor.remove(account)
        audit.record(account=account.get_username(), action="removed the second factor")
        messages.success(request, "The second factor is removed.")
    return redirect("accounts:home")


@require_safe
@anybody
def may_upload(request: HttpRequest) -> HttpResponse:
    """For the proxy, which asks before it reads an archive: 204, or 401 to whoever is not logged in."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


class JoinForm(forms.Form):
    """A name and a password for a new account."""

    name = forms.CharField(max_length=150, validators=[UnicodeUsernameValidator()], label="Name")
    email = forms.EmailField(
        required=False, label="Mail", help_text="To link your organisation's login. Optional."
    )
    password = forms.CharField(
        max_length=1000,
        strip=False,
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters: several words, not one with digits.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "password" in cleaned:
            account = User(username=cleaned.get("name", ""), email=cleaned.get("email", ""))
            try:
                password_validation.validate_password(cleaned["password"], account)
            except forms.ValidationError as refused:
                self.add_error("password", refused)
        return cleaned


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@anybody
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation is for: an account of one's own, or another role for the one that is logged in."""
    try:
        invitation = services.invitation_behind(token)
    except InvitationSpent as refused:
        return render(request, "accounts/spent.html", {"why": str(refused)}, status=410)
    if request.user.is_authenticated:
        return _accept(request, token, invitation)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and request.POST.get("with") == "provider" and external_login.provider_name():
        request.session[external_login.JOINING] = token
        return redirect("accounts:provider")
    if request.method == "POST" and form.is_valid():
        try:
            account = services.join(token=token, **form.cleaned_data)
        except (InvitationSpent, NameTaken) as refused:
            form.add_error("name", str(refused))
        else:
            login(request, account, backend=BACKEND)
            begin(request, account, with_what="invitation")
            return redirect("console:studies")
    context = {"form": form, "invitation": invitation, "provider": external_login.provider_name()}
    return render(request, "accounts/join.html", context, status=422 if form.errors else 200)


def _accept(request: HttpRequest, token: str, invitation: Any) -> HttpResponse:  # noqa: ANN401 - a row
    if request.method != "POST":
        return render(request, "accounts/accept.html", {"invitation": invitation})
    try:
        services.accept(token=token, account=account_of(request))
    except (InvitationSpent, LastOwner) as refused:
        messages.error(request, str(refused))
        return redirect("console:studies")
    if invitation.study is not None:
        return redirect(reverse("console:study", args=[invitation.study.slug]))
    return redirect("console:studies")
