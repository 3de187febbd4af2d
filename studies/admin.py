"""Raw rows for whoever runs the machines. What a study's history rests on can be looked at, not changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from studies.models import Prompt, Study, StudyEvent, System

if TYPE_CHECKING:
    from typing import Any

    _ModelAdmin = admin.ModelAdmin[Any]  # generic for the type checker only
else:
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """Rows that other rows and published numbers rest on."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Study)
class StudyAdmin(ReadOnlyAdmin):
    list_display = ["slug", "title", "state", "created_at", "launched_at", "opened_at", "closed_at"]
    list_filter = ["state"]
    search_fields = ["slug", "title"]


@admin.register(System)
class SystemAdmin(ReadOnlyAdmin):
    list_display = ["study", "name", "config"]
    list_filter = ["study"]


@admin.register(Prompt)
class PromptAdmin(ReadOnlyAdmin):
    list_display = ["study", "key", "text"]
    list_filter = ["study"]
    search_fields = ["key", "text"]


@admin.register(StudyEvent)
class StudyEventAdmin(ReadOnlyAdmin):
    list_display = ["study", "kind", "at", "detail"]
    list_filter = ["study", "kind"]
