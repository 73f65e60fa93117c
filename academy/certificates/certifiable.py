"""Hours that a certificate could state today, by person and recording unit."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min, Sum
from django.db.models.functions import Coalesce

from academy.hours.models import Category, ServiceRecord
from academy.people.models import Issuer, Volunteer


@dataclass(frozen=True)
class CertifiableHours:
    """A unit that has recorded effective service of a volunteer, in all `minutes`, the first on `since`."""

    volunteer: Volunteer
    issuer: Issuer
    minutes: int
    since: dt.date


def certifiable_hours(people: list[Volunteer]) -> list[CertifiableHours]:
    """Return the hours of these people, by number and unit."""
    rows = (
        ServiceRecord.objects.of_all(people)
        .effective()
        .filter(category=Category.SERVICE, minutes__gt=0)
        .order_by()
        .with_person()
        .values_list("person", "issuer")
        .annotate(
            minutes=Sum("minutes"),
            since=Min("date"),
            number=Coalesce("volunteer__merged_into__number", "volunteer__number"),
        )
        .order_by("number", "issuer__name")
        .values_list("person", "issuer", "minutes", "since")
    )
    persons = {person.pk: person for person in people}
    issuers = Issuer.objects.in_bulk([issuer for _volunteer, issuer, _minutes, _since in rows])
    return [
        CertifiableHours(persons[volunteer], issuers[issuer], minutes, since)
        for volunteer, issuer, minutes, since in rows
    ]
