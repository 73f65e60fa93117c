"""The sign-in page, also of the back office, and the page for a forgotten password."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from academy.core.http import safe_next
from academy.people.forms import SignInForm


class SignInView(LoginView):
    """Page with both ways to sign in: the slip first, the password below."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "next": safe_next(self.request)}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        # The password form is below the slip: scroll to it.
        form.fields["password"].widget.attrs["autofocus"] = True
        response: HttpResponse = super().form_invalid(form)
        return response


def with_mail_server(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a page that mails a link: without a mail server, it sends the reader to the desk."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.HAS_MAIL_SERVER:
            return render(request, "account/password_reset.html")
        return view(request, *args, **kwargs)

    return guarded


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect from Wagtail's sign-in page to ours, which limits the attempts."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(safe_next(request) or "/admin/")
