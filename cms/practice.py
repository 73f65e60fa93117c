"""Set up and reset the practice community of a community (ADR 77)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Site

from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Kind, SignUp
from academy.checkin.models import Direction
from academy.checkin.services import codes, scanning
from academy.core import short_names
from academy.core.models import Community
from academy.core.practice import MARK
from academy.core.refusals import Refusal
from academy.people.models import Consent, Issuer, User, Volunteer
from academy.people.permissions import DutyRole, Right
from academy.people.refusals import NOT_ALLOWED
from academy.people.services import consents, duties, logins, practising, registration
from academy.rulebook.models import RuleSet
from cms import practice_content as content
from cms.founding import FoundingFacts, academy_of, set_up_community
from cms.models import HomePage
from cms.writing import write_course

SET_UP = "cms.set_up_practice"  # action in the log
SLUG = "practice"
EVIDENCE = "演练数据"
PLACE = "演练用的活动室"

THERE = Refusal("practice_there", _("The practice community is there already. Open this page again."))


def practice_of(community: Community) -> Community | None:
    """Return the open practice community of a real one; None without any."""
    return Community.objects.filter(practice_of=community, closed_at=None).first()


@transaction.atomic
def set_up_practice(*, community: Community, by: User, at: dt.datetime) -> Community | Refusal:
    """Found the practice community of a real one, with invented people, a course and activities.

    Its rules are those in force, but for the notice: it ends at the next minute, so that hours can be seen to take
    effect. Refuses with `not_allowed`, `practice_there`.
    """
    if not _may(by, community):
        return NOT_ALLOWED
    Community.objects.select_for_update().get(pk=community.pk)
    if practice_of(community) is not None:
        return THERE
    return _found(community, by, at)


@transaction.atomic
def reset_practice(*, practice: Community, by: User, at: dt.datetime) -> Community | Refusal:
    """Close this practice community and found a fresh one.

    Facts are never deleted: those of the closed one stay.

    Refuses with `not_allowed`, and with `practice_closed` if another request was first.
    """
    real = practice.practice_of
    if real is None or not _may(by, real):
        return NOT_ALLOWED
    Community.objects.select_for_update().get(pk=real.pk)
    closed = practising.close_practice(community=practice, by=by, at=at)
    if isinstance(closed, Refusal):
        return closed
    Site.objects.filter(root_page__in=HomePage.objects.filter(community=closed)).delete()
    return _found(real, by, at)


def _may(user: User, real: Community) -> bool:
    return not real.is_practice and user.has_right(Right.KEEP_SETTINGS, real)


def _found(real: Community, by: User, at: dt.datetime) -> Community:
    slug = _free_slug()
    began = at - dt.timedelta(days=30)
    facts = FoundingFacts(
        name=f"{MARK} · {real.name}"[:100],
        slug=slug,
        issuer=f"{MARK}单位（{real.name}）",
        person_responsible="演练负责人",
        handler="演练社工",
        telephone="000-00000000",
        address=PLACE,
        rules_from=timezone.localdate(began),
        rules={**RuleSet.objects.parameters_on(real.pk, timezone.localdate(at)), "notice_working_days": 0},
        practice_of=real,
    )
    community = set_up_community(facts=facts, public_url=f"http://{slug}.invalid", by=None, at=began)
    _Scene(community, at).fill()
    for user in User.objects.filter(duties__community=real, is_active=True).distinct():
        practising.practise(user=user)
    log(community, SET_UP, user=by, timestamp=at, data={"community": real.name})
    return community


def _free_slug() -> str:
    number = 1
    while short_names.community_called(slug := SLUG if number == 1 else f"{SLUG}-{number}") is not None:
        number += 1
    return slug


@dataclass
class _Scene:
    """The people, course and activities of a new practice community."""

    community: Community
    at: dt.datetime

    def fill(self) -> None:
        self.people = [self._person(name, born) for name, born in content.PEOPLE]
        self.leader = self._person(*content.LEADER)
        colleague = self._person(*content.COLLEAGUE)
        self.by = logins.login_for(volunteer=colleague)
        self.by = User.objects.get(pk=self.by.pk)
        duties.grant_duty(user=self.by, community=self.community, role=DutyRole.SOCIAL_WORKER, by=None)
        write_course(academy_page=academy_of(self.community), text=content.COURSE, by=self.by)
        today = timezone.localdate(self.at)
        self._hold(content.HELD, *_times(content.HELD, today))
        self._hold(content.RUNNING, *_around(self.at))
        self._hold(content.COMING, *_times(content.COMING, today))

    def _person(self, name: str, born: dt.date) -> Volunteer:
        began = self.at - dt.timedelta(days=30)
        person = registration.register_volunteer(
            community=self.community, name=name, phone="", birth_date=born, by=None, at=began, evidence=EVIDENCE
        )
        assert isinstance(person, Volunteer), person
        consents.record_consent(
            volunteer=person, kind=Consent.Kind.PUBLIC_NOTICE, granted=True, evidence=EVIDENCE, by=None, at=began
        )
        return person

    def _hold(self, plan: content.PracticeActivity, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        issuer = Issuer.objects.get(community=self.community)
        activity = activities.plan_activity(
            community=self.community,
            title=plan.title,
            kind=Kind.SERVICE,
            place=PLACE,
            service_content=plan.content,
            leader=self.leader,
            organiser=issuer.name,
            issuer=issuer,
            shifts=[{"starts_at": starts_at, "ends_at": ends_at, "walk_ins": True}],
            roles=[{"name": "志愿者", "counts_as": CountsAs.VOLUNTEER, "capacity": 20}],
            by=self.by,
        )
        published = min(self.at, starts_at) - dt.timedelta(days=3)
        activities.publish_activity(activity=activity, by=self.by, at=published)
        shift, role = activity.shifts.get(), activity.roles.get()
        for place in plan.signed_up:
            answer = activities.sign_up(
                volunteer=self.people[place], shift=shift, role=role, by=self.by, at=published + dt.timedelta(hours=1)
            )
            assert isinstance(answer, SignUp), answer
        if plan is content.RUNNING:
            self._scan(activity, 0, Direction.IN, starts_at)
        for place, came, left in plan.came:
            day = timezone.localdate(starts_at)
            self._scan(activity, place, Direction.IN, _moment(day, came))
            self._scan(activity, place, Direction.OUT, _moment(day, left))

    def _scan(self, activity: Activity, place: int, direction: Direction, at: dt.datetime) -> None:
        answer = scanning.record_scan(
            scan_id=uuid.uuid4(),
            checkpoint=codes.checkpoint_for(activity, rotating=False).key,
            code=None,
            volunteer=self.people[place],
            operator=self.by,
            direction=direction,
            at=at,
        )
        assert answer.accepted, answer.refusal


def _times(plan: content.PracticeActivity, today: dt.date) -> tuple[dt.datetime, dt.datetime]:
    day = today + dt.timedelta(days=plan.days)
    return _moment(day, plan.hours[0]), _moment(day, plan.hours[1])


def _moment(day: dt.date, clock: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), timezone.get_default_timezone())


def _around(at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return the times of a running shift, which lies within one day."""
    now = timezone.localtime(at).replace(second=0, microsecond=0)
    midnight = now.replace(hour=0, minute=0)
    begins, ends = now - dt.timedelta(hours=1), now + dt.timedelta(hours=4)
    return max(begins, midnight), min(ends, midnight + dt.timedelta(days=1))
