"""Run inside a house: `python -m tests.browser.stage`. Studies with short sounds, and somebody who may log in."""

from __future__ import annotations

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - after the settings are read

from studies import services as studies  # noqa: E402 - the same
from tests.cast import open_study, study_text, with_checks  # noqa: E402 - the same
from tests.dashboard.people import rate  # noqa: E402 - the same
from tests.raters.blocks import (  # noqa: E402 - the same
    COMPREHENSION,
    INSTRUCTIONS,
    QUESTIONNAIRE,
    with_blocks,
)
from tests.raters.people import prolific_text  # noqa: E402 - the same

NAME, PASSWORD = "researcher", "only-for-this-test"


def everything() -> str:
    return with_checks(study_text(slug="whole-songs", prompts=1, sound_check=True), training=1)


def for_programs() -> str:
    """Everything that a study can turn on, one criterion at a time and in German."""
    text = with_blocks(
        with_checks(
            study_text(slug="song-songs", prompts=2, sound_check=True), training=1, gold=1, repeats=1
        ),
        information=INSTRUCTIONS,
        comprehension=COMPREHENSION,
        questionnaire=QUESTIONNAIRE,
        headphone_check="antiphase",
        headphone_failure="screen_out",
    )
    return in_passes(text) + "diversity: {prompts: 1}\nrecruitment: {kind: open, quota: 5}\n"


def in_passes(text: str) -> str:
    text = text.replace("design: {", "design: {presentation: one-criterion-at-a-time, ")
    return text.replace("seed: 7", "seed: 7, language: de")


def main() -> None:
    get_user_model().objects.create_superuser(NAME, password=PASSWORD)
    open_study(study_text(slug="night-songs", prompts=2, sound_check=True))
    open_study(study_text(slug="dawn-songs", prompts=1))
    open_study(study_text(slug="noon-songs", prompts=6))
    open_study(with_checks(study_text(slug="work-songs", prompts=1), training=1, gold=1, repeats=1))
    open_study(
        with_blocks(
            everything(),
            information=INSTRUCTIONS,
            comprehension=COMPREHENSION,
            questionnaire=QUESTIONNAIRE,
            questionnaire_at="start",
            headphone_check="huggins",
        )
    )
    open_study(for_programs())
    open_study(with_blocks(study_text(slug="ear-songs", prompts=1), headphone_check="huggins"))
    open_study(in_passes(study_text(slug="pass-songs", prompts=2)))
    shared = study_text(slug="shared-songs", prompts=4, ratings=4)
    closed = open_study(shared + "recruitment: {kind: open, share_results: true}\n")
    rate(closed, raters=4)
    studies.close(study=closed)
    rate(open_study(prolific_text(slug="full-songs", prompts=1, ratings=1)), raters=1)
    rate(open_study(study_text(slug="day-songs", prompts=8, ratings=6)), raters=5)
    rate(open_study(study_text(slug="dusk-songs", prompts=3, ratings=3)), raters=2)


if __name__ == "__main__":
    main()
