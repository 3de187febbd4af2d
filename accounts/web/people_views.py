"""The administrator's pages: accounts, rules of the login, the site's audit log."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_POST, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import audit, browser_sessions, second_factor, services
from accounts.errors import LastOwner
from accounts.models import AccountInvitation, LoginRules
from accounts.web.access import account_of, administrator_page

A_PAGE = 100


class InviteForm(forms.Form):
    note = forms.CharField(
        max_length=200, label="For whom", help_text="A name, so that you know whose link it was."
    )
    administrator = forms.BooleanField(required=False, label="As an administrator")


@require_safe
@administrator_page()
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/people.html", people_context() | {"form": InviteForm()})


def people_context() -> dict[str, object]:
    with_factor = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    accounts = User.objects.annotate(seen=Max("sessions__seen_at")).order_by("username")
    return {
        "accounts": [(account, account.pk in with_factor) for account in accounts],
        "invitations": AccountInvitation.objects.filter(used_at=None).select_related("study").order_by("-id"),
        "rule": second_factor.second_factor_rule(),
        "rules": LoginRules.SecondFactor.choices,
    }


@require_POST
@administrator_page("invited {note}")
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/people.html", people_context() | {"form": form}, status=422)
    token = services.invite(
        note=form.cleaned_data["note"],
        administrator=form.cleaned_data["administrator"],
        made_by=account_of(request).get_username(),
    )
    link = settings.PUBLIC_URL + reverse("accounts:join", args=[token])
    return render(
        request, "accounts/link.html", {"link": link, "what": "invitation", "back": "accounts:people"}
    )


@require_POST
@administrator_page("took back an invitation")
def revoke(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("invitation", "")
    if not number.isdigit() or len(number) > 18:
        raise Http404
    AccountInvitation.objects.filter(pk=int(number), used_at=None).delete()
    messages.success(request, "The link leads nowhere now.")
    return redirect("accounts:people")


@require_POST
@administrator_page("{verb}: {name}")
def act(request: HttpRequest) -> HttpResponse:
    """Close or open an account, make it an administrator or not, take its second factor, make a password link."""
    account = get_object_or_404(User, username=request.POST.get("name", "").replace("\0", ""))
    verb = request.POST.get("verb", "")
    if verb == "password link":
        return _password_link(request, account)
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](account)
    except LastOwner as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{account.get_username()}: {verb}, done.")
    return redirect("accounts:people")


def _close(account: User) -> None:
    services.set_active(account=account, active=False)
    browser_sessions.end_sessions(account=account)


_VERBS: dict[str, Callable[[User], object]] = {
    "close": _close,
    "open again": lambda account: services.set_active(account=account, active=True),
    "make administrator": lambda account: services.make_administrator(account=account, administrator=True),
    "make researcher": lambda account: services.make_administrator(account=account, administrator=False),
    "remove second factor": second_factor.remove,
    "log out everywhere": lambda account: browser_sessions.end_sessions(account=account),
}


def _password_link(request: HttpRequest, account: User) -> HttpResponse:
    """As the mail of a reset would carry it; good for three days and one use (Django's PASSWORD_RESET_TIMEOUT)."""
    parts = [urlsafe_base64_encode(force_bytes(account.pk)), default_token_generator.make_token(account)]
    link = settings.PUBLIC_URL + reverse("accounts:password-by-link", args=parts)
    return render(
        request, "accounts/link.html", {"link": link, "what": "password", "back": "accounts:people"}
    )


@require_POST
@administrator_page("second factor: {second_factor}")
def rules(request: HttpRequest) -> HttpResponse:
    wish = request.POST.get("second_factor", "")
    if wish not in LoginRules.SecondFactor.values:
        raise Http404
    second_factor.set_rule(wish)
    messages.success(request, "The rule holds from the next page that anybody opens.")
    return redirect("accounts:people")


@require_safe
@administrator_page()
def audit_log(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/audit.html", log_context(request, ""))


def log_context(request: HttpRequest, slug: str) -> dict[str, object]:
    """A page of the log; ``account`` in the address narrows it to one."""
    rows = audit.entries(slug)
    account = request.GET.get("account", "").replace("\0", "")
    if account:
        rows = rows.filter(account=account)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [(row, audit.detail_text(row)) for row in page],
        "slug": slug,
        "account": account,
    }


@require_safe
@administrator_page("downloaded the audit log")
def audit_csv(request: HttpRequest) -> HttpResponse:
    return csv_answer("audit.csv", "")


def csv_answer(name: str, slug: str) -> HttpResponse:
    response = HttpResponse(
        audit.as_csv(audit.entries(slug).iterator()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
