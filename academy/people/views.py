"""The sign-in page, and the door of the back office."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from academy.people.forms import SignInForm
from academy.people.models import User


def safe_next(request: HttpRequest) -> str:
    """Where the visitor was going, if that is on this site; else nothing."""
    url = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    here = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if here else ""


class SignInView(LoginView):
    """Both ways in on one page: the slip first, the password below."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "next": safe_next(self.request)}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        # It stands below the slip: bring it into view.
        form.fields["password"].widget.attrs["autofocus"] = True
        return super().form_invalid(form)


def user_of(request: HttpRequest) -> User:
    """Who is signed in, in a view that nobody else reaches."""
    assert isinstance(request.user, User)
    return request.user


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Wagtail's own sign-in page knows no limit of attempts: ours is the only one."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(safe_next(request) or "/admin/")
