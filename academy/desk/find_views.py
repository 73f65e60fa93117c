"""The one search of the back office: what staff type, and where it is found."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.search import admin_search_areas

from academy.core import finders
from academy.core.signals import objects_shown
from academy.core.verbs import Verb, verbs_for
from academy.people.http import user_of

VERBS_SHOWN = 5  # the others are on the object's page
SUGGESTED = 4  # hits of a kind while somebody types


@dataclass(frozen=True)
class Line:
    """A hit with what the user can do next with it."""

    hit: finders.Hit
    verbs: list[Verb]


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show all that is found. With `go`, redirect to the hit that is surely meant."""
    typed = _typed(request)
    groups = finders.find(request, typed)
    if request.GET.get("go") and (hit := finders.best(groups)):
        return redirect(hit.url)
    shown = [(group, [Line(hit, _main_verbs(request, hit)) for hit in group.hits]) for group in groups]
    _tell(request, groups)
    context = {
        "typed": typed,
        "groups": shown,
        "page_title": _("Find"),
        "header_icon": "search",
        "in_pages": _page_search(request),
    }
    return render(request, "desk/admin/find.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Return the list under the field, while somebody types."""
    groups = finders.find(request, _typed(request))
    groups = [finders.Group(one.title, one.icon, one.hits[:SUGGESTED], one.order) for one in groups]
    _tell(request, groups)
    return render(request, "desk/admin/find_suggestions.html", {"groups": groups})


def _main_verbs(request: HttpRequest, hit: finders.Hit) -> list[Verb]:
    verbs = verbs_for(hit.subject, user_of(request)) if hit.subject is not None else []
    return [verb for verb in verbs if not verb.is_serious and not verb.group][:VERBS_SHOWN]


def _typed(request: HttpRequest) -> str:
    """Return what was typed; an empty text without a letter or digit."""
    typed = request.GET.get("q", "").strip()
    return typed if any(map(str.isalnum, typed)) else ""


def _tell(request: HttpRequest, groups: list[finders.Group]) -> None:
    """Send which objects were shown, for the log of views of children's data (N4)."""
    subjects = [hit.subject for group in groups for hit in group.hits if hit.subject is not None]
    by_model: dict[Any, list[Any]] = {}
    for subject in subjects:
        by_model.setdefault(type(subject), []).append(subject)
    for model, objects in by_model.items():
        objects_shown.send(sender=model, request=request, objects=objects)


def _page_search(request: HttpRequest) -> str:
    """Return the address of the search in the texts of pages, for users who have pages."""
    areas = {area.name for area in admin_search_areas.search_items_for_request(request)}
    return reverse("wagtailadmin_pages:search") if "pages" in areas else ""
