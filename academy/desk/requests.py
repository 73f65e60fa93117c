"""What may be asked for, and what waits for a decision, read for the pages. Nothing here writes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from academy.activities.models import Shift
from academy.checkin.models import Scan, Visit
from academy.core import formats
from academy.core.workdays import add_working_days
from academy.desk.selectors import people_shown_to
from academy.hours.models import (
    CorrectionProposal,
    DailyApproval,
    MakeUp,
    Objection,
    Overtime,
    RecordState,
    ServiceRecord,
)
from academy.people.asked import Asked
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.recognition.models import Complaint, StarRating
from academy.rulebook.models import Publication
from academy.rulebook.services import patience

MISSING_DAYS = 60
MISSING_SHOWN = 30

KINDS: dict[str, type[Asked]] = {
    "make-up": MakeUp,
    "objection": Objection,
    "correction": CorrectionProposal,
    "daily-approval": DailyApproval,
    "overtime": Overtime,
    "star-rating": StarRating,
    "complaint": Complaint,
    "rules": Publication,
}
# Where each kind's community stands, and what its page needs at hand.
_COMMUNITY = {
    "make-up": "shift__activity__community",
    "objection": "record__community",
    "correction": "record__community",
    "daily-approval": "volunteer__community",
    "overtime": "shift__activity__community",
    "star-rating": "volunteer__community",
    "complaint": "volunteer__community",
    "rules": "rule_set__community",
}
_RELATED = {
    "make-up": ("volunteer__merged_into", "witness", "shift__activity__community", "asked_by"),
    "objection": ("record__volunteer__merged_into", "record__shift__activity", "record__community", "asked_by"),
    "correction": ("record__volunteer__merged_into", "record__shift__activity", "record__community", "asked_by"),
    "daily-approval": ("volunteer__merged_into", "volunteer__community", "asked_by"),
    "overtime": ("shift__activity__community", "asked_by"),
    "star-rating": ("volunteer__merged_into", "volunteer__community", "asked_by"),
    "complaint": ("volunteer__merged_into", "volunteer__community", "asked_by"),
    "rules": ("rule_set__community", "asked_by"),
}


# Asking


def unrecorded_shifts(volunteer: Volunteer, at: dt.datetime) -> list[Shift]:
    """The shifts of the last weeks that are over and where the volunteer has no minutes, signed up ones first."""
    one = Volunteer.objects.one_with(volunteer.pk)
    counted = ServiceRecord.objects.live().filter(volunteer__in=one, minutes__gt=0).values("shift")
    over = Shift.objects.filter(
        activity__community=volunteer.community_id,
        activity__published_at__isnull=False,
        activity__cancelled_at=None,
        ends_at__lte=at,
        ends_at__gte=at - dt.timedelta(days=MISSING_DAYS),
    )
    mine = set(over.filter(sign_ups__volunteer__in=one, sign_ups__cancelled_at=None).values_list("pk", flat=True))
    shifts = over.exclude(pk__in=counted).select_related("activity").order_by("-starts_at")
    return sorted(shifts, key=lambda shift: shift.pk not in mine)[:MISSING_SHOWN]


def record_at(volunteer: Volunteer, shift: Shift) -> ServiceRecord | None:
    one = Volunteer.objects.one_with(volunteer.pk)
    return ServiceRecord.objects.live().filter(volunteer__in=one, shift=shift).order_by("date").first()


def scanned_times(volunteer: Volunteer, shift: Shift) -> dict[str, str]:
    """When they came and left by the scans there are, as a form shows it."""
    one = Volunteer.objects.one_with(volunteer.pk)
    visits = list(Visit.objects.filter(volunteer__in=one, shift=shift).order_by("opened_at"))
    if not visits:
        return {}
    came, left = visits[0].opened_at, visits[-1].closed_at
    times = {"came": formats.clock(timezone.localtime(came))}
    return {**times, "left": formats.clock(timezone.localtime(left))} if left else times


def open_to_objection(user: User) -> QuerySet[ServiceRecord]:
    """Records on notice, of the communities where `user` is on the roll or works."""
    communities = Q(community__in=user.communities_for(Right.CONFIRM_HOURS))
    if user.own_volunteer is not None:
        communities |= Q(community=user.own_volunteer.community_id)
    on_notice = ServiceRecord.objects.filter(communities, state__in=[RecordState.ON_NOTICE, RecordState.CONTESTED])
    return on_notice.select_related("activity", "volunteer", "shift__activity")


def may_see_request(user: User, make_up: MakeUp) -> bool:
    community = make_up.shift.activity.community
    return (
        make_up.asked_by_id == user.pk
        or any(user.has_right(right, community) for right in (Right.DECIDE, Right.CONFIRM_HOURS))
        or make_up.volunteer.stays.pk in {person.pk for person in people_shown_to(user)}
    )


def requests_of(volunteer: Volunteer, record: ServiceRecord | None = None) -> list[MakeUp]:
    """What was asked for this person, the latest first; at the record's shift alone."""
    asked = MakeUp.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk))
    if record is not None:
        asked = asked.filter(shift=record.shift_id)
    return list(asked.select_related("shift__activity").order_by("-asked_at")[:10])


# Deciding


