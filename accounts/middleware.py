"""What every page behind a login is asked first. Pages of raters are not asked anything."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import browser_sessions, second_factor
from accounts.web.access import account_of
from accounts.web.beginning import PASSED

BEHIND = ("/console/", "/account/", "/admin/")


def second_factor_first(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Nothing behind the login opens before the second factor, of whoever has one or must have one."""

    def ask_or_answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(BEHIND) or SESSION_KEY not in request.session:
            return answer(request)
        if request.user.is_authenticated:
            browser_sessions.note_seen(request.session.session_key or "")
            if not request.session.get(PASSED) and request.path not in _on_the_way():
                if second_factor.has_second_factor(account_of(request)):
                    return redirect(
                        f"{reverse('accounts:verify')}?{urlencode({'next': request.get_full_path()})}"
                    )
                if second_factor.must_have(account_of(request)):
                    return redirect("accounts:second-factor")
        return answer(request)

    return ask_or_answer


def _on_the_way() -> set[str]:
    names = ("accounts:verify", "accounts:second-factor", "console:login", "console:logout")
    return {reverse(name) for name in names}
