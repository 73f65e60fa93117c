"""A unit's page in the back office, its letter of thanks, and a member's quarter for their employer."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.periods import quarter_of
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.core.verbs import verbs_for
from academy.desk.hours_report import PeriodForm
from academy.groups import papers, selectors
from academy.groups.sums import figures_of, figures_of_teams, heads_in
from academy.paper.http import pdf_response
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.units.models import TeamPeriod, Unit, UnitMembership
from academy.units.selectors import agree_to_sheets, contacts_of, members_of
from academy.venues.models import Booking

SHOWN = 20


@right_required(Right.MANAGE_PEOPLE)
@require_GET
def show_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one unit: its data, contacts, members, teams, contributions, venues, and figures of the year."""
    unit = _unit_or_404(request, pk)
    user, now = user_of(request), timezone.now()
    today = timezone.localdate(now)
    year = (today.replace(month=1, day=1), today.replace(month=12, day=31))
    members, contacts = members_of(unit), contacts_of(unit)
    periods = TeamPeriod.objects.filter(team__unit=unit, until=None).select_related("team", "volunteer__merged_into")
    team_of = {period.volunteer.stays.pk: period for period in periods}
    agreed = agree_to_sheets(members, unit, today) if unit.reports_back else {}
    memberships = {one.volunteer_id: one for one in UnitMembership.objects.on(today).filter(unit=unit)}
    page = reverse("unit_page", args=[unit.pk])
    context = {
        "breadcrumbs_items": _breadcrumbs(unit),
        "header_title": unit.name,
        "page_title": unit.name,
        "page_subtitle": unit.get_kind_display(),
        "header_icon": "group",
        "unit": unit,
        "verbs": [verb for verb in verbs_for(unit, user) if verb.url != page],
        "year": today.year,
        "figures": figures_of([unit], *year)[unit.pk],
        "contacts": contacts,
        "members": [
            (
                person,
                person in contacts,
                team_of.get(person.pk),
                person.pk in agreed,
                memberships[person.pk],
            )
            for person in members
        ],
        "teams": figures_of_teams(unit, *year),
        "contributions": list(unit.contributions.all()[:SHOWN]),
        "parts": selectors.parts_of(unit, [link.shift for link in selectors.links_of(unit, now)]),
        "heads": sorted(heads_in([unit], *year), key=lambda one: one.counted_at, reverse=True)[:SHOWN],
        "venues": list(unit.venues.all()),
        "bookings": _bookings(unit, now),
        "last_quarter": quarter_of(quarter_of(today)[0] - dt.timedelta(days=1)),
        "may_run": user.may(Right.RUN_ACTIVITIES, unit.community_id),
    }
    objects_shown.send(sender=Volunteer, request=request, objects=members)
    return render(request, "desk/admin/unit.html", context)


@right_required(Right.MANAGE_PEOPLE)
@require_GET
def write_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letter of thanks for a period, to copy; with `?pdf`, print it."""
    unit = _unit_or_404(request, pk)
    today = timezone.localdate()
    this_year = {"since": today.replace(month=1, day=1), "until": today}
    form = PeriodForm(request.GET if "since" in request.GET else this_year)
    paragraphs: list[str] = []
    if form.is_valid():
        period = (form.cleaned_data["since"], form.cleaned_data["until"])
        if "pdf" in request.GET:
            printed = papers.print_thanks(unit=unit, period=period, at=timezone.now())
            if not isinstance(printed, Refusal):
                return pdf_response(printed, f"{_('Letter of thanks')} {unit.name}.pdf")
            messages.error(request, str(printed))
        paragraphs = papers.thanks_paragraphs(unit, period)
    context = {
        "breadcrumbs_items": _breadcrumbs(unit, _("Letter of thanks")),
        "header_title": _("Letter of thanks"),
        "page_title": _("Letter of thanks"),
        "page_subtitle": unit.name,
        "header_icon": "mail",
        "unit": unit,
        "may_issue": user_of(request).may(Right.ISSUE_CERTIFICATES, unit.community_id),
        "form": form,
        "text": "\n\n".join(paragraphs),
        "query": "&".join(f"{name}={day.isoformat()}" for name, day in form.cleaned_data.items() if day),
    }
    return render(request, "desk/admin/thanks.html", context)


@right_required(Right.MANAGE_PEOPLE)
@require_GET
def print_quarter(request: HttpRequest, pk: int, volunteer_id: int) -> HttpResponse:
    """Print a member's quarter for their employer, that of the day in `?day=`; by default the last one."""
    unit = _unit_or_404(request, pk)
    person = get_object_or_404(Volunteer.objects.filter(community=unit.community_id), pk=volunteer_id)
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = quarter_of(timezone.localdate())[0] - dt.timedelta(days=1)
    day = min(day, timezone.localdate())
    objects_shown.send(sender=Volunteer, request=request, objects=[person])
    printed = papers.print_quarter(volunteer=person, unit=unit, day=day, by=user_of(request), at=timezone.now())
    if isinstance(printed, Refusal):
        messages.error(request, str(printed))
        return redirect("unit_page", unit.pk)
    return pdf_response(printed, f"{person.number} {quarter_of(day)[0]}.pdf")


def _unit_or_404(request: HttpRequest, pk: int) -> Unit:
    communities = user_of(request).communities_for(Right.MANAGE_PEOPLE)
    return get_object_or_404(Unit.objects.select_related("community").filter(community__in=communities), pk=pk)


def _breadcrumbs(unit: Unit, below: str = "") -> list[dict[str, Any]]:
    page = {"url": reverse("unit_page", args=[unit.pk]) if below else "", "label": unit.name}
    return [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse("unit:index"), "label": capfirst(str(Unit._meta.verbose_name_plural))},
        page,
        *([{"url": "", "label": below}] if below else []),
    ]


def _bookings(unit: Unit, at: dt.datetime) -> list[Booking]:
    """Return the coming bookings of the unit's venues, and those that it holds elsewhere."""
    coming = Booking.objects.filter(cancelled_at=None, ends_at__gt=at)
    found = coming.filter(venue__unit=unit) | coming.filter(unit=unit)
    return list(found.select_related("venue__unit", "unit", "activity").order_by("starts_at", "pk")[:SHOWN])