@dataclass(frozen=True)
class Pending:
    """Something that waits for a decision, as its reader may decide it."""

    kind: str
    asked: Any
    people: list[Volunteer]
    shift: Shift | None
    what: str
    alone_after: dt.date | None  # None: they may decide it at once
    scans: list[Scan] = field(default_factory=list)

    @property
    def title(self) -> str:
        return capfirst(str(self.asked._meta.verbose_name))

    @property
    def upholds(self) -> bool:
        """Whether a yes is an upholding: of an objection or a complaint."""
        return self.kind in ("objection", "complaint")

    @property
    def takes_times(self) -> bool:
        return self.kind == "objection"


def decidable(kind: str, user: User) -> QuerySet[Any]:
    """What is open of this kind where `user` decides, or may act alone when nobody does."""
    return asked_where(kind, user).filter(decided_at=None)


def asked_where(kind: str, user: User) -> QuerySet[Any]:
    """The same, with what has been decided already."""
    communities = user.communities_for(Right.DECIDE) | user.communities_for(Right.CONFIRM_HOURS)
    model: Any = KINDS[kind]
    found: QuerySet[Any] = model.objects.filter(**{f"{_COMMUNITY[kind]}__in": communities.distinct()})
    return found.select_related(*_RELATED[kind])


def count_waiting(user: User) -> int:
    """How many open matters `user` may decide."""
    if not user.communities_for(Right.DECIDE).exists():
        return 0
    return sum(decidable(kind, user).count() for kind in KINDS)


def waiting_for(user: User, at: dt.datetime) -> list[Pending]:
    """Everything open that `user` may decide, what is due first; their own matters left out."""
    decides = set(user.communities_for(Right.DECIDE).values_list("pk", flat=True))
    found: list[Pending] = []
    for kind in KINDS:
        asked = decidable(kind, user)
        if kind == "make-up":
            asked = asked.prefetch_related(Prefetch("evidence"))
        for one in asked:
            people = _people(kind, one)
            if any(user.pk in (person.user_id, person.stays.user_id) for person in people):
                continue
            found.append(_pending(kind, one, people, user, decides))
    _add_scans(found)
    return sorted(found, key=lambda one: (one.alone_after is not None, one.asked.asked_at))


def _people(kind: str, asked: Any) -> list[Volunteer]:
    if kind in ("overtime", "rules"):
        return []
    return [asked.record.volunteer if kind in ("objection", "correction") else asked.volunteer]


def _pending(kind: str, asked: Any, people: list[Volunteer], user: User, decides: set[int]) -> Pending:
    record: ServiceRecord | None = getattr(asked, "record", None)
    shift = record.shift if record is not None else getattr(asked, "shift", None)
    if kind == "rules":
        community_id = asked.rule_set.community_id
    else:
        community_id = shift.activity.community_id if shift is not None else people[0].community_id
    first = [record.confirmed_by_id] if kind == "objection" and record is not None else []
    if kind == "rules":
        first = [asked.rule_set.drafted_by_id]
    alone_after = None
    if community_id not in decides or user.pk in (asked.asked_by_id, *first):
        working_days = patience(community_id, asked.asked_at)
        alone_after = add_working_days(timezone.localdate(asked.asked_at), working_days)
    return Pending(kind, asked, people, shift, _what(kind, asked, shift), alone_after)


def _what(kind: str, asked: Any, shift: Shift | None) -> str:
    """The matter in one sentence."""
    if kind == "make-up" and asked.came_at is None:
        return _("Was not there at all.")
    if kind == "make-up":
        return _("Was there from %(came)s to %(left)s.") % {
            "came": formats.clock(timezone.localtime(asked.came_at)),
            "left": formats.clock(timezone.localtime(asked.left_at)),
        }
    if kind == "objection":
        return _("Objects to %(minutes)s minutes.") % {"minutes": asked.record.minutes}
    if kind == "correction":
        return _("By what came late: %(before)s minutes become %(after)s.") % {
            "before": asked.minutes_before,
            "after": asked.minutes_after,
        }
    if kind == "daily-approval":
        return _("%(hours)s hours on %(date)s.") % {
            "hours": formats.hours(asked.minutes),
            "date": asked.date.isoformat(),
        }
    if kind == "star-rating":
        return _("%(stars)s stars: %(hours)s effective hours, evaluated %(average)s on average.") % {
            "stars": asked.stars,
            "hours": formats.hours(asked.standing["minutes"]),
            "average": f"{asked.standing['average']:.1f}",
        }
    if kind == "rules":
        return _("%(title)s, to be in force from %(day)s.") % {
            "title": asked.rule_set.title,
            "day": asked.rule_set.effective_from.isoformat(),
        }
    if kind == "complaint":
        return _("Complained about by %(who)s.") % {"who": asked.complainant}
    return _("Counts until %(time)s.") % {"time": formats.clock(timezone.localtime(asked.until))}


def _add_scans(found: Iterable[Pending]) -> None:
    """What was scanned, beside what is asked for: in one statement."""
    of_shift: dict[tuple[int, int], list[Pending]] = defaultdict(list)
    for one in found:
        if one.shift is not None and one.people:
            of_shift[one.shift.pk, one.people[0].stays.pk].append(one)
    people = Volunteer.objects.all_with(person.stays for one in found for person in one.people)
    stays = {pk: merged_into or pk for pk, merged_into in people.values_list("pk", "merged_into")}
    shifts = {shift for shift, _person in of_shift}
    scans = Scan.objects.filter(refusal="", shift__in=shifts, volunteer__in=people).select_related(
        "annulment", "volunteer"
    )
    for scan in scans.order_by("happened_at"):
        for one in of_shift.get((scan.shift_id or 0, stays[scan.person.pk]), ()):
            one.scans.append(scan)
