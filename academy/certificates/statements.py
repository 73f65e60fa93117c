"""The yearly statement (年度对账单): the figures of a year, the yes to them, a picture to share."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import ExtractMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.certificates.sheets import StatementBar, StatementSheet
from academy.certificates.statement_models import StatementAnswer
from academy.core import formats, practice, shown_hours
from academy.core.refusals import Refusal
from academy.core.shown_hours import step_of
from academy.families import belongings
from academy.hours.models import Category, RecordState, ServiceRecord
from academy.hours.services import telling
from academy.messaging import services as messaging
from academy.messaging.models import Message
from academy.paper.pdf import print_sheet
from academy.paper.pictures import page_png
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

ANSWER: Final = "certificates.statement"
PICTURE_WIDTH: Final = 1080  # dots, as phones and WeChat's moments show them

FIRST_DAY: Final = 5  # of January: the last records of the year are on their way
HOURS: Final = range(9, 12)  # nobody is asked at night
AT_ONCE: Final = 100  # one tick asks so many, and the next one goes on

NOT_ALLOWED = Refusal("not_allowed", _("Only this person, or who acts for them, answers their statement."))
CHANGED = Refusal(
    "statement_changed", _("The figures have changed since you opened the page. Look at the new ones, then answer.")
)
NOTHING = Refusal("nothing_effective", _("No effective hours in this year yet."))


@dataclass(frozen=True)
class Statement:
    """A person's effective service of a year: how often, how long, by month, and what still waits."""

    volunteer: Volunteer
    year: int
    times: int
    minutes: int
    months: tuple[int, ...]  # minutes, from January on
    waiting: int  # records of the year that are not effective yet
    is_over: bool  # the year has ended, so that its figures change no more unless corrected
    answered: StatementAnswer | None  # the yes to exactly these figures


def statement_of(volunteer: Volunteer, year: int, *, at: dt.datetime) -> Statement:
    """Return the statement of a year: all recording units together. Three statements."""
    volunteer = volunteer.stays
    of_year = ServiceRecord.objects.of(volunteer).filter(date__year=year, category=Category.SERVICE)
    effective = of_year.effective().filter(minutes__gt=0)
    rows = list(effective.annotate(month=ExtractMonth("date")).values_list("month", "minutes"))
    months = tuple(sum(minutes for month, minutes in rows if month == one) for one in range(1, 13))
    minutes = sum(months)
    waiting = of_year.live().exclude(state=RecordState.EFFECTIVE).count()
    same = StatementAnswer.objects.of(volunteer).filter(year=year, times=len(rows), minutes=minutes)
    return Statement(
        volunteer=volunteer,
        year=year,
        times=len(rows),
        minutes=minutes,
        months=months,
        waiting=waiting,
        is_over=year < timezone.localdate(at).year,
        answered=same.order_by("pk").first(),
    )


def years_of(volunteer: Volunteer) -> list[int]:
    """Return the years with effective service, the latest first."""
    served = ServiceRecord.objects.of(volunteer).effective().filter(category=Category.SERVICE, minutes__gt=0)
    return sorted({day.year for day in served.dates("date", "year")}, reverse=True)


@transaction.atomic
def say_yes(
    *, volunteer: Volunteer, year: int, times: int, minutes: int, by: User, at: dt.datetime
) -> StatementAnswer | Refusal:
    """Record that the person agrees to the figures that they saw. A second yes changes no row.

    Refuses with `not_allowed`, `nothing_effective`, and `statement_changed` if the figures are others by now.
    """
    volunteer = volunteer.stays
    if not belongings.may(by, Right.PRINT_CERTIFICATE, volunteer=volunteer):
        return NOT_ALLOWED
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    statement = statement_of(volunteer, year, at=at)
    if not statement.times:
        return NOTHING
    if (statement.times, statement.minutes) != (times, minutes):
        return CHANGED
    if statement.answered is not None:
        return statement.answered
    answer = StatementAnswer.objects.create(
        volunteer=volunteer, year=year, times=times, minutes=minutes, answered_at=at, answered_by=by
    )
    log(volunteer, ANSWER, user=by, timestamp=at, data={"year": year})
    messaging.settle(volunteers=[volunteer], keys=[_key(year)], at=at)
    return answer


def _key(year: int) -> str:
    return f"statement:{year}"


def ask_everybody(*, at: dt.datetime) -> int:
    """Ask each person who served last year about its figures, once, in January. Return how many."""
    now = timezone.localtime(at)
    if now.month != 1 or now.day < FIRST_DAY or now.hour not in HOURS:
        return 0
    year = now.year - 1
    key = _key(year)
    served = ServiceRecord.objects.effective().filter(date__year=year, category=Category.SERVICE, minutes__gt=0)
    own, merged = served.filter(volunteer=OuterRef("pk")), served.filter(volunteer__merged_into=OuterRef("pk"))
    people = Volunteer.objects.present().filter(
        Exists(own) | Exists(merged), ~Exists(Message.objects.filter(volunteer=OuterRef("pk"), key=key))
    )
    asked = list(people.select_related("community").order_by("pk")[:AT_ONCE])
    for person in asked:
        statement = statement_of(person, year, at=at)
        messaging.send(
            kind=telling.HOURS,
            volunteer=person,
            key=key,
            text=messaging.fill_in(
                _("Your %(year)s: %(times)s times, %(hours)s hours. Is that right? Look at it and say yes."),
                year=year,
                times=statement.times,
                hours=shown_hours.hours(statement.minutes, person.community_id),
            ),
            path=reverse("certificates:statement", args=[year]),
            at=at,
        )
    return len(asked)


def picture_of(statement: Statement, *, at: dt.datetime) -> bytes | Refusal:
    """Return the picture to share, as PNG in colours. Refuses with `missing_glyphs`."""
    volunteer = statement.volunteer
    step = step_of(volunteer.community_id, timezone.localdate(at))
    most = max(*statement.months, 1)
    sheet = StatementSheet(
        name=volunteer.name,
        community=volunteer.community.name,
        year=str(statement.year),
        times=str(statement.times),
        hours=formats.hours(statement.minutes, step),
        bars=tuple(
            StatementBar(month=str(month), height=f"{40 * minutes / most:.1f}")
            for month, minutes in enumerate(statement.months, 1)
        ),
        until="" if statement.is_over else formats.day(timezone.localdate(at), "zh-hans", year=True),
    )
    printed = print_sheet(sheet, created=at, practice=practice.is_practice(volunteer.community_id))
    return printed if isinstance(printed, Refusal) else page_png(printed, 1, width=PICTURE_WIDTH)
