"""Services of the lowest floor. Their callers check the rights, which belong to an upper one."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.core import memo, short_names
from academy.core.arrangements import BadNotice, read_notice
from academy.core.models import CalendarDay, CalendarYear, Community, EarlierShortName
from academy.core.refusals import Refusal
from academy.core.signals import community_changed
from academy.core.workdays import statutory_holidays

# actions in the log
ENTERED = "core.calendar"
CHANGED = "core.community"

BAD_SHORT_NAME = Refusal(
    "bad_short_name",
    _("The short name stands in addresses: small Latin letters and digits, with single hyphens between them."),
)
SHORT_NAME_TAKEN = Refusal("short_name_taken", _("Another community has or had this short name. Choose another one."))

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


def found_community(*, name: str, slug: str, practice_of: Community | None = None) -> Community:
    """Return the community that has or had this short name; create a missing one.

    `practice_of` is the real community whose staff learn in a practice community (ADR 77). Raises `ValidationError` for
    a short name that fits no address.
    """
    present = short_names.community_called(slug)
    if present is not None:
        return present
    if not short_names.is_short_name(slug):
        raise ValidationError(str(BAD_SHORT_NAME), code=BAD_SHORT_NAME.code)
    return Community.objects.create(name=name, slug=slug, practice_of=practice_of)


@transaction.atomic
def change_community(*, community: Community, by: Any, at: dt.datetime, **facts: Any) -> Community | Refusal:
    """Change facts of a community; an earlier short name goes on leading to it (ADR 71).

    `facts` are fields of `Community`. Refuses with `bad_short_name` and `short_name_taken`. A bad short name that stays
    as it is, is no reason.
    """
    held = Community.objects.select_for_update().get(pk=community.pk)
    before = {name: str(getattr(held, name)) for name in facts}
    slug = facts.get("slug", held.slug)
    if slug != held.slug:
        if not short_names.is_short_name(slug):
            return BAD_SHORT_NAME
        other = short_names.community_called(slug)
        if other is not None and other != held:
            return SHORT_NAME_TAKEN
        EarlierShortName.objects.filter(slug=slug).delete()
        EarlierShortName.objects.create(slug=held.slug, community=held, until=at)
    for name, value in facts.items():
        setattr(held, name, value)
    try:
        with transaction.atomic():
            held.save(update_fields=facts)
    except IntegrityError:  # another community took the short name at the same moment
        transaction.set_rollback(True)
        return SHORT_NAME_TAKEN
    after = {name: str(getattr(held, name)) for name in facts}
    changed = [name for name in facts if before[name] != after[name]]
    if changed:
        data = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
        log(held, CHANGED, user=by, timestamp=at, data=data)
        community_changed.send(sender=Community, community=held, before=before)
    return held


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
