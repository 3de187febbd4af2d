"""Run as a program in a house of its own: a small study, open, every clip of it a noise of its own.

`longer` lets one system's stored clips be a frame longer than the others'.
"""

from __future__ import annotations

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup

from generation.audio import AudioTarget, measure, reachable_loudness  # noqa: E402
from generation.audio.wav import HEADER_BYTES, pcm16_header  # noqa: E402
from generation.files import storage  # noqa: E402
from generation.making.mastering import master_study  # noqa: E402
from generation.models import Sample  # noqa: E402
from generation.queue import claims, outcomes  # noqa: E402
from raters.assigning.comparison_rows import plan_comparisons  # noqa: E402
from studies import services as studies  # noqa: E402
from studies.models import Study  # noqa: E402
from tests.cast import canonical, launched, noise, study_text, with_checks  # noqa: E402


def make_sounds(study: Study) -> None:
    while samples := claims.claim(limit=50, study=study):
        for sample in samples:
            clip = noise(sample.pk)
            digest = storage.put(canonical(clip))
            reachable = reachable_loudness(measure(clip, 32_000), AudioTarget(duration=1.0))
            rendered = outcomes.Rendered(digest, reachable, {"backend": "noise"})
            assert outcomes.finish(sample=sample, rendered=rendered)
            assert outcomes.finish_mastering(sample=sample, mastered=outcomes.Mastered(digest, -23.0, {}))
    master_study(study=study)  # the broken twins of its gold


def lengthen(samples: list[Sample]) -> None:
    """One frame of silence more, and a header that says so."""
    for sample in samples:
        sound = storage.get(sample.audio_sha256)[HEADER_BYTES:] + b"\0" * 4
        header = pcm16_header(sample_rate=32_000, channels=2, frames=len(sound) // 4)
        sample.audio_sha256 = storage.put(header + sound)
        sample.save(update_fields=["audio_sha256"])


def main(prompts: int) -> None:
    call_command("migrate", verbosity=0)
    study = launched(with_checks(study_text(prompts=prompts, ratings=4, tasks=3), training=1, gold=2))
    make_sounds(study)
    plan_comparisons(study=study)
    studies.admit(study=study)


if __name__ == "__main__":
    if sys.argv[1] == "longer":
        lengthen(list(Sample.objects.filter(system__name="cfg")))
    else:
        main(int(sys.argv[1]))
