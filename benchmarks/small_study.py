"""A program: `python -m benchmarks.small_study PROMPTS RATINGS TASKS` makes an open study in the database in use.

Two systems, every clip the same second of silence: what is measured is the server. With `--report` it prints as JSON
what a crowd left behind in it.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

if TYPE_CHECKING:
    from studies.models import Study

SLUG = "serving"
SECONDS = 1
STUDY = """
study: {{slug: serving, title: "Which clip is better?", seed: 7}}
prompts: [{prompts}]
systems:
  base: {{backend: builtin, checkpoint: base}}
  cfg: {{backend: builtin, checkpoint: base, guidance_scale: 3.0}}
audio: {{duration: {seconds}}}
design: {{ratings_per_comparison: {ratings}}}
raters: {{tasks: {tasks}, listen: {listen}, sound_check: false}}
"""


def make_study(*, prompts: int, ratings: int, tasks: int, listen: str = "whole") -> Study:
    """Through the services, with its sounds, open to raters. One comparison a prompt."""
    from django.utils import timezone

    from generation.files import storage
    from generation.models import Sample
    from generation.queue.planning import plan_samples
    from raters.assigning.comparison_rows import plan_comparisons
    from studies import services
    from studies.models import Study
    from studies.spec import parse_study

    texts = ", ".join(f'{{id: p{n}, text: "a happy fast pop song, number {n}"}}' for n in range(prompts))
    text = STUDY.format(prompts=texts, ratings=ratings, tasks=tasks, listen=listen, seconds=SECONDS)
    study = services.apply_study(loaded=parse_study(text, folder=Path(), builtin=("base",)))
    services.freeze(study=study)
    plan_samples(study=study)
    digest = storage.put(silence())
    Sample.objects.update(state=Sample.State.READY, audio_sha256=digest, made_at=timezone.now())
    plan_comparisons(study=study)
    services.admit(study=study)
    return Study.objects.get(slug=SLUG)


def silence() -> bytes:
    """A canonical clip: stereo, 32 kHz, 16 bit."""
    import io
    import wave

    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(32_000)
        sound.writeframes(bytes(4 * 32_000 * SECONDS))
    return file.getvalue()


def report() -> dict[str, object]:
    """Ratings of each comparison; answers that somebody gave twice; submissions without all of their answers."""
    from django.db.models import Count

    from raters.models import Assignment

    done = Assignment.objects.filter(state=Assignment.State.SUBMITTED)
    pairs = Counter(done.values_list("comparison", "rater"))
    complete = done.annotate(answers=Count("ratings")).filter(answers=3).count()
    return {
        "ratings": Counter(Counter(done.values_list("comparison", flat=True)).values()),
        "twice": sum(count > 1 for count in pairs.values()),
        "incomplete": done.count() - complete,
        "under_way": Assignment.objects.filter(state=Assignment.State.ASSIGNED).count(),
    }


def main(words: list[str]) -> None:
    """Make the study and print the mark of a simulated visitor, or report."""
    if words == ["--report"]:
        print(json.dumps(report()))
        return
    from raters.web.cookies import simulation_mark

    call_command("migrate", verbosity=0, interactive=False)
    prompts, ratings, tasks = map(int, words)
    make_study(prompts=prompts, ratings=ratings, tasks=tasks)
    print(simulation_mark(SLUG))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(sys.argv[1:])
