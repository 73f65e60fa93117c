"""A volunteer's own page: hours, messages, card, and each record with its explanation."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.models import Activity
from academy.advancement import services as advancement
from academy.core.http import posted_ids
from academy.decisions.selectors import count_waiting
from academy.families.belongings import may, people_with_right
from academy.home import my_requests, selectors
from academy.home.http import chosen_person
from academy.hours import explanation
from academy.hours.models import ServiceRecord
from academy.hours.services import totals
from academy.learning import services as learning
from academy.messaging import services as messaging
from academy.paper.codes import qr_svg
from academy.people import cards
from academy.people.http import user_of
from academy.people.permissions import Right

RECORDS_SHOWN = 40
MESSAGES_SHOWN = 10


@login_required
@never_cache
@require_GET
def show_my_page(request: HttpRequest) -> HttpResponse:
    """Show the hours and records of the user, or of a person whom the user acts for."""
    user = user_of(request)
    people = people_with_right(user, Right.SEE_HOURS)
    if not people:
        nobody = {"opens_admin": may_open_admin(request), "to_decide": count_waiting(user)}
        return render(request, "home/no_volunteer.html", nobody)
    volunteer = chosen_person(request, people)
    now = timezone.now()
    records = selectors.records_of(volunteer, limit=RECORDS_SHOWN)
    summary = totals.summary_for(volunteer, at=now)
    context = {
        "volunteer": volunteer,
        "people": people,
        "has_card": may(user, Right.CHECK_IN, volunteer=volunteer),
        "hours": summary,
        "rests_on": selectors.rests_on(volunteer),
        "class_hours": learning.class_hours(volunteer=volunteer),
        "expected": _all_expected(summary),
        "records": selectors.grouped(records),
        "coming": selectors.coming_sign_ups(volunteer, now),
        "led": Activity.objects.led_lately_by(user, now),
        "inbox": messaging.inbox(volunteer, limit=MESSAGES_SHOWN),
        "stars": advancement.stars_of(volunteer),
        "to_decide": count_waiting(user),
        "opens_admin": may_open_admin(request),
        "my_requests": my_requests.for_my_page(user, volunteer),
    }
    return render(request, "home/my.html", context)


@login_required
@require_POST
def mark_messages_read(request: HttpRequest) -> HttpResponse:
    """Mark messages as read: the one of the button, or all of them."""
    people = people_with_right(user_of(request), Right.SEE_HOURS)
    if not people:
        return redirect("home:my")
    volunteer = chosen_person(request, people)
    only = posted_ids(request, "message") if "message" in request.POST else None
    messaging.mark_read(volunteer=volunteer, at=timezone.now(), only=only)
    return redirect(f"{reverse('home:my')}?who={volunteer.number}")


@login_required
@never_cache
@require_GET
def show_card(request: HttpRequest) -> HttpResponse:
    """Show the check-in card of the user or of a person they act for. The first visit creates it."""
    user = user_of(request)
    people = [
        person for person in people_with_right(user, Right.SEE_HOURS) if may(user, Right.CHECK_IN, volunteer=person)
    ]
    if not people:
        return render(request, "home/no_volunteer.html", {"opens_admin": may_open_admin(request)})
    volunteer = chosen_person(request, people)
    card = cards.card_for(volunteer=volunteer, by=user, at=timezone.now())
    context = {"volunteer": volunteer, "people": people, "svg": qr_svg(cards.card_url(card))}
    return render(request, "home/card.html", context)


@login_required
@never_cache
@require_GET
def show_record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show how a record was computed: every step with its clause, and the scans behind it."""
    own_records = ServiceRecord.objects.of_all(people_with_right(user_of(request), Right.SEE_HOURS))
    found = get_object_or_404(
        own_records.annotate(is_own_objection=selectors.objected_by(user_of(request))).select_related(
            "activity", "shift", "rule_set", "volunteer", "confirmed_by", "replaces", "replaced_by"
        ),
        pk=record_id,
    )
    context = {
        "record": found,
        # The explanation says itself that the role is missing.
        "reason": "" if found.role_missing else selectors.why_it_waits(found),
        "expected": totals.expected_for(found, timezone.now()),
        "asked": my_requests.about_record(user_of(request), found),
        "back": request.get_full_path(),
        "links_halves": True,
        **explanation.explain(found, found.flags),  # remarks about the scans are for the leader only
    }
    return render(request, "home/record.html", context)


def _all_expected(summary: totals.Summary) -> dt.date | None:
    """Return the day by which all waiting hours count; None while a decision is open."""
    days = [one.expected for one in summary.new if one.record.minutes]
    return None if None in days else max((day for day in days if day), default=None)


def may_open_admin(request: HttpRequest) -> bool:
    return user_of(request).communities_for(Right.OPEN_ADMIN).exists()
