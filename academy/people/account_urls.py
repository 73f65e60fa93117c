"""Addresses of the allauth pages that we use; the others stay unreachable.

allauth itself needs these URL names.
"""

from allauth.account import views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from academy.people import practice_views
from academy.people.views import ForgottenPasswordView, SetPasswordView, SignInView, own_sessions, with_mail_server

urlpatterns = [
    path("login/", SignInView.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("practice/enter/", practice_views.enter, name="enter_practice"),
    path("practice/leave/", practice_views.leave, name="leave_practice"),
    path("sessions/", own_sessions, name="own_sessions"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", second_factor.index, name="mfa_index"),
    path("2fa/authenticate/", second_factor.authenticate, name="mfa_authenticate"),
    path(
        "2fa/reauthenticate/",
        second_factor.ReauthenticateView.as_view(template_name="account/reauthenticate.html"),
        name="mfa_reauthenticate",
    ),
    path("2fa/app/", never_cache(app.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", SetPasswordView.as_view(), name="account_set_password"),
    path("password/reset/", with_mail_server(ForgottenPasswordView.as_view()), name="account_reset_password"),
    path("password/reset/done/", with_mail_server(views.password_reset_done), name="account_reset_password_done"),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
