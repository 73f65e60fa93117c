"""Hours on public notice, the people whose hours the public may see (K5, K6), and the printed notice."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.core import formats, shown_hours
from academy.core.links import typed_address
from academy.core.look import current_language, with_certainty
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.home.sheets import NoticeLine, NoticeSheet
from academy.hours.anchors import short_anchor_of
from academy.hours.models import RecordState, ServiceRecord
from academy.paper.pdf import print_sheet, printable_name
from academy.people import ages
from academy.people.models import Consent, Issuer, Volunteer
from academy.people.services import consents

ON_NOTICE = (RecordState.ON_NOTICE, RecordState.CONTESTED)


@dataclass(frozen=True)
class Batch:
    """A community's records that were confirmed on one local day and are on notice."""

    community: Community
    day: dt.date
    ends_on: dt.date | None  # the last day of the longest notice in the batch
    count: int
    shown: list[ServiceRecord]
    units: list[Issuer]  # that recorded the hours of the batch

    @property
    def withheld(self) -> int:
        """The number of records that only the desk lists."""
        return self.count - len(self.shown)


def batches(communities: "QuerySet[Community]") -> list[Any]:
    """Return every batch on notice there, the latest first: community, day and number of records."""
    confirmed = ServiceRecord.objects.filter(community__in=communities, state__in=ON_NOTICE).annotate(
        day=TruncDate("confirmed_at")
    )
    rows = confirmed.values("community__slug", "community__name", "day")
    return list(rows.annotate(count=Count("pk"), until=Max("effective_on"), first=Min("date")).order_by("-day"))


def batch(community: Community, day: dt.date, *, everybody: bool = False) -> Batch:
    """Return one batch with the records that the public may see, or with `everybody` all of them."""
    records = list(
        ServiceRecord.objects.filter(community=community, state__in=ON_NOTICE, confirmed_at__date=day)
        .select_related("volunteer__merged_into", "issuer", "shift__activity__issuer")
        .order_by("date", "volunteer__number")
    )
    records.sort(key=lambda record: record.described.title)
    public = shown_in_public({record.volunteer.stays for record in records}, timezone.localdate())
    last = max((record.effective_on for record in records if record.effective_on), default=None)
    return Batch(
        community=community,
        day=day,
        ends_on=last - dt.timedelta(days=1) if last else None,
        count=len(records),
        shown=[record for record in records if everybody or record.volunteer.stays.pk in public],
        units=sorted({record.issuer or record.shift.activity.issuer for record in records}, key=lambda unit: unit.pk),
    )


def shown_in_public(people: Iterable[Volunteer], day: dt.date) -> set[int]:
    """Return the ids of the people who consented to the notice.

    Minors also need their guardian's word for it (K6), unless they live on their own labour (N2).
    """
    people = list(people)
    kinds = (Consent.Kind.PUBLIC_NOTICE, Consent.Kind.GUARDIAN_NOTICE, Consent.Kind.OWN_LABOUR)
    latest = consents.latest_consents(people, kinds)

    def has_consented(person: Volunteer, kind: str) -> bool:
        consent = latest.get((person.pk, kind))
        return consent is not None and consent.is_in_force(day)

    return {
        person.pk
        for person in people
        if has_consented(person, Consent.Kind.PUBLIC_NOTICE)
        and (
            not ages.is_minor(person.birth_date, day)
            or has_consented(person, Consent.Kind.GUARDIAN_NOTICE)
            or has_consented(person, Consent.Kind.OWN_LABOUR)
        )
    }


# On paper


def print_pdf(batch: Batch, *, everybody: bool, at: dt.datetime) -> bytes | Refusal:
    """Print the notice for the wall, A4, in the user's language.

    `everybody` prints the desk's list with all records and full names. Refuses with `missing_glyphs`.
    """
    language = current_language()

    def day(date: dt.date | None) -> str:
        return formats.day(date, language, year=True) if date else ""

    units = batch.units
    sheet = NoticeSheet(
        community=batch.community.name,
        lines=tuple(
            NoticeLine(
                number=record.volunteer.stays.number,
                name=printable_name(shown_name(record, everybody=everybody)),
                activity=record.described.title,
                date=formats.day(record.date, language),
                hours=shown_hours.hours(record.minutes, record.community_id),
                remark="、".join(_remarks(record)),
            )
            for record in batch.shown
        ),
        confirmed_on=day(batch.day),
        until=with_certainty(day(batch.ends_on), batch.ends_on) if batch.ends_on else "",
        address=typed_address(reverse("home:notices")),
        printed_on=day(timezone.localdate(at)),
        withheld=batch.withheld,
        for_the_desk=everybody,
        unit="、".join(unit.name for unit in units),
        telephone="、".join(unit.telephone for unit in units),
        anchor=short_anchor_of(batch.community),
    )
    practice = batch.community.is_practice
    return print_sheet(sheet, language=language, created=at, practice=practice)


def shown_name(record: ServiceRecord, *, everybody: bool) -> str:
    """Return the person's name as the sheet shows it: masked, but for the desk's own list."""
    person = record.volunteer.stays
    return person.name if everybody else person.masked_name


def _remarks(record: ServiceRecord) -> list[str]:
    remarks = [str(record.get_state_display())] if record.state == RecordState.CONTESTED else []
    return [*remarks, str(_("handled by one person"))] if record.alone else remarks
