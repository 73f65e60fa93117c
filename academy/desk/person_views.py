"""A person's page, and the page that finds a person to do something for."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.http import read_id
from academy.core.models import Community
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.core.verbs import Verb, verbs_for
from academy.desk import person
from academy.desk.verbs import READERS, person_url
from academy.hours.models import ServiceRecord
from academy.messaging import untold
from academy.people import finding
from academy.people.http import user_of
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.profiles.selectors import details_of

FOUND = 20  # people in an answer; more need a longer search


def _asking(page: str) -> Callable[[Volunteer], str]:
    return lambda volunteer: f"{reverse(page)}?who={volunteer.number}"


def _records(volunteer: Volunteer) -> str:
    return f"{person_url(volunteer)}#records"


def _sign_ups(volunteer: Volunteer) -> str:
    return reverse("volunteer_sign_ups", args=[volunteer.pk])


# The acts that begin with a person, with the address of each one's next step.
ACTS: dict[str, tuple[Any, Callable[[Volunteer], str]]] = {
    "make-up": (_("Ask for missing hours"), _asking("home:missing")),
    "correction": (_("Correct hours"), _records),
    "objection": (_("Object to hours on notice"), _records),
    "star-rating": (_("Apply for stars"), _asking("home:stars")),
    "sign-up": (_("Sign up for an activity"), _sign_ups),
}


@require_GET
def show_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person: hours, records, requests, papers, family, and the acts that staff have.

    Readers of figures see the number, the masked name, the hours and the records.
    """
    user = user_of(request)
    volunteer = get_object_or_404(
        Volunteer.objects.select_related("user", "community").filter(community__in=_communities(user)), pk=pk
    )
    if volunteer.merged_into_id is not None:
        return redirect("person", volunteer.merged_into_id)
    now = timezone.now()
    is_veiled = not user.may(Right.MANAGE_PEOPLE, volunteer.community_id)
    offered = verbs_for(volunteer, user)
    verbs = [verb for verb in offered if verb.url != person_url(volunteer)]
    hours = person.hours_of(volunteer, read_id(request.GET.get("year")), now)
    records, record_count = person.records_of(volunteer, hours["year"])
    context = {
        "breadcrumbs_items": _breadcrumbs(volunteer, is_veiled),
        "header_title": volunteer.masked_str if is_veiled else str(volunteer),
        "page_title": volunteer.masked_name if is_veiled else volunteer.name,
        "page_subtitle": volunteer.number,
        "header_icon": "user",
        "volunteer": volunteer,
        "is_veiled": is_veiled,
        "verbs": verbs,
        "rows": person.record_rows(records, user, offered),
        "record_count": record_count,
        "all_records": _all_records(volunteer, hours["year"]),
        "stars": person.stars(volunteer),
        **hours,
    }
    shown = [volunteer]
    if not is_veiled:
        context |= _beyond_figures(request, volunteer, user, verbs)
        shown += context["acts_for"]
    objects_shown.send(sender=Volunteer, request=request, objects=shown)
    return render(request, "desk/admin/person.html", context)


def _beyond_figures(request: HttpRequest, volunteer: Volunteer, user: User, verbs: list[Verb]) -> dict[str, Any]:
    most = person.MOST if "all" in request.GET else person.SHOWN
    asked = person.requests_about(volunteer, user, most)
    return {
        **person.sign_ups_of(volunteer, user, timezone.now(), most),
        **person.papers_of(volunteer),
        "told": untold.latest_of(volunteer, at=timezone.now()),
        **person.family_of(volunteer, user),
        "requests": asked,
        "details": details_of(volunteer),
        "may_see_document": user.may(Right.SEE_DOCUMENTS, volunteer.community_id),
        "certificates": person.certificates_of(volunteer),
        "consents": person.consents_of(volunteer),
        "may_decide": user.may(Right.DECIDE, volunteer.community_id),
        "may_issue": user.may(Right.ISSUE_CERTIFICATES, volunteer.community_id),
        "may_grant": user.may(Right.GRANT_DUTIES, volunteer.community_id),
        "is_cut": "all" not in request.GET,
        "back": request.get_full_path(),
    }


def _breadcrumbs(volunteer: Volunteer, is_veiled: bool) -> list[dict[str, Any]]:
    above, listed = ("service_record:index", ServiceRecord) if is_veiled else ("volunteer:index", Volunteer)
    return [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse(above), "label": capfirst(str(listed._meta.verbose_name_plural))},
        {"url": "", "label": volunteer.masked_name if is_veiled else volunteer.name},
    ]


def _all_records(volunteer: Volunteer, year: int) -> str:
    """Return the list of the person's records of the year."""
    return f"{reverse('service_record:index')}?q={volunteer.number}&date__gte={year}-01-01&date__lte={year}-12-31"


def _communities(user: User) -> QuerySet[Community]:
    found = Community.objects.none()
    for right in READERS:
        found = found | user.communities_for(right)
    return found


@right_required(Right.CONFIRM_HOURS)
@require_GET
def choose_person(request: HttpRequest, act: str) -> HttpResponse:
    """Find the person for whom a request is made; each one found leads straight to its form."""
    if act not in ACTS:
        raise Http404
    title, address_of = ACTS[act]
    typed = request.GET.get("q", "").strip()
    people = _find(user_of(request), typed)
    objects_shown.send(sender=Volunteer, request=request, objects=people)
    context = {
        "page_title": title,
        "header_icon": "user",
        "typed": typed,
        "people": [(one, address_of(one)) for one in people],
        "most": FOUND,
    }
    return render(request, "desk/admin/choose_person.html", context)


def _find(user: User, typed: str) -> list[Volunteer]:
    """Return people on the roll, found as the one search finds them."""
    if not typed:
        return []
    people = Volunteer.objects.present().filter(community__in=user.communities_for(Right.CONFIRM_HOURS))
    return list(finding.find(people, typed)[:FOUND])
