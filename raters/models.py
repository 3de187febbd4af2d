"""People, what they are given, and what they answer. The rules that must never break are constraints here."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from generation.models import Sample
from studies.models import Prompt, Study, System


class Rater(models.Model):
    """A pseudonymous person in one study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="raters")
    pseudonym = models.CharField(max_length=20, unique=True)
    simulated = models.BooleanField(default=False, help_text="a program's answers are marked for ever")
    group = models.CharField(
        max_length=200, blank=True, default="", help_text="their answer to the question that makes groups"
    )
    criteria_order = models.JSONField(
        default=list, help_text="criterion ids in the order of this rater's passes, where each has its own"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.pseudonym


class Session(models.Model):
    """One sitting of a rater: how far through the stations they are."""

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="sessions")
    pseudonym = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=43, unique=True, help_text="what the browser's cookie carries")
    started_at = models.DateTimeField(auto_now_add=True)
    consent_version = models.CharField(max_length=64, blank=True, default="")
    consented_at = models.DateTimeField(null=True, blank=True)
    informed_at = models.DateTimeField(null=True, blank=True)
    comprehension_tries = models.PositiveSmallIntegerField(default=0, help_text="wrong ones")
    comprehended_at = models.DateTimeField(null=True, blank=True)
    sound_answer = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="beeps of the code under way"
    )
    sound_tries = models.PositiveSmallIntegerField(default=0)
    sound_checked_at = models.DateTimeField(null=True, blank=True)
    headphone_trials = models.JSONField(
        default=list, help_text="attempts: lists of trials [right place, place given or null], from 0"
    )
    headphone_passed = models.BooleanField(
        null=True, blank=True, help_text="empty: not taken, not over, or could not be played"
    )
    headphone_checked_at = models.DateTimeField(null=True, blank=True)
    questionnaire_at = models.DateTimeField(null=True, blank=True, help_text="answered or left out")
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.pseudonym


class QuestionnaireAnswer(models.Model):
    """What a rater said about themselves. It goes when they withdraw."""

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="questionnaire_answers")
    question = models.CharField(max_length=64)
    answer = models.TextField()
    answered_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["rater", "question"], name="one_answer_per_question"),
        ]

    def __str__(self) -> str:
        return f"{self.rater_id} {self.question}"


class Invitation(models.Model):
    """One person's link. Nobody can read the links off these rows; a used one leads back to its rater."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the link's random part")
    rater = models.OneToOneField(
        Rater, null=True, blank=True, on_delete=models.CASCADE, related_name="invitation"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "digest"], name="one_invitation_per_link"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class CrowdIdentity(models.Model):
    """Who a rater is on a crowd platform: apart from everything else, unreadable without the key, purgeable."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="crowd_identities")
    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="crowd_identity")
    digest = models.CharField(max_length=64, help_text="keyed, to recognise who comes back")
    sealed = models.TextField(help_text="the platform's ids, encrypted")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "crowd identities"
        constraints = [
            models.UniqueConstraint(fields=["study", "digest"], name="one_rater_per_crowd_identity"),
        ]

    def __str__(self) -> str:
        return f"crowd identity {self.pk}"


class Comparison(models.Model):
    """Two systems on one prompt: one sample a side, or a set a side.

    Where the answer is known, for training and as gold, it is one system twice: a sample as side a, and its broken
    twin as side b.
    """

    class Kind(models.TextChoices):
        QUALITY = "quality"
        DIVERSITY = "diversity"

    class Role(models.TextChoices):
        MAIN = "main"
        GOLD = "gold"
        TRAINING = "training"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="comparisons")
    key = models.CharField(max_length=220)
    kind = models.CharField(max_length=10, choices=Kind)
    role = models.CharField(max_length=8, choices=Role, default=Role.MAIN)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="comparisons")
    system_a = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    system_b = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="one_comparison_per_key"),
            models.CheckConstraint(
                name="comparison_of_two_systems",
                condition=(Q(role="main") & ~Q(system_a=F("system_b")))
                | (~Q(role="main") & Q(system_a=F("system_b"))),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class ComparisonSample(models.Model):
    """A sample's place in a comparison."""

    class Side(models.TextChoices):
        A = "a", "of system_a"
        B = "b", "of system_b"

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="places")
    side = models.CharField(max_length=1, choices=Side)
    number = models.PositiveSmallIntegerField(help_text="place in the set, from 0")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="places")

    class Meta:
        ordering = ["comparison", "side", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "side", "number"], name="one_sample_per_side_and_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id} {self.side}{self.number}"


