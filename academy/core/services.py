"""Services of the lowest floor. Their callers check the rights, which belong to an upper one."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.core import memo
from academy.core.arrangements import BadNotice, read_notice
from academy.core.models import CalendarDay, CalendarYear, Community
from academy.core.refusals import Refusal
from academy.core.workdays import statutory_holidays

ENTERED = "core.calendar"  # action in the log

_WHY = {
    "no_such_day": _("There is no such day: %(about)s"),
    "wrong_weekday": _("The weekday does not fit the date. Is it the right year? %(about)s"),
    "wrong_count": _("The number of days does not fit the dates: %(about)s"),
    "off_or_work": _("Say whether these are days off (放假) or workdays (上班): %(about)s"),
    "other_year": _("This is not about the chosen year: %(about)s"),
    "twice": _("This day is off and a workday at once: %(about)s"),
    "not_a_weekend": _("Only a Saturday or a Sunday can become a workday: %(about)s"),
    "holiday_missing": _("The list is not complete, this holiday is missing: %(about)s"),
}


def log_each(instances: Sequence[models.Model], action: str, *, by: Any, at: dt.datetime) -> None:
    """Write the same entry into the log of each object of one model, in one statement."""
    if not instances:
        return
    kind = ContentType.objects.get_for_model(instances[0], for_concrete_model=False)
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind, object_id=one.pk, label=str(one), action=action, data={}, timestamp=at, user=by
        )
        for one in instances
    )


def found_community(*, name: str, slug: str) -> Community:
    """Return the community with this short name. If it is missing, create it with the name `name`."""
    community, _created = Community.objects.get_or_create(slug=slug, defaults={"name": name})
    return community


@transaction.atomic
def enter_calendar(*, year: int, notice: str, by: Any, at: dt.datetime) -> CalendarYear | Refusal:
    """Store the holidays and moved workdays of a year from the text of the State Council's notice.

    They replace what was entered for the year before. Dates that are stored already stay. Refuses with `bad_calendar`.
    """
    try:
        days = read_notice(notice, year, statutory_holidays(year))
    except BadNotice as bad:
        return Refusal("bad_calendar", _WHY[bad.code] % {"about": bad.about})
    entered, _created = CalendarYear.objects.update_or_create(year=year, defaults={"notice": notice.strip()})
    before = {day.isoformat(): works for day, works in entered.days.values_list("date", "works")}
    CalendarDay.objects.filter(date__in=days).delete()  # New Year's Eve may be in the notices of two years
    entered.days.all().delete()
    CalendarDay.objects.bulk_create(CalendarDay(year=entered, date=day, works=works) for day, works in days.items())
    after = {day.isoformat(): works for day, works in days.items()}
    log(entered, ENTERED, user=by, timestamp=at, data={"before": before, "after": after})
    memo.forget()
    return entered
