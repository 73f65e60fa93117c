"""Exports of long lists, written in the background: a kind of work for each right to such lists."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import timezone
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.refusals import Refusal
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.works import services
from academy.works.kinds import Job, Kind, Product, register
from academy.works.refusals import NOT_ALLOWED
from academy.works.views import work_url


class LargeExport(Kind):
    """The file of a list. The list's own view writes it, with the rights that its user has then."""

    label = _("Write a large file")
    suffix = ".xlsx"
    file_name = pgettext_lazy("file name", "List")

    def make(self, job: Job) -> Product | Refusal:
        """Ask the view as a browser does; it tells how many rows are written."""
        request = _request_for(job)
        view, arguments, named = resolve(request.path)
        try:
            response = view(request, *arguments, **named)
        except (PermissionDenied, Http404):
            return NOT_ALLOWED
        if response.status_code != 200 or not response.streaming:
            return NOT_ALLOWED
        content = b"".join(response.streaming_content)  # not closed: that would end the worker's connection as well
        _kind, sent = parse_header_parameters(response.headers["Content-Disposition"])
        return Product(content, [], name=sent["filename"])


def _request_for(job: Job) -> HttpRequest:
    """Return a request of the user who began the work, as the view reads it."""
    address = urlsplit(job.order["address"])
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", address.path, address.path
    request.META = {"QUERY_STRING": address.query, "HTTP_HOST": urlsplit(settings.PUBLIC_URL).netloc}
    request.GET = QueryDict(address.query)
    request.user = job.by
    request.__dict__["tell_rows"] = job.tell
    return request


def _register(opening: Right) -> type[Kind]:
    class OfRight(LargeExport):
        slug = f"people.export.{opening}"
        right: ClassVar[str] = opening

    return register(OfRight)


BY_RIGHT = {right: _register(right) for right in (Right.MANAGE_PEOPLE, Right.VIEW_FIGURES, Right.GRANT_DUTIES)}


def write_later(request: HttpRequest, rights: set[str], total: int) -> HttpResponseBase | None:
    """Begin the work, or find the one begun before, and redirect to its page; None without the right.

    A second click on the link is no second work.
    """
    user, address = user_of(request), request.get_full_path()
    for right, kind in BY_RIGHT.items():
        community = user.communities_for(right).first() if right in rights else None
        if community is None:
            continue
        for work in services.unfinished_of(user, kind):
            if services.order_of(work) == {"address": address}:
                return redirect(work_url(work))
        begun = services.begin(
            kind=kind, community=community, order={"address": address}, total=total, by=user, at=timezone.now()
        )
        return redirect(work_url(begun))
    return None
