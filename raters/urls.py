"""The rater's addresses, below /s/SLUG/."""

from django.urls import path, register_converter

from raters.web import (
    entry_views,
    feedback_views,
    prefetch_views,
    report_views,
    station_views,
    task_views,
)


class HexConverter:
    """32 hexadecimal digits: anything else is not found before it reaches the database."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(HexConverter, "hex")
app_name = "raters"
urlpatterns = [
    path("", entry_views.door, name="door"),
    path("consent/", entry_views.consent, name="consent"),
    path("information/", station_views.information, name="information"),
    path("comprehension/", station_views.comprehension, name="comprehension"),
    path("headphones/", station_views.headphones, name="headphones"),
    path("headphones/<hex:token>.wav", station_views.trial, name="trial"),
    path("questionnaire/", station_views.questionnaire, name="questionnaire"),
    path("sound-check/", station_views.sound_check, name="sound-check"),
    path("sound-check/<int:number>.wav", station_views.beeps, name="beeps"),
    path("done/", entry_views.done, name="done"),
    path("closed/", entry_views.closed, name="closed"),
    path("withdraw/", entry_views.withdraw, name="withdraw"),
    path("elsewhere/", entry_views.elsewhere, name="elsewhere"),
    path("elsewhere/<str:token>/", entry_views.move, name="move"),
    path("task/", task_views.task, name="task"),
    path("task/<hex:key>/", task_views.task_door, name="task_door"),
    path("task/<hex:key>/heard/", task_views.heard, name="heard"),
    path("task/<hex:key>/answer/", task_views.answer, name="answer"),
    path("task/<hex:key>/report/", report_views.report, name="report"),
    path("task/<hex:key>/submit/", task_views.submit, name="submit"),
    path("task/<hex:key>/feedback/", feedback_views.feedback, name="feedback"),
    path("task/<hex:key>/clip/<hex:token>", task_views.clip, name="clip"),
    path("task/<hex:key>/ahead/", prefetch_views.next_pair, name="prefetch"),
    path("ahead/<hex:token>", prefetch_views.clip, name="prefetched_clip"),
]
