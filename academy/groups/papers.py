"""Papers of a unit: the letter of thanks as text and PDF, and a member's quarter for their employer."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from academy.core import formats, shown_hours
from academy.core.look import current_language
from academy.core.periods import quarter_of
from academy.core.refusals import Refusal
from academy.feedback.selectors import rate_about
from academy.groups.refusals import NEEDS_EMPLOYER_CONSENT
from academy.groups.sheets import QuarterLine, QuarterSheet, ThanksSheet
from academy.groups.sums import figures_of
from academy.hours.models import Category, ServiceRecord
from academy.paper.pdf import print_sheet, printable_name
from academy.people.models import User, Volunteer
from academy.units.models import Contribution, Unit, UnitMembership
from academy.units.selectors import agree_to_sheets
from academy.units.services import NOT_A_MEMBER

Period = tuple[dt.date, dt.date]
FEWEST_WORDS = 5  # of served people, for a rate in a letter


def _day(day: dt.date) -> str:
    return formats.day(day, current_language(), year=True)


# The letter of thanks


def thanks_paragraphs(unit: Unit, period: Period) -> list[str]:
    """Return the letter to the unit, with its figures and contributions of the period."""
    figures = figures_of([unit], *period)[unit.pk]
    between = {"since": _day(period[0]), "until": _day(period[1])}
    said = [
        _("From %(since)s to %(until)s you stood by the neighbours of %(community)s. We thank you for it.")
        % {**between, "community": unit.community.name}
    ]
    if figures.attendances:
        said.append(
            _(
                "%(people)s of your members served, %(attendances)s times in all, with %(hours)s hours of service. "
                "Each hour is recorded under the name of the person who gave it."
            )
            % {
                "people": figures.people,
                "attendances": figures.attendances,
                "hours": shown_hours.hours(figures.service, unit.community_id),
            }
        )
    rate = rate_about(figures.activities)
    if rate.words >= FEWEST_WORDS and 2 * rate.good > rate.words:
        said.append(
            _(
                "%(words)s of the neighbours whom these activities served left a word afterwards; %(good)s of them "
                "were content."
            )
            % {"words": rate.words, "good": rate.good}
        )
    if figures.nameless:
        said.append(
            ngettext(
                "%(n)s more person lent a hand without leaving a name.",
                "%(n)s more people lent a hand without leaving a name.",
                figures.nameless,
            )
            % {"n": figures.nameless}
        )
    if given := contributions_in(unit, period):
        said.append(_("You also gave: %(given)s.") % {"given": "；".join(one.word for one in given)})
    said.append(_("We look forward to the next time together."))
    return said


def contributions_in(unit: Unit, period: Period) -> list[Contribution]:
    """Return the unit's contributions with a day in the period, the earliest first."""
    since, until = period
    begun = unit.contributions.filter(since__lte=until).order_by("since", "pk")
    return [one for one in begun if one.last_day >= since]


def print_thanks(*, unit: Unit, period: Period, at: dt.datetime) -> bytes | Refusal:
    """Return the letter of thanks as a PDF in the reader's language. Refuses with `missing_glyphs`."""
    sheet = ThanksSheet(
        unit=unit.name,
        paragraphs=tuple(thanks_paragraphs(unit, period)),
        community=unit.community.name,
        date=_day(timezone.localdate(at)),
    )
    return print_sheet(sheet, language=current_language(), created=at, practice=unit.community.is_practice)


# The quarter of a member, for their employer


def records_in(volunteer: Volunteer, community_id: int, period: Period) -> list[ServiceRecord]:
    """Return the person's own effective service records of the period, by date."""
    found = (
        ServiceRecord.objects.effective()
        .of(volunteer)
        .filter(community=community_id, category=Category.SERVICE, date__gte=period[0], date__lte=period[1])
    )
    return list(found.select_related("activity").order_by("date", "pk"))


@transaction.atomic
def print_quarter(*, volunteer: Volunteer, unit: Unit, day: dt.date, by: User, at: dt.datetime) -> bytes | Refusal:
    """Return the member's effective records of the quarter of `day` as a PDF for their unit, and log it.

    Refuses with `not_a_member`, `needs_employer_consent`, `missing_glyphs`. It is no certificate (P3): those have a
    number and are verified.
    """
    volunteer, period = volunteer.stays, quarter_of(day)
    memberships = list(UnitMembership.objects.filter(unit=unit, volunteer=volunteer))
    if not memberships:
        return NOT_A_MEMBER
    consent = agree_to_sheets([volunteer], unit, timezone.localdate(at)).get(volunteer.pk)
    if consent is None:
        return NEEDS_EMPLOYER_CONSENT
    found = records_in(volunteer, unit.community_id, period)
    records = [record for record in found if any(one.covers(record.date) for one in memberships)]
    printed = print_sheet(
        QuarterSheet(
            title=_("Service from %(since)s to %(until)s") % {"since": _day(period[0]), "until": _day(period[1])},
            unit=unit.name,
            name=printable_name(volunteer.name),
            number=volunteer.number,
            lines=tuple(_lines(records)),
            total=shown_hours.hours(sum(record.minutes for record in records), unit.community_id),
            consented=_("With the person's consent of %(day)s")
            % {"day": _day(timezone.localdate(consent.recorded_at))},
            issuer=unit.community.name,
            date=_day(timezone.localdate(at)),
        ),
        language=current_language(),
        created=at,
        practice=unit.community.is_practice,
    )
    if not isinstance(printed, Refusal):
        data = {"unit": unit.name, "since": period[0].isoformat(), "until": period[1].isoformat()}
        log(volunteer, "groups.print_quarter", user=by, timestamp=at, data=data)
    return printed


def _lines(records: Iterable[ServiceRecord]) -> Iterable[QuarterLine]:
    for record in records:
        described = record.described
        yield QuarterLine(
            date=_day(record.date),
            activity=described.title,
            content=described.service_content,
            hours=shown_hours.hours(record.minutes, record.community_id),
        )
