"""The rater's addresses, below /s/SLUG/."""

from django.urls import path

from raters import task_views, views

app_name = "raters"
urlpatterns = [
    path("", views.door, name="door"),
    path("consent/", views.consent, name="consent"),
    path("sound-check/", views.sound_check, name="sound-check"),
    path("sound-check/<int:number>.wav", views.beeps, name="beeps"),
    path("done/", views.done, name="done"),
    path("closed/", views.closed, name="closed"),
    path("withdraw/", views.withdraw, name="withdraw"),
    path("task/", task_views.task, name="task"),
    path("task/<str:key>/", task_views.task_door, name="task_door"),
    path("task/<str:key>/heard/", task_views.heard, name="heard"),
    path("task/<str:key>/answer/", task_views.answer, name="answer"),
    path("task/<str:key>/submit/", task_views.submit, name="submit"),
    path("task/<str:key>/clip/<str:token>", task_views.clip, name="clip"),
]
