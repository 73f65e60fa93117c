"""A volunteer's own page: hours, messages, card, and each record with its explanation."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.waiting.selectors import coming_waits
from academy.advancement import evidence
from academy.core import shown_hours
from academy.core.http import posted_ids, read_id
from academy.core.together import Together
from academy.decisions.selectors import count_waiting
from academy.families.belongings import may, people_with_right
from academy.families.http import chosen_person
from academy.home import agencies, moment, my_requests, passbook, selectors, tiers
from academy.hours import explanation
from academy.hours.models import Category, ServiceRecord
from academy.hours.services import totals
from academy.learning import attendance, my_courses
from academy.messaging import services as messaging
from academy.paper.codes import qr_svg
from academy.people import cards
from academy.people.http import user_of
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

MONTHS_SHOWN = 3
RECORDS_A_PAGE = 60
MESSAGES_READ = 60
MESSAGES_SHOWN = 3  # unread ones; more are folded
EARLIER_SHOWN = 10


@login_required
@never_cache
@require_GET
def show_my_page(request: HttpRequest) -> HttpResponse:
    """Show the passbook of the user, or of a person whom the user acts for."""
    user = user_of(request)
    people: list[Any] = people_with_right(user, Right.SEE_HOURS, **selectors.stars_and_leading(user))
    if not people:
        return render(request, "home/no_volunteer.html", _back_office(request))
    volunteer: Any = chosen_person(request, people)  # with the annotations
    now = timezone.now()
    today = timezone.localdate(now)
    has_card = may(user, Right.CHECK_IN, volunteer=volunteer)
    records = selectors.records_of(volunteer)
    together = Together()  # these lists are read with the sums of the summary
    standing = evidence.standing_beside(volunteer, together=together)
    courses = my_courses.running(volunteer, together=together)
    waits = coming_waits(volunteer, now, together=together)
    since = passbook.first_month(today, MONTHS_SHOWN)
    summary = totals.summary_for(volunteer, at=now, since=since, records=records, together=together)
    context = {
        "volunteer": volunteer,
        "people": people,
        "acting": user.own_volunteer is not None and volunteer.user_id != user.pk and has_card,
        "who": f"?who={volunteer.number}" if len(people) > 1 else "",
        "in_service": moment.all_in_service(summary.in_progress, now),
        "has_card": has_card,
        "hours": summary,
        "total": summary.effective_minutes + summary.waiting_minutes,
        "parts_add_up": passbook.adds_up(
            [summary.effective_minutes, summary.waiting_minutes],
            summary.effective_minutes + summary.waiting_minutes,
            volunteer.community_id,
        ),
        "step": shown_hours.step_of(volunteer.community_id),
        "expected": _all_expected(summary),
        "bars": passbook.bars_of(summary, today),
        "stars": passbook.stars_of(summary.effective_minutes, volunteer.stars_awarded),
        "way": tiers.way_of(standing(), volunteer.community_id),
        "courses": courses(),
        "records": passbook.records_of(summary, volunteer.community_id),
        "coming": selectors.coming_sign_ups(volunteer, now),
        "waits": waits(),
        "proposals": selectors.proposals_of(volunteer) if volunteer.proposes else [],
        "leads": volunteer.user_leads,
        "speaks": volunteer.user_speaks,
        "unread_messages": sum(person.unread for person in people),  # for the tab bar too
        **_messages(volunteer),
        **_back_office(request),
        **_requests(user, volunteer),
    }
    return render(request, "home/my.html", context)


@login_required
@never_cache
@require_GET
def show_records(request: HttpRequest) -> HttpResponse:
    """Show all records of one year, of the user or of a person whom the user acts for."""
    people = people_with_right(user_of(request), Right.SEE_HOURS)
    if not people:
        return redirect("home:my")
    volunteer = chosen_person(request, people)
    records, sums = selectors.records_of(volunteer), totals.sums_by_month(volunteer)
    years = sorted({one.first.year for one in sums}, reverse=True) or [timezone.localdate().year]
    year = read_id(request.GET.get("year")) or years[0]
    if year not in years:
        raise Http404
    page = Paginator(records.filter(date__year=year), RECORDS_A_PAGE).get_page(request.GET.get("p"))
    rows = selectors.grouped(page)
    of_year = [one for one in sums if one.first.year == year and one.category == Category.SERVICE]
    minutes = sum(one.effective + one.waiting for one in of_year)
    context = {
        "volunteer": volunteer,
        "people": people,
        "years": years,
        "year": year,
        "page": page,
        "keep": f"who={volunteer.number}&year={year}",
        "minutes": minutes,
        "months": passbook.months_of([row for row in rows if not row.is_learning], sums),
        "learning": [row for row in rows if row.is_learning],
        "adds_up": page.has_other_pages()
        or passbook.adds_up([row.counted for row in rows], minutes, volunteer.community_id),
        "step": shown_hours.step_of(volunteer.community_id),
        "rests_on": selectors.rests_on(volunteer, year),
        "training": sum(one.effective for one in sums if one.category == Category.TRAINING),
        "class_hours": attendance.class_hours(volunteer=volunteer),
    }
    return render(request, "home/records.html", context)


@login_required
@never_cache
@require_GET
def show_settings(request: HttpRequest) -> HttpResponse:
    """Show the settings of the display and the sign-in, who acts for whom, and the way to sign out."""
    context = {**agencies.for_settings(user_of(request)), "has_mail": settings.HAS_MAIL_SERVER}
    return render(request, "home/settings.html", context)


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
        person
        for person in people_with_right(user, Right.SEE_HOURS)
        if not person.left_as and may(user, Right.CHECK_IN, volunteer=person)
    ]
    if not people:
        return render(request, "home/no_volunteer.html", _back_office(request))
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


def _messages(volunteer: Volunteer) -> dict[str, Any]:
    """Return the messages of a page: unread ones, reminders as one line, and earlier ones. One statement."""
    inbox = messaging.inbox(volunteer, limit=MESSAGES_READ)
    unread, reminders, activities = selectors.split_reminders(inbox.unread)
    return {
        "inbox": inbox,
        "unread": unread[:MESSAGES_SHOWN],
        "folded": unread[MESSAGES_SHOWN:],
        "reminders": reminders,
        "reminded": activities,
        "earlier": inbox.earlier[:EARLIER_SHOWN],
        "has_many": len(unread) + bool(reminders) > 1,
    }


def _requests(user: User, volunteer: Volunteer) -> dict[str, Any]:
    """Return the requests of a page, and how many more wait."""
    shown, more = my_requests.for_my_page(user, volunteer)
    return {"my_requests": shown, "more_requests": more}


def _back_office(request: HttpRequest) -> dict[str, Any]:
    """Return what staff find on the page. Volunteers without a duty cost no statement."""
    user = user_of(request)
    if not user.is_staff:
        return {}
    return {
        "opens_admin": Right.OPEN_ADMIN in user.rights,
        "manages_people": user.own_volunteer is None and Right.MANAGE_PEOPLE in user.rights,
        "to_decide": count_waiting(user),
    }
