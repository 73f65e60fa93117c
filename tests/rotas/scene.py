"""A community with a standing shift: Tuesdays and Thursdays, six people, one newcomer's place."""

import datetime as dt
from typing import Any

from academy.activities import services as activities
from academy.activities.models import Activity, Shift, SignUp
from academy.core.refusals import Refusal
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.rotas import pattern
from academy.rotas.models import Series, SeriesDate
from academy.rotas.services import changing, opening, standing
from tests.factories import CommunityFactory, IssuerFactory, UserFactory, VolunteerFactory
from tests.hours.scene import SHANGHAI

MONDAY = dt.date(2026, 1, 5)
NOW = dt.datetime(2026, 1, 5, 10, tzinfo=SHANGHAI)
TUESDAYS, WEDNESDAYS, THURSDAYS, FRIDAYS = (pattern.bits_of([weekday]) for weekday in (1, 2, 3, 4))
NEW_YEARS_DAY = dt.date(2026, 1, 1)  # a Thursday
SPRING = dt.date(2026, 2, 17)  # the first day of the Spring Festival, a Tuesday


class RotaScene:
    """A community at `NOW`; `plan` makes its standing shift."""

    def __init__(self) -> None:
        self.home = CommunityFactory()
        self.worker = UserFactory(duties=[(self.home, DutyRole.SOCIAL_WORKER)])
        self.leader = VolunteerFactory(community=self.home, name="赵敏", login=True, at=NOW)
        self.issuer = IssuerFactory(community=self.home)

    def unsaved(self, **fields: Any) -> Series:
        return Series(
            **{
                "community": self.home,
                "title": "消防通道值守",
                "place": "东门",
                "service_content": "劝导车辆",
                "leader": self.leader,
                "organiser": "居委会",
                "issuer": self.issuer,
                "weekdays": TUESDAYS | THURSDAYS,
                "starts": 17 * 60 + 30,
                "ends": 19 * 60 + 30,
                "role_name": "值守",
                "capacity": 6,
                "newcomer_places": 1,
                "first_day": MONDAY,
                **fields,
            }
        )

    def plan(self, *, at: dt.datetime = NOW, **fields: Any) -> Series:
        answer = opening.plan_series(series=self.unsaved(**fields), by=self.worker, at=at)
        assert isinstance(answer, Series), answer
        return answer

    def activity(self, series: Series, place: int) -> Activity:
        """Return the activity of the date at this place, from 0; -1 is the last one."""
        return Activity.objects.get(series_date=list(series.dates.order_by("day"))[place])

    def person(self, name: str = "王秀英", **fields: Any) -> Volunteer:
        return VolunteerFactory(community=self.home, name=name, login=True, at=NOW, **fields)

    def stand(self, series: Series, person: Volunteer, weekdays: int | None = None, at: dt.datetime = NOW) -> Any:
        return standing.stand_in(series=series, volunteer=person, weekdays=weekdays, by=person.user, at=at)

    def change(
        self, series: Series, *, since: dt.date = MONDAY, at: dt.datetime = NOW, also_own: bool = False, **fields: Any
    ) -> Any:
        """Change these fields as a form does, on a copy that was read before."""
        read = Series.objects.select_related("leader", "issuer", "community").get(pk=series.pk)
        for name, value in fields.items():
            setattr(read, name, value)
        return changing.change_series(series=read, since=since, also_own=also_own, by=self.worker, at=at)


def date_on(series: Series, day: dt.date) -> SeriesDate:
    return SeriesDate.objects.select_related("activity", "role", "newcomer_role").get(
        series=series, day=day, dropped=False
    )


def shift_on(series: Series, day: dt.date) -> Shift:
    return Shift.objects.select_related("activity__community").get(activity__series_date=date_on(series, day))


def take(series: Series, day: dt.date, person: Volunteer, *, newcomer: bool = False, at: dt.datetime = NOW) -> Any:
    """Sign the person up for one date."""
    date = date_on(series, day)
    role = date.newcomer_role if newcomer else date.role
    assert role is not None
    return activities.sign_up(volunteer=person, shift=shift_on(series, day), role=role, by=person.user, at=at)


def days_open(series: Series) -> list[str]:
    """Return the days that take place, as `1-6`."""
    dates = SeriesDate.objects.filter(series=series, activity__cancelled_at=None, activity__isnull=False)
    return [f"{date.day.month}-{date.day.day}" for date in dates.order_by("day")]


def days_of(person: Volunteer) -> list[str]:
    """Return the days on which the person has a place."""
    places = SignUp.objects.of(person).filter(cancelled_at=None, shift__activity__cancelled_at=None)
    return [f"{one.shift.date.month}-{one.shift.date.day}" for one in places.order_by("shift__starts_at")]


def code_of(answer: Any) -> str:
    return answer.code if isinstance(answer, Refusal) else "yes"
