"""What belongs to one study, below /console/SLUG/."""

from django.urls import path

from accounts.web import member_views

urlpatterns = [
    path("members/", member_views.members, name="members"),
    path("members/role/", member_views.set_role, name="set-role"),
    path("members/invite/", member_views.invite, name="invite-member"),
    path("log/", member_views.study_log, name="study-log"),
    path("log.csv", member_views.study_log_csv, name="study-log-csv"),
]
