"""Certificates without hours: a volunteer makes their own, staff issue them from the person's page."""

from collections import defaultdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.certificates.awarding import issue_award
from academy.certificates.awards import awards_of
from academy.certificates.models import Certificate
from academy.core.http import posted_id
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.designs.models import Design
from academy.families.belongings import people_with_right
from academy.people.http import user_of
from academy.people.models import Issuer, Volunteer
from academy.people.permissions import Right


@login_required
@require_POST
def make_award(request: HttpRequest) -> HttpResponse:
    """Issue a certificate of a completed course, a tier, stars or a commendation to the reader (P1)."""
    user = user_of(request)
    people = people_with_right(user, Right.PRINT_CERTIFICATE)
    person = next((one for one in people if one.number == request.POST.get("who")), None)
    if person is not None:
        answer = issue_award(volunteer=person, source=request.POST.get("source", "")[:60], by=user, at=timezone.now())
        if isinstance(answer, Certificate):
            messages.success(request, _("Certificate %(number)s is ready.") % {"number": answer.number})
            return redirect("certificates:show", answer.number)
        messages.error(request, str(answer))
    return redirect("certificates:my")


@right_required(Right.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def show_awards(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what certificates this person could get, and why not; issue the one whose button was pressed."""
    user, now = user_of(request), timezone.now()
    people = Volunteer.objects.present().filter(community__in=user.communities_for(Right.ISSUE_CERTIFICATES))
    person = get_object_or_404(people.select_related("community"), pk=pk)
    issuers = list(Issuer.objects.filter(community=person.community_id).order_by("pk"))
    if request.method == "POST":
        answer = issue_award(
            volunteer=person,
            source=request.POST.get("source", "")[:60],
            issuer=next((one for one in issuers if one.pk == posted_id(request, "issuer")), None),
            design=request.POST.get("design", "")[:60],
            by=user,
            at=now,
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Certificate %(object)s is issued.") % {"object": answer})
            return redirect("certificate:inspect", answer.pk)
        messages.error(request, str(answer))
    objects_shown.send(sender=Volunteer, request=request, objects=[person])
    title, designs = _("Other certificates"), _designs(person)
    context = {
        "breadcrumbs_items": [
            *WagtailAdminTemplateMixin.breadcrumbs_items,
            {"url": reverse("certificate:index"), "label": _("Certificates")},
            {"url": "", "label": title, "sublabel": str(person)},
        ],
        "header_title": title,
        "page_title": title,
        "page_subtitle": str(person),
        "header_icon": "doc-full",
        "person": person,
        "issuers": issuers,
        "rows": [(one, _choice(designs[one.kind]) if one.refusal is None else []) for one in awards_of(person, at=now)],
    }
    return render(request, "certificates/admin/awards.html", context)


def _designs(person: Volunteer) -> dict[str, list[str]]:
    """Return the names of the community's templates by their kind, the one published last first."""
    published = Design.objects.published().filter(community=person.community_id).order_by("-published_at")
    found: dict[str, list[str]] = defaultdict(list)
    for kind, name in published.values_list("kind", "name"):
        found[kind].append(name)
    return found


def _choice(names: list[str]) -> list[str]:
    """Return the different names, if there is a choice."""
    found = list(dict.fromkeys(names))
    return found if len(found) > 1 else []
