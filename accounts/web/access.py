"""Who may open which page. Every view of the console and of accounts stands behind exactly one of these.

A decorated view carries its ``Rule``, so that a test can walk all addresses and find one without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts import audit
from accounts.policy.roles import Power
from accounts.selectors import Standing, standing
from studies.models import Study

View = Callable[..., HttpResponseBase]
Decorator = Callable[[View], View]


@dataclass(frozen=True, slots=True)
class Rule:
    """``whom``: anybody, an account, an administrator, or whoever has ``power`` in the study of the address.

    ``log``: what the audit log calls an answered GET or POST, with the form's fields in braces; "" logs POSTs
    under the view's name, and no GET.
    """

    whom: Literal["anybody", "account", "administrator", "study"]
    power: Power | None = None
    log: str = ""


def anybody(view: View) -> View:
    """A page before the login: nothing is checked here, and saying so is the point."""
    return _carrying(Rule("anybody"), view)


def account_page(log: str = "") -> Decorator:
    return lambda view: _guarded(Rule("account", log=log), view)


def administrator_page(log: str = "") -> Decorator:
    return lambda view: _guarded(Rule("administrator", log=log), view)


def study_page(power: Power, log: str = "") -> Decorator:
    """Of a view that takes ``slug``. To whoever has no role in the study, there is no such study."""
    return lambda view: _guarded(Rule("study", power, log), view)


def standing_of(request: HttpRequest, study: Study) -> Standing:
    return standing(request.user, study)


def account_of(request: HttpRequest) -> User:
    """The account behind a page that asks for one."""
    assert isinstance(request.user, User)  # noqa: S101 - the decorators say so
    return request.user


def _carrying(rule: Rule, view: View) -> View:
    view.rule = rule  # type: ignore[attr-defined]  # read by tests, which walk every address
    return view


def _guarded(rule: Rule, view: View) -> View:
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - any view's
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        _must_be_allowed(rule, request, kwargs.get("slug", ""))
        response = view(request, *args, **kwargs)
        _write_down(rule, request, response, kwargs.get("slug", ""), view.__name__)
        return response

    return _carrying(rule, answer)


def _must_be_allowed(rule: Rule, request: HttpRequest, slug: str) -> None:
    """Raises Http404 where the very existence is nobody's business, PermissionDenied where a role is too small."""
    if rule.whom == "administrator" and not account_of(request).is_superuser:
        raise PermissionDenied
    if rule.power is None:
        return
    study = Study.objects.defer("spec", "source").filter(slug=slug).first()
    if study is None:
        raise Http404
    found = standing(request.user, study)
    if not found.is_known:
        raise Http404
    if rule.power not in found.powers:
        raise PermissionDenied


def _write_down(rule: Rule, request: HttpRequest, response: HttpResponseBase, slug: str, name: str) -> None:
    changes = request.method not in {"GET", "HEAD"}
    if response.status_code >= 400 or not (changes or (rule.log and response.status_code == 200)):
        return
    fields = _Fields({key: value[:100] for key, value in request.POST.dict().items()})
    action = rule.log.format_map(fields) if rule.log else name.replace("_", " ")
    audit.record(account=account_of(request).get_username(), action=action, study=slug)


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
