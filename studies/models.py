"""What is compared and under which protocol."""

from django.db import models
from django.db.models import Q


class Study(models.Model):
    """One protocol. Its file is frozen from launch on: ``spec`` and ``sha256`` never change after it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        LAUNCHED = "launched"
        OPEN = "open"
        PAUSED = "paused"
        CLOSED = "closed"

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    spec = models.JSONField(help_text="canonical form of the study file")
    sha256 = models.CharField(max_length=64)
    source = models.TextField(help_text="the file as it was applied")
    folder = models.TextField(help_text="what the file's relative paths start from")
    archive = models.JSONField(
        default=dict,
        blank=True,
        help_text="the ZIP of clips that was uploaded with the file: sha256, name, files, bytes; empty without one",
    )
    preview_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="previews",
        help_text="the study whose rater pages this copy is for trying; empty for a study of its own",
    )
    archived_at = models.DateTimeField(null=True, blank=True, help_text="empty: it is in the list")
    created_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "studies"
        constraints = [
            models.CheckConstraint(
                name="study_launched_has_a_time",
                condition=Q(state="draft", launched_at=None) | (~Q(state="draft") & ~Q(launched_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class System(models.Model):
    """A model plus how it is decoded."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="systems")
    name = models.CharField(max_length=64)
    config = models.JSONField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["study", "name"], name="one_system_per_name")]

    def __str__(self) -> str:
        return self.name


class Prompt(models.Model):
    """The text the systems were given."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="prompts")
    key = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="one_prompt_per_key")]

    def __str__(self) -> str:
        return self.key


class StudyEvent(models.Model):
    """What was done to a study, and when. Rows are only ever added."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.study_id} {self.kind}"
