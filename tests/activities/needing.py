"""A watch that asks for first aid, and people who have it or not: for tests of needs."""

import datetime as dt
from typing import Any

from django.utils import timezone

from academy.activities.models import Activity, CountsAs, Role, Shift
from academy.core.models import Community
from academy.learning import qualifications
from academy.learning import services as learning
from academy.learning.award_models import TierAward
from academy.learning.models import Course, CourseCompletion
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
END = START + dt.timedelta(hours=3)
NOW = START - dt.timedelta(days=2)
LONG_AGO = START - dt.timedelta(days=300)


class Needing:
    """A community with courses, a social worker, a volunteer, and a role that asks for first aid."""

    def __init__(self) -> None:
        self.community: Community = CommunityFactory()
        self.aid = self.course("first-aid", "心肺复苏", valid_years=3)
        self.visits = self.course("visits", "上门礼仪")
        self.worker: User = UserFactory(duties=[(self.community, DutyRole.SOCIAL_WORKER)])
        self.volunteer = self.person("王秀英", login=True)
        self.activity = self.plan(courses=[self.aid])

    def course(self, key: str, title: str, **more: Any) -> Course:
        version = learning.publish_course(
            community=self.community,
            key=key,
            title=title,
            lessons=[{"key": f"{key}-1", "title": title, "class_hours": "1", "body": ""}],
            tier="beginner",
            required=True,
            by=None,
            at=LONG_AGO,
        )
        Course.objects.filter(pk=version.course_id).update(**more)
        return Course.objects.get(pk=version.course_id)

    def person(self, name: str = "李建国", **facts: Any) -> Volunteer:
        return VolunteerFactory(community=self.community, name=name, at=LONG_AGO, **facts)

    def plan(self, *, title: str = "急救值守", **needs: Any) -> Activity:
        """Plan and publish an activity with a role that asks for `needs`."""
        fields = {name: needs.pop(name) for name in ("dangerous", "insurance", "terms", "home_visit") if name in needs}
        role = {"name": "急救员", "counts_as": CountsAs.VOLUNTEER, "capacity": 2, **needs}
        return ActivityFactory(
            community=self.community, title=title, starts_at=START, ends_at=END, roles=[role], **fields
        )

    def role(self, activity: Activity | None = None) -> Role:
        return (activity or self.activity).roles.get()

    def shift(self, activity: Activity | None = None) -> Shift:
        return (activity or self.activity).shifts.select_related("activity").get()


def complete(volunteer: Volunteer, course: Course, *, on: dt.datetime = LONG_AGO) -> None:
    """Let the volunteer complete the course, with the qualification of one that expires."""
    version = course.versions.get()
    CourseCompletion.objects.create(volunteer=volunteer, course=course, version=version, completed_at=on)
    qualifications.qualify(volunteer=volunteer, course=course, on=timezone.localdate(on), at=on)


def award(volunteer: Volunteer, tier: str, *, by: User, on: dt.datetime = LONG_AGO) -> None:
    """Give the volunteer a tier."""
    TierAward.objects.create(
        volunteer=volunteer, tier=tier, awarded_on=timezone.localdate(on), evidence={}, awarded_by=by, awarded_at=on
    )
