"""Views of the back office outside viewsets: only for users with a right in some community."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from academy.core.models import Community


def right_required(right: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Return a decorator for function views of the admin: 403 for a user without `right` anywhere.

    The view itself limits its queries to ``request.user.communities_for(right)``.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not _communities(request.user, right).exists():
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


class RightRequiredMixin:
    """Mixin for class views of the admin, reports too: 403 for a user without `right` anywhere.

    `self.communities` are the communities in which the user has the right.
    """

    right: str
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.communities.exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @property
    def communities(self) -> models.QuerySet[Community]:
        return _communities(self.request.user, self.right)


def _communities(user: Any, right: str) -> models.QuerySet[Community]:
    return user.communities_for(right) if user.is_authenticated else Community.objects.none()
