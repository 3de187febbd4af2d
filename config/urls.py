"""Addresses. `/s/` the raters, `/console/` the researcher, `/admin/` raw rows."""

from django.contrib import admin
from django.urls import include, path

from config import health
from dashboard.web import shared_results

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("s/<slug:slug>/results/", shared_results.results, name="shared-results"),
    path("s/<slug:slug>/", include("raters.urls")),
    path("console/", include("dashboard.urls")),
    path("admin/", admin.site.urls),
    path("", include("dashboard.web.home")),
]
