"""Addresses. `/s/` the raters, `/console/` the researcher, `/admin/` raw rows."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.web import external_login
from accounts.web.access import anybody
from dashboard.web import shared_results
from operations import health, metrics

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.metrics),
    path("account/status/", health.status_page, name="status"),
    path("s/<slug:slug>/results/", shared_results.results, name="shared-results"),
    path("s/<slug:slug>/", include("raters.urls")),
    path("console/<slug:slug>/", include("accounts.study_urls")),
    path("console/", include("dashboard.urls")),
    path("account/", include("accounts.urls")),
    path("oidc/callback/", anybody(external_login.callback), name="oidc-callback"),
    # One door: the admin's own would know neither delay nor second factor.
    path("admin/login/", RedirectView.as_view(pattern_name="console:login", query_string=True)),
    path("admin/", admin.site.urls),
    path("", include("dashboard.web.home")),
]
