"""Raw rows of people, assignments and answers."""

from django.contrib import admin

from raters.models import (
    Assignment,
    ClipReport,
    Comparison,
    ComparisonSample,
    CrowdIdentity,
    Invitation,
    QuestionnaireAnswer,
    Rater,
    RaterCounts,
    Rating,
    Session,
    StudyCounts,
)
from studies.admin import ReadOnlyAdmin


@admin.register(Rater)
class RaterAdmin(ReadOnlyAdmin):
    list_display = ["pseudonym", "study", "simulated", "created_at"]
    list_filter = ["study", "simulated"]


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    # The key is what a browser proves itself with: it is nobody's to read.
    exclude = ["key"]
    list_display = ["pseudonym", "rater", "started_at", "sound_checked_at", "finished_at"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    exclude = ["digest"]
    list_display = ["pk", "study", "rater", "created_at"]
    list_select_related = ["study", "rater"]


@admin.register(CrowdIdentity)
class CrowdIdentityAdmin(ReadOnlyAdmin):
    # That somebody came from the platform, and not who it was.
    exclude = ["digest", "sealed"]
    list_display = ["pk", "study", "rater", "created_at"]
    list_select_related = ["study", "rater"]


@admin.register(Comparison)
class ComparisonAdmin(ReadOnlyAdmin):
    list_display = ["key", "study", "kind", "prompt", "system_a", "system_b"]
    list_filter = ["study", "kind"]
    list_select_related = ["study", "prompt", "system_a", "system_b"]


@admin.register(ComparisonSample)
class ComparisonSampleAdmin(ReadOnlyAdmin):
    list_display = ["comparison", "side", "number", "sample"]
    list_select_related = ["comparison", "sample"]


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ["comparison", "round", "state", "rater", "swapped", "assigned_at", "submitted_at"]
    list_filter = ["study", "state", "role"]
    list_select_related = ["comparison", "rater"]


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    list_display = ["assignment", "criterion", "preference", "score_first", "score_second", "answered_at"]
    list_filter = ["criterion"]


@admin.register(ClipReport)
class ClipReportAdmin(ReadOnlyAdmin):
    list_display = ["sample", "role", "at"]
    list_filter = ["sample__study"]
    list_select_related = ["sample"]


@admin.register(QuestionnaireAnswer)
class QuestionnaireAnswerAdmin(ReadOnlyAdmin):
    list_display = ["rater", "question", "answer", "answered_at"]
    list_filter = ["question"]
    list_select_related = ["rater"]


@admin.register(StudyCounts)
class StudyCountsAdmin(ReadOnlyAdmin):
    list_display = ["study"]
    list_select_related = ["study"]


@admin.register(RaterCounts)
class RaterCountsAdmin(ReadOnlyAdmin):
    list_display = ["rater"]
    list_select_related = ["rater"]
