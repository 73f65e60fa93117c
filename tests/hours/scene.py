"""A community at work, for tests of hours and certificates: people, shifts and real scans."""

import datetime as dt
from dataclasses import dataclass, field
from io import StringIO
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import CommandError, call_command

from academy.activities import services as activities
from academy.activities.models import Activity, Shift
from academy.checkin.services import codes, scanning
from academy.core.models import Community
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation, notices
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import DutyRole
from tests.factories import (
    CommunityFactory,
    IssuerFactory,
    RuleSetFactory,
    UserFactory,
    VolunteerFactory,
    compute_records,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = dt.date(2026, 1, 10)
AUDITED = dt.datetime(2030, 1, 1, tzinfo=SHANGHAI)  # the day of the audit, after all that tests settle
ISSUED_AT = dt.datetime(2026, 2, 2, 9, tzinfo=SHANGHAI)  # of certificates: every notice of January is over


def moment(time: str, day: dt.date = SATURDAY) -> dt.datetime:
    """`time` of `day` in Shanghai: "09:00", "09:00:30", or "26:20" for the small hours of the next day."""
    hours_, minutes, *seconds = map(int, time.split(":"))
    midnight = dt.datetime.combine(day, dt.time(), SHANGHAI)
    return midnight + dt.timedelta(hours=hours_, minutes=minutes, seconds=seconds[0] if seconds else 0)


LONG_AGO = moment("08:00", dt.date(2025, 1, 6))


@dataclass
class Scene:
    """One community with rules, a recording unit, a leader and a social worker."""

    values: dict[str, int] = field(default_factory=dict)
    has_rules: bool = True

    def __post_init__(self) -> None:
        self.community: Community = CommunityFactory()
        if self.has_rules:
            self.publish_rules()
        self.issuer: Issuer = IssuerFactory(community=self.community)
        self.leader: Volunteer = VolunteerFactory(community=self.community, name="赵敏", login=True, at=LONG_AGO)
        self.social_worker: User = UserFactory(duties=[(self.community, DutyRole.SOCIAL_WORKER)])

    def publish_rules(self) -> None:
        self.rule_set = RuleSetFactory(community=self.community, values=self.values, at=LONG_AGO)

    @property
    def leading(self) -> User:
        assert self.leader.user is not None
        return self.leader.user

    def volunteer(self, name: str = "王秀英", *, login: bool = False, phone: str = "") -> Volunteer:
        return VolunteerFactory(
            community=self.community, name=name, phone=phone, login=login, at=moment("08:00", dt.date(2025, 2, 3))
        )

    def activity(
        self,
        *times: tuple[str, str],
        day: dt.date = SATURDAY,
        kind: str = "service",
        counts_as: str = "volunteer",
        breaks: tuple[tuple[str, str], ...] = (),
        title: str = "冬季防火入户宣传",
        issuer: Issuer | None = None,
    ) -> Activity:
        """Create a published activity with a shift for each pair of times, by default 9:00 to 12:00."""
        activity = activities.plan_activity(
            community=self.community,
            title=title,
            kind=kind,
            place="Y社区活动中心",
            service_content="入户宣传防火知识",
            leader=self.leader,
            organiser="Y社区居委会",
            issuer=issuer or self.issuer,
            shifts=[
                {
                    "starts_at": moment(start, day),
                    "ends_at": moment(end, day),
                    "breaks": [(moment(a, day), moment(b, day)) for a, b in breaks],
                }
                for start, end in times or [("09:00", "12:00")]
            ],
            roles=[{"name": "志愿者", "counts_as": counts_as, "capacity": 200}],
            by=self.social_worker,
        )
        published = activities.publish_activity(
            activity=activity, by=self.social_worker, at=moment("08:00", day - dt.timedelta(days=3))
        )
        assert isinstance(published, Activity), published
        codes.open_checkpoints(activity=published)
        return published

    def scan(
        self,
        volunteer: Volunteer,
        shift: Shift,
        direction: str,
        at: dt.datetime,
        *,
        rotating: bool = True,
        grace: bool = False,
        browser: str = "",
    ) -> scanning.Answer:
        """Record one scan at the shift's activity, of a volunteer who has signed up."""
        if not volunteer.sign_ups.filter(shift=shift).exists():
            role = shift.activity.roles.get()
            activities.sign_up(
                volunteer=volunteer, shift=shift, role=role, by=None, at=shift.starts_at - dt.timedelta(days=1)
            )
        checkpoint = codes.checkpoint_for(shift.activity, rotating=rotating)
        code = codes.rotating_codes(checkpoint, at=at)[0].code if rotating and not grace else None
        answer = scanning.record_scan(
            scan_id=uuid4(),
            checkpoint=checkpoint.key,
            code=code,
            volunteer=volunteer,
            operator=volunteer.user,
            direction=direction,
            at=at,
            grace=grace,
            browser=browser,
            sure=True,
            shift_id=shift.pk,
        )
        assert answer.accepted, answer.refusal
        return answer

    def attend(
        self,
        volunteer: Volunteer,
        shift: Shift,
        came: str = "09:00",
        left: str = "12:00",
        *,
        day: dt.date | None = None,
        rotating: bool = True,
    ) -> list[ServiceRecord]:
        """Record a whole visit, and return the records counted when it closed."""
        day = day or shift.date
        self.scan(volunteer, shift, "in", moment(came, day), rotating=rotating)
        self.scan(volunteer, shift, "out", moment(left, day), rotating=rotating)
        return compute_records(volunteer=volunteer, shift=shift, at=moment(left, day))

    def serve(
        self, volunteer: Volunteer, came: str, left: str, *, day: dt.date = SATURDAY, **activity: Any
    ) -> ServiceRecord:
        """Create a visit to an activity of its own, confirm it, end its notice, and return the record."""
        planned = self.activity((came, left), day=day, **activity)
        shift = planned.shifts.get()
        record = next(one for one in self.attend(volunteer, shift, came, left) if one.shift_id == shift.pk)
        confirmation.confirm(activity=planned, by=self.leading, at=moment(left, day) + dt.timedelta(minutes=30))
        notices.end_notices(at=moment("00:05", day + dt.timedelta(days=6)))
        record.refresh_from_db()
        return record


def audit() -> tuple[int, str]:
    """Return the exit code and the output of the command that proves the ledger."""
    out = StringIO()
    try:
        with time_machine.travel(AUDITED, tick=False):
            call_command("audit_ledger", stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()
