"""The researcher's console."""

from django.urls import path

from accounts.web.login_views import Login, Logout
from dashboard.web import (
    amending_views,
    generation_views,
    listening_views,
    preview_views,
    removal_views,
    running_views,
    views,
    writing_views,
)
from dashboard.web.access import anybody

app_name = "console"
urlpatterns = [
    path("", views.studies, name="studies"),
    path("login/", anybody(Login.as_view()), name="login"),
    path("logout/", anybody(Logout.as_view()), name="logout"),
    path("workers/", generation_views.all_workers, name="workers"),
    path("new/", writing_views.new, name="new"),
    path("new/plan/", views.plan_new, name="plan-new"),
    path("<slug:slug>/", views.study, name="study"),
    path("<slug:slug>/progress/", views.progress, name="progress"),
    path("<slug:slug>/results/", views.results, name="results"),
    path("<slug:slug>/raters/", views.people, name="people"),
    path("<slug:slug>/peek/", views.peek, name="peek"),
    path("<slug:slug>/plan/", views.plan, name="plan"),
    path("<slug:slug>/export.zip", views.export, name="export"),
    path("<slug:slug>/preregistration.md", views.preregister, name="preregister"),
    path("<slug:slug>/report.html", views.report, name="report"),
    path("<slug:slug>/listen/", listening_views.listen, name="listen"),
    path("<slug:slug>/listen/enter/", listening_views.enter, name="listen-enter"),
    path("<slug:slug>/listen/systems/", listening_views.systems, name="listen-systems"),
    path("<slug:slug>/listen/review/", listening_views.review, name="review"),
    path("<slug:slug>/listen/clip/<str:key>.wav", listening_views.clip, name="clip"),
    path("<slug:slug>/listen/picture/<str:key>.png", listening_views.picture, name="picture"),
    path("<slug:slug>/preview/", preview_views.show, name="preview"),
    path("<slug:slug>/preview/make/", preview_views.make, name="preview-make"),
    path("<slug:slug>/archive/", removal_views.archive, name="archive"),
    path("<slug:slug>/delete/", removal_views.delete, name="delete"),
    path("<slug:slug>/amend/", amending_views.edit, name="amend"),
    path("<slug:slug>/confirm/", running_views.confirm, name="confirm"),
    path("<slug:slug>/generation/", generation_views.steer_generation, name="steer"),
    path("<slug:slug>/act/", running_views.act, name="act"),
]
