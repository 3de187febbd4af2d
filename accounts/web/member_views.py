"""Who has which role in a study, and what was done to it: its owner's pages."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.errors import LastOwner
from accounts.policy.roles import MEANINGS, POWERS, Power, Role
from accounts.web.access import account_of, study_page
from accounts.web.people_views import csv_answer, log_context
from studies.models import Study

ROLE_WORDS = {
    Role.OWNER: "Owner: everything",
    Role.EDITOR: "Editor: runs the study and its raters",
    Role.ANALYST: "Analyst: sees results with letters for systems until the close",
    Role.VIEWER: "Viewer: sees how far it is",
}


@require_safe
@study_page(Power.MEMBERS)
def members(request: HttpRequest, slug: str) -> HttpResponse:
    study = get_object_or_404(Study, slug=slug)
    context = {
        "study": study,
        "members": study.memberships.select_related("account").order_by("account__username"),
        "invitations": study.account_invitations.filter(used_at=None).order_by("-id"),
        "roles": list(ROLE_WORDS.items()),
        "table": [(MEANINGS[power], [power in POWERS[role] for role in ROLE_WORDS]) for power in Power],
    }
    return render(request, "accounts/members.html", context)


@require_POST
@study_page(Power.MEMBERS, "role of {name}: {role}")
def set_role(request: HttpRequest, slug: str) -> HttpResponse:
    """Give an account of this site a role in the study, change it, or take it ("none")."""
    study, wish = get_object_or_404(Study, slug=slug), request.POST.get("role", "")
    if wish not in {*Role, "none"}:
        raise Http404
    name = request.POST.get("name", "").replace("\0", "")
    account = User.objects.filter(username=name, is_active=True).first()
    if account is None:
        messages.error(request, f"Nobody here is called {name!r}. Make an invitation link instead.")
        return redirect("members", slug=slug)
    try:
        services.set_role(study=study, account=account, role=None if wish == "none" else Role(wish))
    except LastOwner as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{name}: {'no role' if wish == 'none' else wish}.")
    return redirect("members", slug=slug)


@require_POST
@study_page(Power.MEMBERS, "made a link for {note}: {role}")
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    study, wish = get_object_or_404(Study, slug=slug), request.POST.get("role", "")
    note = request.POST.get("note", "").replace("\0", "").strip()[:200]
    if wish not in set(Role):
        raise Http404
    if not note:
        messages.error(request, "Say for whom the link is.")
        return redirect("members", slug=slug)
    made_by = account_of(request).get_username()
    token = services.invite(note=note, made_by=made_by, study=study, role=Role(wish))
    link = settings.PUBLIC_URL + reverse("accounts:join", args=[token])
    return render(request, "accounts/link.html", {"link": link, "what": "invitation", "study": study})


@require_safe
@study_page(Power.MEMBERS)
def study_log(request: HttpRequest, slug: str) -> HttpResponse:
    context = log_context(request, slug) | {"study": get_object_or_404(Study, slug=slug)}
    return render(request, "accounts/audit.html", context)


@require_safe
@study_page(Power.MEMBERS, "downloaded the audit log")
def study_log_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return csv_answer(f"{slug}-audit.csv", slug)
