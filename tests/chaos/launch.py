"""python -m tests.chaos.launch SLUG URL MESSAGES: launch a study of two served systems, and say so so many times.

All messages are the same one, as a broker delivers it that never heard that it was received.
"""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup

from dashboard.running import actions  # noqa: E402
from generation.tasks import make_samples  # noqa: E402
from studies.spec import parse_study  # noqa: E402

STUDY = """
study: {{slug: {slug}, title: "Chaos", seed: 7}}
prompts: [{{id: p0, text: "{slug} one"}}, {{id: p1, text: "{slug} two"}}, {{id: p2, text: "{slug} three"}}]
systems:
  served: {{backend: http, url: "{url}"}}
  warmer: {{backend: http, url: "{url}", temperature: 2.0}}
audio: {{duration: 1.0}}
"""


def main(slug: str, url: str, messages: int) -> None:
    call_command("migrate", verbosity=0)
    study = actions.apply(loaded=parse_study(STUDY.format(slug=slug, url=url), folder=Path()))
    actions.launch(study=study)
    task = str(uuid.uuid4())
    for _ in range(messages):
        make_samples.apply_async(task_id=task)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
