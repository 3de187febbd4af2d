"""Into the console and out of it: name and password, second factor, password change and reset."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import audit, browser_sessions, logins, second_factor
from accounts.web import external_login
from accounts.web.access import account_of, account_page
from accounts.web.beginning import A_YEAR, DEVICE_COOKIE, DEVICE_SALT, PASSED, attempt_of, begin


class LoginForm(AuthenticationForm):
    """Django's, which looks at no password before its time."""

    waits = 0

    def clean(self) -> dict[str, Any]:
        """Refuses without hashing while the counters say so, or while this process hashes another password."""
        assert self.request is not None  # noqa: S101 - the view gives it
        attempt = attempt_of(self.request, self.cleaned_data.get("username", ""))
        self.waits = logins.seconds_to_wait(attempt)
        if self.waits:
            raise forms.ValidationError(
                f"Too many wrong passwords. Please try again in {_in_words(self.waits)}."
            )
        with logins.hashing_allowed() as allowed:
            if not allowed:
                self.waits = 1
                raise forms.ValidationError("Many people are logging in. Please try again in a moment.")
            try:
                return super().clean()
            except forms.ValidationError:
                logins.note_failure(attempt)
                raise forms.ValidationError("Name and password do not fit. Please try again.") from None


def _in_words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 100 else f"{-(-seconds // 60)} minutes"


class Login(auth.LoginView):
    template_name = "dashboard/login.html"
    form_class = LoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's signature
        return super().get_context_data(**kwargs) | {"provider": external_login.provider_name()}

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if waits := getattr(form, "waits", 0):
            response.status_code = 429
            response["Retry-After"] = str(waits)
        return response

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        account = form.get_user()
        assert isinstance(account, User)  # noqa: S101 - the form is valid
        begin(self.request, account, with_what="password")
        _remember_device(response, account)
        return response


def _remember_device(response: HttpResponseBase, account: User) -> None:
    value = signing.dumps([account.get_username().casefold(), logins.new_device()], salt=DEVICE_SALT)
    response.set_cookie(
        DEVICE_COOKIE,
        value,
        max_age=A_YEAR,
        path=reverse("console:login"),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


class Logout(auth.LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - Django's
        if request.user.is_authenticated:
            audit.record(account=account_of(request).get_username(), action="logged out")
        return super().post(request, *args, **kwargs)


class PasswordChange(auth.PasswordChangeView):
    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:home")

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        """Every other browser is out from here on."""
        response = super().form_valid(form)
        account = account_of(self.request)
        browser_sessions.end_sessions(account=account)
        browser_sessions.remember_session(
            account=account,
            session=self.request.session,
            browser=self.request.headers.get("User-Agent", ""),
            address=str(self.request.META.get("REMOTE_ADDR", "")),
        )
        return response


class PasswordByLink(auth.PasswordResetConfirmView):
    """A link that an administrator made, or that came by mail."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("console:login")

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        response = super().form_valid(form)
        account = self.user
        assert isinstance(account, User)  # noqa: S101 - the link was good
        browser_sessions.end_sessions(account=account)
        audit.record(account=account.get_username(), action="set a password by a link")
        return response


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page("second factor asked")
def verify(request: HttpRequest) -> HttpResponse:
    """The code after the password."""
    account, after = account_of(request), _after(request)
    if not second_factor.has_second_factor(account):
        return redirect("accounts:second-factor")
    if request.method != "POST":
        return render(request, "accounts/verify.html", {"next": after})
    if not second_factor.is_right(account=account, code=request.POST.get("code", "")):
        audit.record(account=account.get_username(), action="second factor failed")
        context = {"next": after, "error": "That code does not fit. Wait for the next one and try again."}
        return render(request, "accounts/verify.html", context, status=422)
    request.session[PASSED] = True
    return HttpResponseRedirect(after)


def _after(request: HttpRequest) -> str:
    """Where to go on: a page of ours, or the console."""
    wish = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wish if safe else reverse("console:studies")
