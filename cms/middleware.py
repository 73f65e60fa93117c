"""Addresses of Wagtail: they find what their user may see, and pages that have moved."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language_from_path
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, Site

from academy.core.http import read_id
from academy.core.practice import COOKIE
from academy.people.models import User
from academy.people.practice_views import communities_shown
from cms import gone
from cms.bounds import visible_to
from cms.models import HomePage
from cms.reachable import reachable

# Parts of addresses, and fields of Wagtail's forms, by the rows that they name.
_ROWS: dict[str, type[Model]] = {
    **dict.fromkeys(
        ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk", "new_parent_page", "chooser"),
        Page,
    ),
    "target_pages[]": Page,
    **dict.fromkeys(("image_id", "cover"), Image),
    **dict.fromkeys(("document_id", "doc_id"), Document),
}


class PracticeSiteMiddleware:
    """Serve the pages of the practice community to its users, at the address of the real one (ADR 77)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if COOKIE in request.COOKIES and isinstance(request.user, User) and request.user.is_practising:
            homes = HomePage.objects.filter(community__in=communities_shown(request))
            site = Site.objects.filter(root_page__in=homes).select_related("root_page").first()
            if site is not None:
                request.__dict__["_wagtail_site"] = site  # Wagtail keeps the site of a request here
        return self.get_response(request)


class FormerAddressMiddleware:
    """Send a reader from the former address of a page to its present one, if readers can open it there.

    Wagtail keeps the addresses of pages that are renamed or moved. Its own middleware also names closed pages, and
    answers that the move is permanent: browsers remember that, and go in circles after a page has moved back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        if not get_language_from_path(request.path_info):  # with which every address of a page begins
            return response
        address = request.get_full_path().partition("?")[0]
        found = get_redirect(request, Redirect.normalise_path(address, decode_unicode=False))
        if found is None or found.link is None:
            return response
        if found.redirect_page_id and not reachable(Page.objects.filter(pk=found.redirect_page_id)).exists():
            return response
        return HttpResponseRedirect(found.link)


class OwnRowsMiddleware:
    """Answer 404 in the back office where an address or a form names a page or file of others.

    Wagtail's views load such a row first and check rights later or not at all, so that a title is shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        if not request.path_info.startswith("/admin/"):
            return None
        named: dict[type[Model], set[int]] = {}
        for model, pk in _named_rows(request, kwargs):
            named.setdefault(model, set()).add(pk)
        if named and request.user.has_perm("wagtailadmin.access_admin"):  # others are sent away by Wagtail
            for model, pks in named.items():
                if visible_to(request.user, model).filter(pk__in=pks).count() < len(pks):
                    if gone.is_save(request):
                        return gone.answer(request)
                    raise Http404
        return None


def _named_rows(request: HttpRequest, kwargs: dict[str, Any]) -> Iterator[tuple[type[Model], int]]:
    rows = dict(_ROWS)
    match = request.resolver_match
    assert match is not None
    if match.url_name == "wagtailadmin_choose_page_chosen_multiple":
        rows["id"] = Page
    elif match.url_name == "wagtail_bulk_action":
        label = f"{kwargs['app_label']}.{kwargs['model_name']}"
        if listed := [model for model in (Page, Image, Document) if model._meta.label_lower == label]:
            rows["id"] = listed[0]
    elif match.namespace == "wagtailadmin_pages":
        rows["pk"] = Page
    for name, model in rows.items():
        sent = [str(kwargs.get(name, "")), *request.GET.getlist(name), *request.POST.getlist(name)]
        yield from ((model, pk) for text in sent if (pk := read_id(text)) is not None)
