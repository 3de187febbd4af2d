"""Raw rows of samples."""

from django.contrib import admin

from generation.models import Mastering, Measure, Sample, SampleReview, StudyQueue, SystemQueue, Worker
from studies.admin import ReadOnlyAdmin


@admin.register(Sample)
class SampleAdmin(ReadOnlyAdmin):
    list_display = ["key", "study", "system", "prompt", "state", "attempts", "error_code", "made_at"]
    list_filter = ["study", "state", "error_code"]
    search_fields = ["key", "audio_sha256"]
    list_select_related = ["study", "system", "prompt"]


@admin.register(Mastering)
class MasteringAdmin(ReadOnlyAdmin):
    list_display = ["study", "loudness", "at"]


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    list_display = ["study", "system", "prompt", "sample", "name", "value", "at"]
    list_filter = ["study", "name"]
    list_select_related = ["study", "system", "prompt", "sample"]


@admin.register(StudyQueue)
class StudyQueueAdmin(ReadOnlyAdmin):
    list_display = ["study", "paused", "priority", "served_at"]


@admin.register(SystemQueue)
class SystemQueueAdmin(ReadOnlyAdmin):
    list_display = ["system", "paused", "priority"]
    list_select_related = ["system"]


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ["host", "pid", "device", "activity", "system", "clips_held", "seen_at"]
    list_select_related = ["system"]


@admin.register(SampleReview)
class SampleReviewAdmin(ReadOnlyAdmin):
    list_display = ["sample"]
    list_select_related = ["sample"]
