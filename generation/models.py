"""Samples: each row is a unit of work until it is a sound. The row is the queue, the message only a hint."""

from django.db import models
from django.db.models import F, Q

from studies.models import Prompt, Study, System


class Sample(models.Model):
    """One clip that a system makes for a prompt with a seed.

    planned -> claimed -> rendered (raw sound stored and measured) -> ready (canonical sound stored),
    or failed with an owner, a code and a text.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        CLAIMED = "claimed"
        RENDERED = "rendered"
        READY = "ready"
        FAILED = "failed"

    class Owner(models.TextChoices):
        SPEC = "spec", "the study file"
        OPERATOR = "operator", "whoever runs the machines"
        OURS = "ours", "Earwitness"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="samples")
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="samples")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="samples")
    key = models.CharField(max_length=150)
    source = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="broken_twin",
        help_text="the sample that this one was made from by breaking it; none for what a system made",
    )
    index = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()

    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="when the latest attempt began")
    error_owner = models.CharField(max_length=10, choices=Owner, blank=True, default="")
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_text = models.TextField(blank=True, default="")

    raw_sha256 = models.CharField(max_length=64, blank=True, default="")
    audio_sha256 = models.CharField(max_length=64, blank=True, default="")
    reachable_loudness = models.FloatField(null=True, blank=True, help_text="LUFS, below the true-peak guard")
    mastered_loudness = models.FloatField(
        null=True, blank=True, help_text="LUFS that the sound under audio_sha256 was mastered to"
    )
    silent_share = models.FloatField(null=True, blank=True, help_text="of the clip's 50 ms frames")
    source_clipped_share = models.FloatField(
        null=True, blank=True, help_text="of the samples that the system made: on flat tops at full scale"
    )
    source_offset = models.FloatField(
        null=True,
        blank=True,
        help_text="largest mean of a channel that the system made, full scale at 1 (DC)",
    )
    source_mono = models.BooleanField(
        null=True, blank=True, help_text="the system made one channel, or the same sound in both"
    )
    measures = models.JSONField(default=dict, help_text="of the canonical sound, measured after writing")
    provenance = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="one_sample_per_key"),
            models.UniqueConstraint(
                fields=["system", "prompt", "index"],
                condition=Q(source=None),
                name="one_sample_per_place",
            ),
            models.CheckConstraint(
                name="claimed_sample_has_a_lease",
                condition=~Q(state="claimed") | (~Q(lease_token="") & ~Q(leased_until=None)),
            ),
            models.CheckConstraint(
                name="ready_sample_has_a_sound", condition=~Q(state="ready") | ~Q(audio_sha256="")
            ),
            models.CheckConstraint(
                name="failed_sample_says_why", condition=~Q(state="failed") | ~Q(error_code="")
            ),
        ]
        indexes = [
            # generation.queue.claims.claim: the next planned samples of one system.
            models.Index(F("system"), F("id"), condition=Q(state="planned"), name="sample_planned"),
            # generation.queue.claims.take_back_expired: claims whose lease ran out.
            models.Index(F("leased_until"), condition=Q(state="claimed"), name="sample_leases"),
            # generation.selectors: how far a study is.
            models.Index(F("study"), F("state"), name="sample_progress"),
        ]

    def __str__(self) -> str:
        return self.key


class SampleReview(models.Model):
    """What a researcher noted about a finished clip, and why raters do not hear it, where they do not."""

    class Mark(models.TextChoices):
        GOOD = "good"
        DOUBTFUL = "doubtful"
        BAD = "bad"

    sample = models.OneToOneField(Sample, on_delete=models.CASCADE, related_name="review")
    mark = models.CharField(max_length=10, choices=Mark, blank=True, default="")
    note = models.TextField(blank=True, default="")
    left_out_because = models.TextField(blank=True, default="", help_text="empty: raters hear the clip")
    account = models.CharField(max_length=200, help_text="who wrote it last")
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.sample_id} {self.mark}"


class StudyQueue(models.Model):
    """How soon a study's samples are made, beside those of other studies. Written when its samples are planned."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="queue")
    paused = models.BooleanField(default=False, help_text="workers claim none of its samples")
    priority = models.SmallIntegerField(default=0, help_text="studies with a higher number come first")
    served_at = models.DateTimeField(null=True, blank=True, help_text="when a batch of it was last claimed")

    def __str__(self) -> str:
        return f"queue of {self.study_id}"


class SystemQueue(models.Model):
    """The same for one system, among the systems of its study."""

    system = models.OneToOneField(System, on_delete=models.CASCADE, related_name="queue")
    paused = models.BooleanField(default=False, help_text="workers claim none of its samples")
    priority = models.SmallIntegerField(
        default=0, help_text="systems of the study with a higher number come first"
    )

    def __str__(self) -> str:
        return f"queue of {self.system_id}"


class Worker(models.Model):
    """What a process that makes samples last said of itself. It deletes its row when it ends in order."""

    class Activity(models.TextChoices):
        IDLE = "idle", "waiting for work"
        LOADING = "loading", "loading a checkpoint"
        GENERATING = "generating", "generating a batch"
        MASTERING = "mastering", "bringing clips to one loudness"

    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    device = models.CharField(max_length=20, help_text="torch's name: cpu, cuda, cuda:1")
    device_name = models.CharField(max_length=200)
    memory_used = models.BigIntegerField(help_text="bytes in use on the card, or by the process")
    memory_total = models.BigIntegerField(help_text="bytes of the card, or of the machine")
    activity = models.CharField(max_length=10, choices=Activity, default=Activity.IDLE)
    system = models.ForeignKey(
        System, on_delete=models.SET_NULL, null=True, related_name="+", help_text="whose checkpoint is loaded"
    )
    clips_held = models.PositiveIntegerField(default=0, help_text="claimed and not finished")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["host", "device", "pid"]
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="one_worker_per_process")]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Mastering(models.Model):
    """The loudness all clips of a study share. Fixed with the first mastering: raters may have heard it since."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="mastering")
    loudness = models.FloatField(help_text="LUFS")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.loudness:.1f} LUFS"


class Measure(models.Model):
    """What a program says of a finished clip, or, without a ``sample``, of the set of clips a system made for a prompt.

    A clip's levels stand with the clip itself (``Sample.measures``).
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="measures")
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="measures")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="measures")
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    name = models.CharField(max_length=40)
    value = models.FloatField()
    clips = models.PositiveSmallIntegerField(help_text="how many clips it was measured on")
    made_with = models.JSONField(default=dict, help_text="embedding, checkpoint digest, versions")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "name"], condition=~Q(sample=None), name="one_measure_per_clip"
            ),
            models.UniqueConstraint(
                fields=["system", "prompt", "name"], condition=Q(sample=None), name="one_measure_per_set"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3f}"
