"""The content of a certificate of service: its records, and the snapshot made of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.certificates import eligibility
from academy.core import formats
from academy.core.refusals import Refusal
from academy.core.shown_hours import step_of
from academy.hours.anchors import short_anchor_of
from academy.hours.day_limits import refuse_excess
from academy.hours.evidence import Evidence
from academy.hours.models import LedgerEntry, ServiceRecord
from academy.hours.services import totals
from academy.people.models import Issuer, Volunteer

NOTHING_EFFECTIVE = Refusal(
    "nothing_effective", _("No effective hours in this period yet. Records count after confirmation and public notice.")
)
NOT_ISSUER = Refusal(
    "not_issuer",
    _("Other units recorded these hours. Only the unit that recorded hours certifies them: choose that unit."),
)


@dataclass(frozen=True)
class Content:
    """The content of a certificate that could be issued, with the evidence of its minutes (P8)."""

    records: list[ServiceRecord]
    minutes: int
    evidence: list[tuple[Evidence, int]]
    elsewhere: tuple[str, ...] = ()  # other units with hours in the period: each gives a certificate of its own (P3)


def content_of(*, issuer: Issuer, volunteer: Volunteer, period_from: dt.date, period_to: dt.date) -> Content | Refusal:
    """Return the person's records that may be on a certificate of `issuer`.

    Refuses with `nothing_effective`, `not_issuer` and `day_in_excess` (H4, H5).
    """
    records = list(
        ServiceRecord.objects.of(volunteer)
        .effective()
        .filter(date__gte=period_from, date__lte=period_to)
        .order_by("date", "shift__starts_at", "pk")
    )
    methods = totals.methods_behind(volunteer, records)
    facts = [
        eligibility.Facts(
            id=record.pk,
            date=record.date,
            category=record.category,
            state=record.state,
            minutes=record.minutes,
            issuer_id=cast(int, record.issuer_id),  # it is settled
            methods=methods[record.pk],
        )
        for record in records
    ]
    period = {"period_from": period_from, "period_to": period_to}
    if code := eligibility.why_not(facts, issuer_id=issuer.pk, **period):
        return NOT_ISSUER if code == NOT_ISSUER.code else NOTHING_EFFECTIVE
    standing = [one for one in facts if eligibility.may_stand(one, issuer_id=issuer.pk, **period)]
    if refusal := refuse_excess(volunteer, period_from, period_to):
        return refusal
    standing_ids = {one.id for one in standing}
    others = {
        one.issuer_id
        for one in facts
        if one.id not in standing_ids and eligibility.may_stand(one, issuer_id=one.issuer_id, **period)
    }
    return Content(
        records=[record for record in records if record.pk in standing_ids],
        minutes=sum(one.minutes for one in standing),
        evidence=eligibility.rests_on(standing),
        elsewhere=tuple(Issuer.objects.filter(pk__in=others).order_by("name").values_list("name", flat=True))
        if others
        else (),
    )


def snapshot_of(
    content: Content,
    issuer: Issuer,
    period_from: dt.date,
    period_to: dt.date,
    at: dt.datetime,
) -> dict[str, Any]:
    """Return the public content: hours as they are printed (H1), with their minutes."""
    today = timezone.localdate(at)
    step = step_of(issuer.community_id, today)
    rows = [
        {
            "date": record.date.isoformat(),
            "activity": record.described.title,
            "place": record.described.place,
            "content": record.described.service_content,
            "minutes": record.minutes,
            "hours": formats.hours(record.minutes, step),
        }
        for record in content.records
    ]
    entries = LedgerEntry.objects.filter(record__in=content.records, reversed_by=None).order_by("seq")
    return {
        "anchor": short_anchor_of(issuer.community),
        "issuer": issuer.name,
        "person_responsible": issuer.person_responsible,
        "handler": issuer.handler,
        "telephone": issuer.telephone,
        "period_from": period_from.isoformat(),
        "period_to": period_to.isoformat(),
        "issued_on": today.isoformat(),
        "minutes": content.minutes,
        "hours": formats.hours(content.minutes, step),
        "rows": rows,
        "evidence": [[evidence.value, minutes, formats.hours(minutes, step)] for evidence, minutes in content.evidence],
        "entries": list(entries.values_list("hash", flat=True)),
    }
