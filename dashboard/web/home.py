"""The bare address leads to the console: raters always come with a study's link."""

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [path("", RedirectView.as_view(pattern_name="console:studies"))]
