"""Objects for tests, made by the services where one exists, as in production."""

import datetime as dt
from typing import Any
from uuid import uuid4

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Kind, Role, Shift, SignUp
from academy.checkin.services import codes, scanning
from academy.core.models import Community
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, records
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties as people_duties
from academy.people.services import logins, registration
from academy.rulebook import services as rulebook
from academy.rulebook.models import RuleSet
from academy.units.models import Unit
from cms.founding import FoundingFacts, set_up_community
from cms.writing import CourseText, LessonText
from tests.tables.packages import workbook as workbook


class CommunityFactory(DjangoModelFactory[Community]):
    class Meta:
        model = Community

    name = factory.Sequence(lambda n: f"第{n}社区")
    slug = factory.Sequence(lambda n: f"community-{n}")


class UserFactory(DjangoModelFactory[User]):
    """A login; `UserFactory(duties=[(community, DutyRole.TRAINER)], password="…")`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user-{n}")
    first_name = factory.Sequence(lambda n: f"社工{n}")

    @factory.post_generation
    def duties(self: User, create: bool, extracted: list[tuple[Community, DutyRole]] | None, **kwargs: Any) -> None:
        for community, role in extracted or []:
            people_duties.grant_duty(user=self, community=community, role=role, by=None)

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted)
        self.save(update_fields=["password"])


class VolunteerFactory(DjangoModelFactory[Volunteer]):
    """A registered volunteer, by the service; `login=True` gives a login."""

    class Meta:
        model = Volunteer

    community = factory.SubFactory(CommunityFactory)
    name = factory.Iterator(["王秀英", "李建国", "张桂兰", "刘伟", "陈静", "杨洋"])
    evidence = "签字的登记表"
    by = None
    at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type[Volunteer], *args: Any, login: bool = False, **kwargs: Any) -> Volunteer:
        volunteer = registration.register_volunteer(**kwargs)
        assert isinstance(volunteer, Volunteer), volunteer
        if login:
            logins.login_for(volunteer=volunteer)
            volunteer.refresh_from_db()
        return volunteer


class UnitFactory(DjangoModelFactory[Unit]):
    class Meta:
        model = Unit

    community = factory.SubFactory(CommunityFactory)
    name = factory.Sequence(lambda n: f"第{n}小学")


class IssuerFactory(DjangoModelFactory[Issuer]):
    class Meta:
        model = Issuer

    community = factory.SubFactory(CommunityFactory)
    name = factory.Sequence(lambda n: f"第{n}社区志愿服务队")
    person_responsible = "赵敏"
    handler = "孙丽"
    telephone = "010-12345678"


class RuleSetFactory(DjangoModelFactory[RuleSet]):
    """A published rule set, by the service."""

    class Meta:
        model = RuleSet

    community = factory.SubFactory(CommunityFactory)
    title = "志愿服务管理办法"
    effective_from = dt.date(2020, 1, 1)
    values = factory.Dict({})
    by = None
    at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type[RuleSet], *args: Any, **kwargs: Any) -> RuleSet:
        return rulebook.publish_rule_set(**kwargs)


# Pages


def found(slug: str = "songlin", **facts: Any) -> Community:
    """Create a community as `set_up_community` does: pages in both languages, rules, recording unit."""
    founding = FoundingFacts(
        **{
            "name": f"{slug}社区",
            "slug": slug,
            "issuer": f"{slug}社区志愿服务队",
            "person_responsible": "赵敏",
            "handler": "孙丽",
            "telephone": "0731-12345678",
            "address": "松林路 8 号",
            **facts,
        }
    )
    return set_up_community(facts=founding, public_url=f"https://{slug}.test", by=None, at=timezone.now())


def course_text(slug: str = "first-steps", length: int = 2, **fields: Any) -> CourseText:
    """Return a draft course of `length` lessons of one class hour each."""
    return CourseText(
        **{
            "slug": slug,
            "title": "志愿者入门课程",
            "tier": "beginner",
            "intro": "学会第一次参加活动要知道的事。",
            "lessons": [
                LessonText(f"lesson-{number}", f"第{number}节", 1, [("text", f"<p>这是第{number}节的正文。</p>")])
                for number in range(1, length + 1)
            ],
            **fields,
        }
    )


class ActivityFactory(DjangoModelFactory[Activity]):
    """An activity of 9:00–12:00 on 10 January 2026, by the services; `published=None` leaves it planned."""

    class Meta:
        model = Activity

    community = factory.SubFactory(CommunityFactory)
    title = "敬老院探访"
    kind = Kind.SERVICE
    place = "街道敬老院"
    service_content = "陪伴老人"
    organiser = "社区志愿服务队"
    leader = factory.SubFactory(VolunteerFactory, community=factory.SelfAttribute("..community"))
    issuer = factory.SubFactory(IssuerFactory, community=factory.SelfAttribute("..community"))
    starts_at = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
    ends_at = dt.datetime(2026, 1, 10, 4, tzinfo=dt.UTC)
    walk_ins = True
    capacity = 20
    published = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    by = None

    @classmethod
    def _create(cls, model_class: type[Activity], *args: Any, **kwargs: Any) -> Activity:
        shift = {name: kwargs.pop(name) for name in ("starts_at", "ends_at", "walk_ins")}
        role = {"name": "志愿者", "counts_as": CountsAs.VOLUNTEER, "capacity": kwargs.pop("capacity")}
        published = kwargs.pop("published")
        activity = activities.plan_activity(
            shifts=kwargs.pop("shifts", None) or [shift], roles=kwargs.pop("roles", None) or [role], **kwargs
        )
        if published is not None:
            outcome = activities.publish_activity(activity=activity, by=None, at=published)
            assert isinstance(outcome, Activity), outcome
        return activity


def sign_up(volunteer: Volunteer, shift: Shift, role: Role | None = None, *, at: dt.datetime | None = None) -> SignUp:
    """Sign `volunteer` up by the service, a day before the shift."""
    outcome = activities.sign_up(
        volunteer=volunteer,
        shift=shift,
        role=role or shift.activity.roles.order_by("id")[0],
        by=volunteer.user,
        at=at or shift.starts_at - dt.timedelta(days=1),
    )
    assert isinstance(outcome, SignUp), outcome
    return outcome


# Hours


def photo(name: str = "sheet.jpg") -> SimpleUploadedFile:
    """Return a picture as a phone sends it: the evidence of a make-up entry."""
    return SimpleUploadedFile(name, b"picture", "image/jpeg")


def compute_records(*, volunteer: Volunteer, shift: Shift, at: dt.datetime) -> list[ServiceRecord]:
    """Count what the volunteer did at `shift`; return the records of its joined days."""
    return records.compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=at).records


def effective_record(volunteer: Volunteer, shift: Shift) -> ServiceRecord:
    """Let `volunteer` serve the whole shift; confirm it, and end its notice. All by the services."""
    gate = codes.checkpoint_for(shift.activity, rotating=True)
    for direction, moment in (("in", shift.starts_at), ("out", shift.ends_at)):
        answer = scanning.record_scan(
            scan_id=uuid4(),
            checkpoint=gate.key,
            code=codes.rotating_codes(gate, at=moment)[0].code,
            volunteer=volunteer,
            operator=volunteer.user,
            direction=direction,
            at=moment,
            sure=True,
            shift_id=shift.pk,
        )
        assert answer.accepted, answer
    (record,) = compute_records(volunteer=volunteer, shift=shift, at=shift.ends_at)
    confirming = UserFactory(duties=[(shift.activity.community, DutyRole.SOCIAL_WORKER)])
    outcome = confirmation.confirm(activity=shift.activity, by=confirming, at=shift.ends_at, records=[record])
    assert isinstance(outcome, confirmation.ConfirmationResult), outcome
    notices.end_notices(at=shift.ends_at + dt.timedelta(days=60))
    record.refresh_from_db()
    assert record.state == RecordState.EFFECTIVE
    return record
