"""People who wait for a place, people who did not come, and one who is asked to come instead."""

import datetime as dt

from django.utils import timezone

from academy.activities import absences, calling
from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Kind, Role, Shift, SignUp, Subject
from academy.activities.waiting import services as waiting
from academy.activities.waiting.models import WaitingEntry
from academy.core.models import Community
from academy.people.models import Issuer, User, Volunteer
from demo import accounts

IN_DAYS = 3
SIGNED_UP = ("吴丽华", "欧阳明", "孙㛃")
WAITS = (accounts.VOLUNTEER.name, "李建国", "张桂兰")  # the first is asked
DID_NOT_COME = (("李建国", "excused"), ("刘䶮", "unexcused"))
ASKED = "刘䶮"


def plan_full_activity(community: Community, *, by: User, at: dt.datetime) -> None:
    """Plan a full activity: three people wait, and the first is offered a place that was given back."""
    issuer = Issuer.objects.get(community=community)
    begins = timezone.localtime(at).replace(hour=14, minute=0, second=0, microsecond=0) + dt.timedelta(days=IN_DAYS)
    activity = activities.plan_activity(
        community=community,
        title="给独居长者包饺子",
        kind=Kind.SERVICE,
        subject=Subject.ELDERS,
        place="社区活动中心厨房",
        service_content="和面、包饺子，装盒送到长者手里",
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        organiser=issuer.name,
        issuer=issuer,
        shifts=[{"starts_at": begins, "ends_at": begins + dt.timedelta(hours=2), "walk_ins": False}],
        roles=[{"name": "包饺子", "counts_as": CountsAs.VOLUNTEER, "capacity": len(SIGNED_UP)}],
        by=by,
    )
    activities.publish_activity(activity=activity, by=by, at=at)
    shift, role = activity.shifts.get(), activity.roles.get()
    places = [_sign_up(name, shift, role, by=by, at=at) for name in SIGNED_UP]
    for name in WAITS:
        entry = waiting.join(volunteer=_person(name, activity), shift=shift, role=role, by=by, at=at)
        assert isinstance(entry, WaitingEntry), entry
    given_back = activities.cancel_sign_up(sign_up=places[0], by=by, at=at)
    assert isinstance(given_back, SignUp), given_back


def note_no_shows(activity: Activity, *, by: User) -> None:
    """Let two people not come to a past activity; one of them had told the leader (A4)."""
    shift = activity.shifts.get()
    for name, absence in DID_NOT_COME:
        role = activity.roles.order_by("-capacity", "pk")[0]  # the other one is full
        place = _sign_up(name, shift, role, by=by, at=shift.starts_at - dt.timedelta(days=2))
        leader = User.objects.get(volunteer__name=accounts.INSTRUCTOR.name)
        noted = absences.note(sign_up=place, absence=absence, by=leader, at=shift.ends_at)
        assert isinstance(noted, SignUp), noted


def ask_for_cover(activity: Activity, *, by: User, at: dt.datetime) -> None:
    """Ask a person to come to the shift that runs. A second call has no effect."""
    shift = activity.shifts.filter(starts_at__lte=at, ends_at__gt=at).select_related("activity").first()
    if shift is not None:
        person = _person(ASKED, activity)
        made = calling.call(people=[person], shift=shift, role=activity.roles.order_by("pk")[0], by=by, at=at)
        assert isinstance(made, list), made


def _person(name: str, activity: Activity) -> Volunteer:
    person: Volunteer = Volunteer.objects.filter(community=activity.community_id, name=name).earliest("pk")
    return person


def _sign_up(name: str, shift: Shift, role: Role, *, by: User, at: dt.datetime) -> SignUp:
    person = _person(name, shift.activity)
    place = activities.sign_up(volunteer=person, shift=shift, role=role, by=by, at=at)
    assert isinstance(place, SignUp), place
    return place
