"""Receivers of Django's and allauth's signals: they log sign-ins and mark known browsers."""

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from academy.people import known_browsers, sign_in_log
from academy.people.models import User


@receiver(account.user_logged_in, dispatch_uid="people.signed_in")
def signed_in(request: HttpRequest, response: HttpResponse, user: User, **kwargs: Any) -> None:
    known_browsers.remember(request, response, user)
    ways = [proof["method"] for proof in get_authentication_records(request, user)]
    sign_in_log.write_of(user, "people.sign_in", "signed in", by="+".join(dict.fromkeys(ways)))


@receiver(auth.user_login_failed, dispatch_uid="people.sign_in_failed")
def sign_in_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    sign_in_log.write("password refused", typed=credentials.get("username") or "")


@receiver(auth.user_logged_out, dispatch_uid="people.signed_out")
def signed_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        sign_in_log.write_of(user, "people.sign_out", "signed out")


@receiver([account.password_set, account.password_changed, account.password_reset], dispatch_uid="people.password_set")
def password_set(user: User, **kwargs: Any) -> None:
    sign_in_log.write_of(user, "people.set_password", "password set")


@receiver([mfa.authenticator_added, mfa.authenticator_reset], dispatch_uid="people.second_factor_added")
def second_factor_added(user: User, authenticator: Any, **kwargs: Any) -> None:
    sign_in_log.write_of(user, "people.add_second_factor", "second factor added", kind=str(authenticator.type))


@receiver(mfa.authenticator_removed, dispatch_uid="people.second_factor_removed")
def second_factor_removed(user: User, authenticator: Any, **kwargs: Any) -> None:
    sign_in_log.write_of(user, "people.remove_second_factor", "second factor removed", kind=str(authenticator.type))


@receiver(mfa.authenticator_used, dispatch_uid="people.second_factor_used")
def second_factor_used(user: User, authenticator: Any, **kwargs: Any) -> None:
    sign_in_log.write("second factor accepted", user=user, kind=str(authenticator.type))


@receiver(mfa.authentication_failed, dispatch_uid="people.second_factor_failed")
def second_factor_failed(user: User, **kwargs: Any) -> None:
    sign_in_log.write("second factor refused", user=user)