class Assignment(models.Model):
    """A comparison given to one rater, with its presentation order.

    Rows are planned ahead, ``ratings_per_comparison`` of them for a comparison, one per round, and wait until a
    rater takes them: the target is then not a count that two people can overrun but the number of rows. A lease
    that ran out and was needed by somebody else leaves an expired row behind and a fresh waiting one; so does a pair
    with a clip that its rater reported as broken, whose row is set aside as reported.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        ASSIGNED = "assigned"
        SUBMITTED = "submitted"
        EXPIRED = "expired"
        REPORTED = "reported"

    class Role(models.TextChoices):
        MAIN = "main"
        GOLD = "gold"
        REPEAT = "repeat"
        TRAINING = "training"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="assignments")
    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=8, choices=Role, default=Role.MAIN)
    round = models.PositiveSmallIntegerField(
        help_text="number of this rating among those of its comparison, from 1"
    )
    order = models.BigIntegerField(help_text="place within the round, pseudo-random")
    swapped = models.BooleanField(help_text="system_b is presented first, as A")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)

    rater = models.ForeignKey(
        Rater, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments"
    )
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments"
    )
    key = models.CharField(
        max_length=32, null=True, blank=True, unique=True, help_text="in the task's address"
    )
    position = models.PositiveIntegerField(null=True, blank=True, help_text="place in the session, from 1")
    assigned_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    heard = models.JSONField(
        default=dict, help_text="side letter -> clip number -> milliseconds, as accepted"
    )
    played_first_ms = models.PositiveIntegerField(default=0)
    played_second_ms = models.PositiveIntegerField(default=0)
    switches = models.PositiveIntegerField(default=0)
    response_ms = models.PositiveIntegerField(default=0)
    passes = models.JSONField(
        default=list, help_text="finished passes, where criteria have one each: criterion, at, what was heard"
    )
    counted = models.BooleanField(
        default=False, db_default=False, help_text="part of the study's counts (raters.assigning.counts)"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "round"],
                condition=~Q(state__in=["expired", "reported"]) & Q(role="main"),
                name="never_more_ratings_than_the_target",
            ),
            models.UniqueConstraint(
                fields=["comparison", "rater"],
                condition=Q(role="main", rater__isnull=False),
                name="a_comparison_once_per_rater",
            ),
            models.UniqueConstraint(
                fields=["comparison", "rater"],
                condition=Q(role__in=["gold", "training"]),
                name="a_known_answer_once_per_rater",
            ),
            models.UniqueConstraint(
                fields=["rater"], condition=Q(state="assigned"), name="one_assignment_at_a_time_per_rater"
            ),
            models.CheckConstraint(
                name="waiting_means_nobody_has_it",
                condition=Q(state="waiting", rater=None, key=None) | (~Q(state="waiting") & ~Q(rater=None)),
            ),
            models.CheckConstraint(
                name="submitted_has_a_time", condition=~Q(state="submitted") | ~Q(submitted_at=None)
            ),
        ]
        indexes = [
            # raters.assigning.claims: the first waiting row of each orientation, least-rated comparisons first.
            models.Index(
                F("study"),
                F("swapped"),
                F("round"),
                F("order"),
                condition=Q(state="waiting"),
                name="assignment_next",
            ),
            # raters.assigning.claims: leases that ran out, when nothing is waiting.
            models.Index(
                F("study"), F("leased_until"), condition=Q(state="assigned"), name="assignment_leases"
            ),
            # raters.selectors: how far a rater is.
            models.Index(
                F("rater"), F("state"), condition=Q(rater__isnull=False), name="assignment_of_rater"
            ),
            # raters.assigning.counts: what was submitted since somebody looked last.
            models.Index(
                F("study"), condition=Q(state="submitted", counted=False), name="assignment_uncounted"
            ),
            # dashboard.selectors: the latest submissions.
            models.Index(
                F("study"), F("submitted_at"), condition=Q(state="submitted"), name="assignment_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id} round {self.round} ({self.state})"

    @property
    def holds_a_place(self) -> bool:
        """It counts, or may yet count, towards its comparison's target."""
        return self.role == self.Role.MAIN and self.state in {self.State.ASSIGNED, self.State.SUBMITTED}

    def successor(self) -> Assignment:
        """A fresh row, not yet saved, that waits in this one's place."""
        return Assignment(
            study_id=self.study_id,
            comparison_id=self.comparison_id,
            role=self.role,
            round=self.round,
            order=self.order,
            swapped=self.swapped,
        )


class Rating(models.Model):
    """The answer to one criterion of one assignment, saved as it is given. It counts once submitted."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="ratings")
    criterion = models.CharField(max_length=64)
    preference = models.SmallIntegerField(
        null=True, help_text="as presented: positive = second (B) preferred"
    )
    score_first = models.SmallIntegerField(null=True)
    score_second = models.SmallIntegerField(null=True)
    answered_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="one_rating_per_criterion"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.criterion}"


class ClipReport(models.Model):
    """A rater could not hear a clip. Reports by two people quarantine the sample (`raters.selectors.quarantine`).

    It stays without a name when the rater withdraws: it says something of the clip and nothing of them.
    """

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="reports")
    rater = models.ForeignKey(
        Rater, null=True, blank=True, on_delete=models.SET_NULL, related_name="clip_reports"
    )
    role = models.CharField(max_length=8, choices=Assignment.Role, help_text="of the pair it was heard in")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "rater"], name="one_report_per_sample_and_rater"),
        ]

    def __str__(self) -> str:
        return f"report of {self.sample_id}"


class StudyCounts(models.Model):
    """What the console shows of a study, counted as far as it was looked at. See `raters.assigning.counts`."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="counts")
    planned = models.JSONField(
        null=True, help_text="by pair and by prompt; null: comparisons were written since"
    )
    submitted = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "study counts"

    def __str__(self) -> str:
        return f"counts of {self.study_id}"


class RaterCounts(models.Model):
    """One rater's counted answers, by criterion and pair. It goes with the rater."""

    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="counts")
    blocks = models.JSONField(default=dict)
    path_place = models.PositiveIntegerField(
        null=True, help_text="place among the raters who were over; see raters.assigning.monitor_path"
    )
    path_blocks = models.JSONField(null=True, help_text="the blocks as they were then")

    class Meta:
        verbose_name_plural = "rater counts"

    def __str__(self) -> str:
        return f"counts of {self.rater_id}"
