from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from academy.core.files import private_files, send_file
from academy.core.refusals import Refusal
from cms import asking, public_search, set_up_key
from cms.blocks import AUDIO_TYPES, VIDEO_TYPES
from cms.models import AcademyPage, CoursePage, HomePage, LessonPage, RecruitmentPage, RulesPage
from cms.reachable import may_read, reachable
from cms.slides import deck_of

RESULTS_PER_PAGE = 20

_TABLES = [model._meta.model_name for model in (AcademyPage, CoursePage, LessonPage, RecruitmentPage, RulesPage)]


@require_safe
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page at its own address: `/<language>/<path>`.

    It needs two statements. Wagtail's own view reads each level of the path, and whether it
    is private, which our pages never are.
    """
    found = _page_at(request, path)
    if found is None and _renew_root_paths(request):
        found = _page_at(request, path)
    if (found is None or type(found) is Page) and not path and set_up_key.is_open():  # Wagtail's own first page
        return HttpResponseRedirect(reverse("set_up:key"))
    if found is None:
        raise Http404
    response: HttpResponse = found.serve(request)
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect `/` to the home page in the visitor's language, or to the first set-up before it exists."""
    try:
        found = _home(request)
    except Http404:
        if set_up_key.is_open():
            return HttpResponseRedirect(reverse("set_up:key"))
        raise
    return _redirect_to(request, found)


@require_safe
def academy(request: HttpRequest) -> HttpResponse:
    """Redirect `/academy/` to the academy in the visitor's language."""
    return _redirect_to(request, AcademyPage.objects.child_of(_home(request)).live().first())


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Redirect `/rules/` to the rules page in the visitor's language."""
    return _redirect_to(request, RulesPage.objects.child_of(_home(request)).live().first())


@require_safe
def course(request: HttpRequest, key: str) -> HttpResponse:
    """Redirect `/course/<key>/` to the course's page in the visitor's language, or in another one.

    This address stays when pages are moved or renamed; refusals and records link to it.
    """
    shown = reachable(CoursePage.objects.filter(course__key=key))
    pages = list(shown.select_related("locale").order_by("alias_of", "pk"))
    pages.sort(key=lambda found: found.locale.language_code != get_language())
    return _redirect_to(request, pages[0] if pages else None)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search this community in the visitor's language: `/search/?q=`, `&kind=` for one kind alone."""
    query = request.GET.get("q", "").strip()
    home = _home(request)
    question = asking.read(query) if query else None
    context: dict[str, Any] = {"query": query}
    if isinstance(question, Refusal):
        context["refusal"] = question
    elif question is not None:
        found = public_search.find(request=request, home=home, question=question, at=timezone.now())
        one_kind = next((group for group in found.groups if group.kind == request.GET.get("kind")), None)
        context |= {"found": found, "one_kind": one_kind}
        if one_kind is not None:
            context["page_obj"] = Paginator(one_kind.results, RESULTS_PER_PAGE).get_page(request.GET.get("p"))
            context["keep"] = urlencode({"q": query, "kind": one_kind.kind})
    return render(request, "cms/search.html", context)


@require_safe
def video(request: HttpRequest, pk: int, filename: str) -> HttpResponseBase:
    """Send an uploaded video or recording in the pieces that a player requests; iPhones require that."""
    document = _readable(request, pk)
    kind = (VIDEO_TYPES | AUDIO_TYPES).get(document.file_extension.lower())
    if kind is None or document.filename != filename:
        raise Http404
    return send_file(request, document.file.path, content_type=kind)


@require_safe
def slide(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Send the picture of a page of a PDF file to readers of that file."""
    deck = deck_of(_readable(request, pk))
    if deck is None or not 1 <= number <= len(deck.pages):
        raise Http404
    return send_file(request, private_files.path(deck.path_of(number)), content_type="image/jpeg")


def _readable(request: HttpRequest, pk: int) -> Any:
    """Return an uploaded file that the reader may read; 404 for all others."""
    document = get_object_or_404(get_document_model(), pk=pk)
    if document.collection.get_view_restrictions().exists() or not may_read(request.user, document):
        raise Http404
    return document


def _root_paths(request: HttpRequest) -> dict[str, str]:
    """Return the root path of the pages of this address's community, by language."""
    site = Site.find_for_request(request)
    if site is None:
        return {}
    # Wagtail keeps them on the request for the links of the page: it reads the cache once for both.
    roots = Page()._get_site_root_paths(request)
    return {root.language_code: root.root_path for root in roots if root.site_id == site.pk}


def _renew_root_paths(request: HttpRequest) -> bool:
    """Clear the cached root paths where one belongs to no home page; return whether one did.

    A request that read them before a commit may cache them after it, and after the receiver has cleared the cache.
    """
    paths = set(_root_paths(request).values())
    if paths and HomePage.objects.filter(url_path__in=paths).count() == len(paths):
        return False
    Site.clear_site_root_paths_cache()
    vars(request).pop("_wagtail_cached_site_root_paths", None)
    return True


def _page_at(request: HttpRequest, path: str) -> Page | None:
    root_path = _root_paths(request).get(get_language() or "")
    if root_path is None:
        return None
    at_root = HomePage.objects.filter(url_path=root_path) if not path else HomePage.objects.none()
    found: Page | None = at_root.live().select_related("community").first()
    if found is None:
        # With the tables of all our pages, so that the kind of this one needs no statement of its own.
        joined = [*_TABLES, "coursepage__course"]
        found = reachable(Page.objects.filter(url_path=root_path + path)).select_related(*joined).first()
        table = found.cached_content_type.model if found is not None else ""
        found = getattr(found, table) if table in _TABLES else found
    return found


def _homes(request: HttpRequest) -> dict[str, HomePage]:
    homes = HomePage.objects.live().filter(url_path__in=_root_paths(request).values()).select_related("locale")
    return {home.locale.language_code: home for home in homes}


def _home(request: HttpRequest) -> HomePage:
    """Return the community's home page, in the visitor's language or in another one; 404 without any."""
    homes = _homes(request)
    if not homes and _renew_root_paths(request):
        homes = _homes(request)
    found = homes.get(get_language() or "") or next(iter(homes.values()), None)
    if found is None:
        raise Http404
    return found


def _redirect_to(request: HttpRequest, found: Page | None) -> HttpResponse:
    if found is None:
        raise Http404
    address = found.get_url(request)
    if address is None and _renew_root_paths(request):
        address = found.get_url(request)
    if address is None:
        raise Http404
    return HttpResponseRedirect(address)
