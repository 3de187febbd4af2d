"""Reads for the listening room. A fixed number of statements a page, however many clips there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Avg, Count, Exists, FloatField, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from generation.models import Sample, SampleReview
from studies.models import Prompt, Study

LEFT_OUT = Q(review__isnull=False) & ~Q(review__left_out_because="")
SILENT = 0.3  # share of a clip that is silent, from which it is worth hearing
SHOWN = ("all", "unmarked", "doubtful", "left-out")
MOST_TWINS = 20


@dataclass(frozen=True, slots=True)
class PromptPage:
    """One prompt of those that are shown: its place from 1, how many there are, and its neighbours."""

    prompt: Prompt
    place: int
    total: int
    previous: str
    next: str


def prompts_to_hear(study: Study, show: str) -> QuerySet[Prompt]:
    """The study's prompts, or those with a clip that has no mark yet, is doubtful or bad, or is left out."""
    clips = Sample.objects.filter(prompt=OuterRef("pk"), source=None)
    wanted = {
        "unmarked": clips.filter(state=Sample.State.READY).filter(Q(review=None) | Q(review__mark="")),
        "doubtful": clips.filter(review__mark__in=[SampleReview.Mark.DOUBTFUL, SampleReview.Mark.BAD]),
        "left-out": clips.filter(LEFT_OUT),
    }
    prompts = study.prompts.order_by("pk")
    return prompts.filter(Exists(wanted[show])) if show in wanted else prompts


def prompt_page(study: Study, show: str, key: str) -> PromptPage | None:
    """The prompt called ``key``, or the first one; None where there is nothing to show."""
    prompts = prompts_to_hear(study, show)
    prompt = study.prompts.filter(key=key).first() if key else prompts.first()
    if prompt is None:
        return None
    before, after = prompts.filter(pk__lt=prompt.pk), prompts.filter(pk__gt=prompt.pk)
    return PromptPage(
        prompt,
        place=before.count() + 1,
        total=prompts.count(),
        previous=before.order_by("-pk").values_list("key", flat=True).first() or "",
        next=after.values_list("key", flat=True).first() or "",
    )


def clips_of(prompt: Prompt) -> list[Sample]:
    """What the systems made for a prompt, system by system, with what was noted."""
    rows = prompt.samples.filter(source=None).select_related("system", "review", "prompt", "study")
    return list(rows.order_by("system__name", "index"))


@dataclass(frozen=True, slots=True)
class SystemSound:
    """One system's finished clips: what may be wrong with them as a whole."""

    name: str
    ready: int
    loudness: float | None
    silence: float | None
    mostly_silent: int
    clipped: int
    doubtful: int
    bad: int
    left_out: int


def systems_heard(study: Study) -> list[SystemSound]:
    """Levels and marks by system; one statement."""
    silence, clipped = (
        Cast(KT(f"measures__{name}"), FloatField()) for name in ("silence_share", "clipped_share")
    )
    ready = Q(state=Sample.State.READY)
    rows = (
        study.samples.filter(source=None)
        .annotate(silence=silence, clipping=clipped, loud=Cast(KT("measures__loudness"), FloatField()))
        .values("system__name")
        .annotate(
            ready=Count("pk", filter=ready),
            mean_loudness=Avg("loud", filter=ready),
            mean_silence=Avg("silence", filter=ready),
            mostly_silent=Count("pk", filter=ready & Q(silence__gt=SILENT)),
            clipped=Count("pk", filter=ready & Q(clipping__gt=0)),
            doubtful=Count("pk", filter=Q(review__mark=SampleReview.Mark.DOUBTFUL)),
            bad=Count("pk", filter=Q(review__mark=SampleReview.Mark.BAD)),
            left_out=Count("pk", filter=LEFT_OUT),
        )
        .order_by("system__name")
    )
    return [
        SystemSound(
            row["system__name"],
            row["ready"],
            row["mean_loudness"],
            row["mean_silence"],
            row["mostly_silent"],
            row["clipped"],
            row["doubtful"],
            row["bad"],
            row["left_out"],
        )
        for row in rows
    ]


def same_sound_in_two_systems(study: Study) -> list[Sequence[str]]:
    """Keys of ready clips of different systems that are the same sound, byte by byte; the first of them."""
    ready = study.samples.filter(source=None, state=Sample.State.READY)
    doubled = (
        ready.order_by()
        .values("audio_sha256")
        .annotate(systems=Count("system", distinct=True))
        .filter(systems__gt=1)
        .values_list("audio_sha256", flat=True)[:MOST_TWINS]
    )
    by_sound: dict[str, list[str]] = {}
    for digest, key in ready.filter(audio_sha256__in=list(doubled)).values_list("audio_sha256", "key"):
        by_sound.setdefault(digest, []).append(key)
    return [sorted(keys) for keys in by_sound.values()]


def left_out_count(study: Study) -> int:
    return study.samples.filter(LEFT_OUT, source=None).count()
