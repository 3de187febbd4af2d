"""The rater's addresses, below /s/SLUG/."""

from django.urls import path, register_converter

from raters import ahead_views, feedback, task_views, views, way_in_views


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
    path("", views.door, name="door"),
    path("consent/", views.consent, name="consent"),
    path("information/", way_in_views.information, name="information"),
    path("comprehension/", way_in_views.comprehension, name="comprehension"),
    path("headphones/", way_in_views.headphones, name="headphones"),
    path("headphones/<hex:token>.wav", way_in_views.trial, name="trial"),
    path("questionnaire/", way_in_views.questionnaire, name="questionnaire"),
    path("sound-check/", views.sound_check, name="sound-check"),
    path("sound-check/<int:number>.wav", views.beeps, name="beeps"),
    path("done/", views.done, name="done"),
    path("closed/", views.closed, name="closed"),
    path("withdraw/", views.withdraw, name="withdraw"),
    path("task/", task_views.task, name="task"),
    path("task/<hex:key>/", task_views.task_door, name="task_door"),
    path("task/<hex:key>/heard/", task_views.heard, name="heard"),
    path("task/<hex:key>/answer/", task_views.answer, name="answer"),
    path("task/<hex:key>/submit/", task_views.submit, name="submit"),
    path("task/<hex:key>/feedback/", feedback.feedback, name="feedback"),
    path("task/<hex:key>/clip/<hex:token>", task_views.clip, name="clip"),
    path("task/<hex:key>/ahead/", ahead_views.ahead, name="ahead"),
    path("ahead/<hex:token>", ahead_views.clip, name="ahead_clip"),
]
