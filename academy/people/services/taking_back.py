"""Services that take unused registrations back, as after an import by mistake."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

from academy.core.services import log_each
from academy.core.sql import batched
from academy.people.models import Card, Consent, PersonalKey, Slip, User, Volunteer
from academy.people.services.consents import latest_consents

_HARMLESS = (PersonalKey, Consent, Slip, Card)  # rows of every person on the roll; a used slip has a login


def find_used(
    people: Iterable[Volunteer], *, besides: Collection[type] = (), excused: Iterable[QuerySet[Any]] = ()
) -> list[Volunteer]:
    """Return those of these people who signed in, were joined or suspended, or whom any fact names.

    Facts of upper apps are found by their relations; `besides` are models, and `excused` are rows, that do not count.
    """
    found: set[int] = set()
    beside = {some.model: some for some in excused}
    listed = list(people)
    for some in batched(listed):
        pks = [person.pk for person in some]
        found |= {person.pk for person in some if person.user_id or person.merged_into_id or person.suspended_at}
        for relation in Volunteer._meta.get_fields(include_hidden=True):
            model = relation.related_model
            if not relation.auto_created or relation.concrete or model in (*_HARMLESS, *besides):
                continue
            name = relation.field.name  # type: ignore[union-attr]  # of the foreign key that points here
            rows = model._default_manager.filter(**{f"{name}__in": pks}).order_by()  # type: ignore[union-attr]
            if model in beside:
                rows = rows.exclude(pk__in=beside[model].order_by().values("pk"))
            found |= set(rows.values_list(name, flat=True))
    return [person for person in listed if person.pk in found]


@transaction.atomic
def take_back_registrations(*, volunteers: Collection[Volunteer], by: User, at: dt.datetime) -> None:
    """Take unused registrations back: the numbers stay, the data goes, and slips and cards end.

    The caller has locked these people, and asked `find_used`. Consents are facts, so each gets its withdrawal.
    """
    with translation.override(settings.LANGUAGE_CODE):
        name, evidence = gettext("(taken back)"), gettext("the registration was taken back")
    for some in batched(list(volunteers)):
        pks = [person.pk for person in some]
        given = latest_consents(some, Consent.Kind.values)
        Consent.objects.bulk_create(
            Consent(volunteer_id=pk, kind=kind, granted=False, evidence=evidence, recorded_by=by, recorded_at=at)
            for (pk, kind), consent in given.items()
            if consent.granted
        )
        PersonalKey.objects.filter(volunteer__in=pks).delete()
        Slip.objects.filter(volunteer__in=pks, used_at=None, replaced_at=None).update(replaced_at=at)
        Card.objects.filter(volunteer__in=pks, revoked_at=None).update(revoked_at=at)
        Volunteer.objects.filter(pk__in=pks).update(name=name, phone="", birth_date=None, taken_back_at=at)
        log_each(some, "people.take_back", by=by, at=at)
