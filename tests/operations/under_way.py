"""Run as a program in a house: make a study that people rate, say what it holds, or go on rating it. Prints JSON."""

from __future__ import annotations

import io
import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import AuditEntry, Membership  # noqa: E402
from analysis.bridge.tables import ratings_csv  # noqa: E402
from generation.files import storage  # noqa: E402
from generation.models import Sample  # noqa: E402
from raters.entering.payments import payments  # noqa: E402
from raters.models import Assignment, Session  # noqa: E402
from raters.web.cookies import cookie_name  # noqa: E402
from studies.models import Study  # noqa: E402
from tests.cast import a_session, open_study, study_text  # noqa: E402
from tests.raters.people import rate  # noqa: E402

SLUG = "night-songs"


def begin() -> None:
    """Two people: one has handed in two tasks, one holds a third."""
    study = open_study(study_text(prompts=2, tasks=4))
    one, other = a_session(study), a_session(study)
    for session in (one, one, other):
        rate(session)
    Client(HTTP_HOST=settings.ALLOWED_HOSTS[0]).get(reverse("raters:door", args=[SLUG]))


def held() -> dict[str, object]:
    study = Study.objects.get(slug=SLUG)
    return {
        "ratings": ratings_csv(study).decode(),
        "sounds": sorted({len(storage.get(digest)) for digest in _digests(study)}),
        "sessions": sorted(Session.objects.values_list("key", flat=True)),
        "payments": [list(row) for row in payments(study)],
        "owners": sorted(Membership.objects.values_list("account__username", "role")),
        "audited": AuditEntry.objects.filter(action="restore").count(),
    }


def _digests(study: Study) -> list[str]:
    ready = study.samples.filter(state=Sample.State.READY)
    return list(ready.values_list("audio_sha256", flat=True))


def go_on() -> dict[str, object]:
    """The person who was in the middle opens their page again, with the cookie they had; then everybody finishes."""
    session = Session.objects.filter(finished_at=None).order_by("-pk").first()
    assert session is not None
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.cookies[cookie_name(SLUG)] = session.key
    page = client.get(f"/s/{SLUG}/task/")
    before = Assignment.objects.filter(state="submitted").count()
    rate(session)
    return {
        "status": page.status_code,
        "clips": page.content.decode().count("/clip/") > 0,
        "more": Assignment.objects.filter(state="submitted").count() - before,
    }


def command(*words: str) -> dict[str, object]:
    """A command's exit code, and what it says."""
    said = io.StringIO()
    try:
        call_command(*words, stdout=said, stderr=said)
    except SystemExit as ended:
        return {"code": ended.code, "said": said.getvalue()}
    return {"code": 0, "said": said.getvalue()}


def main(steps: list[str]) -> None:
    """Each step is a word of ours or a command with its words separated by commas; one answer for each."""
    ours = {"begin": begin, "held": held, "go-on": go_on}
    answers = [ours[step]() if step in ours else command(*step.split(",")) for step in steps]
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1:])
