"""Addresses of the allauth pages that we use; the others stay unreachable.

allauth itself needs these URL names.
"""

from allauth.account import views
from django.urls import path, re_path

from academy.people.views import SignInView, with_mail_server

urlpatterns = [
    path("login/", SignInView.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", with_mail_server(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", with_mail_server(views.password_reset_done), name="account_reset_password_done"),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
