"""The login of a request."""

from django.http import HttpRequest

from academy.people.models import User


def user_of(request: HttpRequest) -> User:
    """Return the login of a request, in a view that requires one."""
    assert isinstance(request.user, User)
    return request.user
