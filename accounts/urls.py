"""Accounts, below /account/. What belongs to one study is in `accounts.study_urls`."""

from django.urls import path

from accounts.web import account_views, external_login, login_views, people_views
from accounts.web.access import account_page, anybody

app_name = "accounts"
urlpatterns = [
    path("", account_views.home, name="home"),
    path("sessions/end/", account_views.end_session, name="end-session"),
    path(
        "password/",
        account_page("changed the password")(login_views.PasswordChange.as_view()),
        name="password",
    ),
    path(
        "password/<uidb64>/<token>/", anybody(login_views.PasswordByLink.as_view()), name="password-by-link"
    ),
    path("second-factor/", account_views.set_up_second_factor, name="second-factor"),
    path("second-factor/remove/", account_views.remove_second_factor, name="remove-second-factor"),
    path("may-upload/", account_views.may_upload, name="may-upload"),
    path("verify/", login_views.verify, name="verify"),
    path("join/<str:token>/", account_views.join, name="join"),
    path("provider/", anybody(external_login.begin), name="provider"),
    path("people/", people_views.people, name="people"),
    path("people/invite/", people_views.invite, name="invite"),
    path("people/revoke/", people_views.revoke, name="revoke"),
    path("people/act/", people_views.act, name="act"),
    path("people/rules/", people_views.rules, name="rules"),
    path("log/", people_views.audit_log, name="log"),
    path("log.csv", people_views.audit_csv, name="log-csv"),
]
