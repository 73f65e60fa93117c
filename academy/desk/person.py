"""Everything about one person, read for their page in a number of statements that no history changes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone

from academy.activities.models import SignUp
from academy.advancement.services import stars_of
from academy.certificates.models import Certificate
from academy.checkin.models import Visit
from academy.core.verbs import Verb, verbs_for
from academy.decisions.kinds import KINDS, RequestKind
from academy.families.models import Agency
from academy.home import selectors
from academy.home.my_requests import MyRequest
from academy.hours.models import Category, ServiceRecord
from academy.hours.services import totals
from academy.hours.services.totals import MonthSums
from academy.people.models import Card, Consent, Duty, Slip, User, Volunteer
from academy.people.permissions import Right
from academy.people.services import consents
from academy.units.models import UnitMembership

SHOWN = 10  # of each list; “all” shows MOST
MOST = 300


@dataclass(frozen=True)
class Hours:
    """Minutes of one year, or of all years: service that counts, service that waits, and learning (T2)."""

    effective: int
    waiting: int
    learning: int

    @property
    def service(self) -> int:
        return self.effective + self.waiting


@dataclass(frozen=True)
class RecordRow:
    """One record with the reason why it waits, and the acts that it allows."""

    record: ServiceRecord
    reason: Any
    verbs: list[Verb]


@dataclass(frozen=True)
class SignUpRow:
    """One sign-up with the acts that it allows; `missing` asks for its hours, if it is over and has none."""

    sign_up: Any
    verbs: list[Verb]
    missing: str = ""


def sum_hours(sums: Iterable[MonthSums], year: int | None = None) -> Hours:
    """Add the months of a year, or of all years."""
    months = [one for one in sums if year is None or one.first.year == year]
    service = [one for one in months if one.category == Category.SERVICE]
    learning = [one for one in months if one.category == Category.TRAINING]
    return Hours(
        effective=sum(one.effective for one in service),
        waiting=sum(one.waiting for one in service),
        learning=sum(one.effective + one.waiting for one in learning),
    )


def hours_of(volunteer: Volunteer, year: int | None, at: dt.datetime) -> dict[str, Any]:
    """Return the sums of the year and of all years, and the years to choose from. One statement."""
    sums = totals.sums_by_month(volunteer)
    this_year = timezone.localdate(at).year
    years = sorted({this_year, *(one.first.year for one in sums)}, reverse=True)
    shown = year if year in years else this_year
    return {"years": years, "year": shown, "hours": sum_hours(sums, shown), "all_hours": sum_hours(sums)}


def records_of(volunteer: Volunteer, year: int) -> tuple[list[ServiceRecord], int]:
    """Return the latest records of the year, and how many it has. Two statements."""
    found = selectors.records_of(volunteer).filter(date__year=year)
    return list(found.select_related("activity", "shift", "replaces", "volunteer__merged_into")[:SHOWN]), found.count()


def record_rows(records: Iterable[ServiceRecord], user: User, beside: Iterable[Verb]) -> list[RecordRow]:
    """Return the rows. The page leaves out verbs that it shows in its head, and those that lead to it."""
    above = {verb.url for verb in beside}
    return [
        RecordRow(
            record,
            selectors.why_it_waits(record),
            [verb for verb in verbs_for(record, user) if verb.url not in above],
        )
        for record in records
    ]


def sign_ups_of(volunteer: Volunteer, user: User, at: dt.datetime, most: int) -> dict[str, list[SignUpRow]]:
    """Return the sign-ups to come, and the latest of the past. Two statements."""
    coming = selectors.coming_sign_ups(volunteer, at)
    counted = ServiceRecord.objects.live().of(volunteer).filter(minutes__gt=0)
    past = (
        SignUp.objects.of(volunteer)
        .filter(shift__starts_at__lte=at)
        .exclude(pk__in=[one.pk for one in coming])
        .annotate(has_hours=Exists(counted.filter(shift=OuterRef("shift"))))
        .select_related("shift__activity", "role")
        .order_by("-shift__starts_at", "-pk")[:most]
    )
    return {
        "coming": [SignUpRow(one, verbs_for(one, user)) for one in coming],
        "past": [SignUpRow(one, verbs_for(one, user), _ask_for(one, volunteer, user, at)) for one in past],
    }


def _ask_for(sign_up: Any, volunteer: Volunteer, user: User, at: dt.datetime) -> str:
    shift = sign_up.shift
    is_missing = sign_up.cancelled_at is None and not sign_up.has_hours and shift.ends_at <= at
    if not is_missing or shift.activity.cancelled_at or not user.may(Right.CONFIRM_HOURS, shift.activity.community_id):
        return ""
    return f"{reverse('home:ask_make_up', args=[shift.pk])}?who={volunteer.number}"


def requests_about(volunteer: Volunteer, user: User, most: int) -> list[MyRequest]:
    """Return the latest requests that concern the person alone, the open ones first.

    Takes one statement, one for each kind among them, and one for the reader's former logins.
    """
    rows = Volunteer.objects.one_with(volunteer.pk)
    parts: list[QuerySet[Any, Any]] = [
        kind.model.objects.filter(**{f"{path}__in": rows})
        .annotate(slug=Value(slug), waits=Case(When(decided_at=None, then=1), default=0))
        .order_by()
        .values_list("slug", "pk", "waits", "asked_at")
        for slug, kind in KINDS.items()
        if (path := _path_to_person(kind))
    ]
    latest = list(parts[0].union(*parts[1:], all=True).order_by("-waits", "-asked_at", "slug", "-pk")[:most])
    of_kind: dict[str, list[int]] = defaultdict(list)
    for slug, pk, _waits, _asked_at in latest:
        of_kind[slug].append(pk)
    found = {
        (slug, request.pk): request
        for slug, pks in of_kind.items()
        for request in KINDS[slug].model.objects.filter(pk__in=pks).select_related(*KINDS[slug].related)
    }
    mine = {pk for row in user.with_former_logins() for pk in row.values()}
    return [
        MyRequest(found[slug, pk], KINDS[slug], found[slug, pk].asked_by_id in mine) for slug, pk, _waits, _at in latest
    ]


def papers_of(volunteer: Volunteer) -> dict[str, Any]:
    """Return the valid card, the slip printed last, and the visit begun last. Three statements."""
    rows = Volunteer.objects.one_with(volunteer.pk)
    return {
        "card": Card.objects.of(volunteer).filter(revoked_at=None).order_by("-issued_at").first(),
        "slip": Slip.objects.filter(volunteer__in=rows).order_by("-printed_at", "-pk").first(),
        "last_visit": Visit.objects.of(volunteer).select_related("shift__activity").order_by("-opened_at").first(),
    }


def certificates_of(volunteer: Volunteer) -> list[Certificate]:
    """Return the certificates issued last. One statement."""
    found = Certificate.objects.of(volunteer).select_related("closure", "issuer").order_by("-issued_at", "-pk")
    return list(found[:SHOWN])


def consents_of(volunteer: Volunteer) -> list[tuple[Consent, str]]:
    """Return the latest consent or withdrawal of each kind, with how it was given. Two statements at most."""
    every = Consent.objects.of(volunteer)
    newest = every.filter(kind=OuterRef("kind")).order_by("-recorded_at", "-pk").values("pk")[:1]
    found = every.filter(pk=Subquery(newest)).select_related(
        "guardian__volunteer", "recorded_by__volunteer", "signed_form"
    )
    listed = list(found.order_by("kind"))
    said = consents.evidence_of(*listed)
    return [(one, said[one.pk]) for one in listed]


def family_of(volunteer: Volunteer, user: User) -> dict[str, Any]:
    """Return who acts for the person, for whom they act, their units, and the duties of their login.

    People and duties of communities whose roll the reader does not keep are left out.
    """
    rows = Volunteer.objects.one_with(volunteer.pk)
    kept, login = user.communities_for(Right.MANAGE_PEOPLE), volunteer.user
    theirs = Agency.objects.filter(user=login, volunteer__community__in=kept) if login else Agency.objects.none()
    duties = Duty.objects.filter(user=login, community__in=kept) if login else Duty.objects.none()
    return {
        "agents": list(Agency.objects.filter(volunteer__in=rows).select_related("user__volunteer")),
        "acts_for": [one.volunteer.stays for one in theirs.select_related("volunteer__merged_into")],
        "memberships": list(UnitMembership.objects.filter(volunteer__in=rows).select_related("unit")),
        "duties": list(duties.select_related("community")),
    }


def stars(volunteer: Volunteer) -> int:
    """Return the stars that the person was awarded."""
    return stars_of(volunteer)


def _path_to_person(kind: RequestKind[Any]) -> str:
    """Return the lookup from a request to the one person whom it concerns; empty for several."""
    for field, path in (("volunteer", "volunteer"), ("record", "record__volunteer")):
        try:
            kind.model._meta.get_field(field)
        except FieldDoesNotExist:
            continue
        return path
    return ""
