"""The sign-in page, also of the back office, the pages for a password, and a person's own sessions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView, PasswordResetView, PasswordSetView
from allauth.core.exceptions import ReauthenticationRequired
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from academy.core.http import posted_id, safe_next
from academy.core.links import link_to
from academy.people import limits
from academy.people.browsers import browser_in_words
from academy.people.forms import ForgottenPasswordForm, SignInForm
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.people.services import sessions


class SignInView(LoginView):
    """Page with both ways to sign in: the slip first, the password below."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        then = safe_next(self.request)
        goes_to_desk = then.startswith(reverse("wagtailadmin_home"))
        has_password = goes_to_desk or self.request.GET.get("with") == "password"
        by_mail = {"has_mail": settings.HAS_MAIL_SERVER}
        return {**super().get_context_data(**kwargs), "next": then, "has_password": has_password, **by_mail}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        # The password form is below the slip: scroll to it.
        form.fields["password"].widget.attrs["autofocus"] = True
        return limits.mark_too_many(super().form_invalid(form), form)


class ForgottenPasswordView(PasswordResetView):
    """Page that mails a link for a new password."""

    def form_invalid(self, form: ForgottenPasswordForm) -> HttpResponse:
        return limits.mark_too_many(super().form_invalid(form), form)


def with_mail_server(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a page that mails a link: without a mail server, it sends the reader to the desk."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.HAS_MAIL_SERVER:
            return render(request, "account/password_reset.html")
        return view(request, *args, **kwargs)

    return guarded


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect from Wagtail's sign-in page to ours, which limits the attempts.

    Wagtail sends users here who may not open the back office. An approver is led from its first page to the requests.
    """
    if request.user.is_authenticated:
        if safe_next(request) == reverse("wagtailadmin_home") and Right.DECIDE in user_of(request).rights:
            list(messages.get_messages(request))  # Wagtail's, that the back office is closed to them
            return redirect(link_to("decisions"))
        raise PermissionDenied
    return redirect_to_login(safe_next(request) or "/admin/")


class SetPasswordView(PasswordSetView):
    """Page that sets a first password, in a session with a fresh proof.

    The finder of a phone must not take over its owner's login.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except ReauthenticationRequired:
            # allauth would keep the posted password in the session until the proof.
            ways = get_adapter().get_reauthentication_methods(user_of(request))
            return redirect_to_login(request.path, ways[0]["url"])
        return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Show where the user is signed in. A POST ends one session, or all but this one."""
    user = user_of(request)
    if request.method == "POST":
        if "others" in request.POST:
            sessions.end_all_sessions(user=user, reason="own", by=user, at=timezone.now())
            update_session_auth_hash(request, user)
            UserSession.objects.create_from_request(request)
            messages.success(request, _("You are signed out everywhere else."))
        elif (session_id := posted_id(request, "session")) is not None:
            sessions.end_session(user=user, session_id=session_id, by=user, at=timezone.now())
            messages.success(request, _("That device is signed out."))
        return HttpResponseRedirect(reverse("own_sessions"))
    others = [one for one in UserSession.objects.purge_and_list(user) if not one.is_current()]
    context = {
        "this": browser_in_words(request.headers.get("User-Agent", "")),
        "others": [(one, browser_in_words(one.user_agent)) for one in others],
    }
    return render(request, "people/sessions.html", context)
