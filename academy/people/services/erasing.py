"""Erase a person's data: key, name and contact go, number and records stay (V3)."""

import datetime as dt
import logging
import re
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.core.models import Community
from academy.core.one_by_one import each_alone
from academy.core.refusals import Refusal
from academy.people.holding import held
from academy.people.logins import is_made_for_a_person, is_staff
from academy.people.models import Card, Consent, PersonalKey, Slip, User, Volunteer
from academy.people.refusals import ERASED, ERASED_LOGIN_WITH_DUTIES
from academy.people.services import consents, sessions
from academy.people.signals import ask_against_erasing, person_erasing

logger = logging.getLogger(__name__)

ERASE = "people.erase"  # in the log


def rows_of(volunteer: Volunteer) -> list[Volunteer]:
    """Lock and return all rows of this person, in one order: certificates and sign-ups lock the same rows."""
    rows = Volunteer.objects.one_with(volunteer.stays.pk).select_for_update(of=("self",))
    return list(rows.select_related("user").order_by("pk"))


def cannot_erase(*, volunteer: Volunteer, at: dt.datetime) -> Refusal | None:
    """Return why this person's data cannot be erased now, else None.

    Refuses with `erased`, `erased_login_with_duties`, and as upper apps refuse (`ask_against_erasing`).
    """
    if volunteer.erased_at:
        return ERASED
    if volunteer.user is not None and is_staff(volunteer.user):
        return ERASED_LOGIN_WITH_DUTIES
    answers: Any = ask_against_erasing.send(sender=Volunteer, volunteer=volunteer, at=at)
    return next((answer for _receiver, answer in answers if answer is not None), None)


@transaction.atomic
def erase(*, volunteer: Volunteer, by: User | None, at: dt.datetime) -> Volunteer | Refusal:
    """Erase the data of a person in all their rows, for good. The caller has decided that it may be done.

    The number and all facts stay. Encrypted data of the person can never be read again; slips, cards, sessions and
    consents end. Upper apps erase and end what is theirs in the same transaction (`person_erasing`).

    Refuses as `cannot_erase` does.
    """
    rows = rows_of(volunteer)
    stays = next(row for row in rows if row.merged_into_id is None)
    if refusal := cannot_erase(volunteer=stays, at=at):
        return refusal
    with translation.override(settings.LANGUAGE_CODE):
        name, evidence = pgettext("in place of a name", "erased"), gettext("the person's data was erased")
    person_erasing.send(sender=Volunteer, volunteer=stays, rows=rows, by=by, at=at)
    _withdraw_consents(stays, evidence, by, at)
    pks = [row.pk for row in rows]
    PersonalKey.objects.filter(volunteer__in=pks).delete()
    Slip.objects.filter(volunteer__in=pks, used_at=None, replaced_at=None).update(replaced_at=at)
    Card.objects.filter(volunteer__in=pks, revoked_at=None).update(revoked_at=at)
    for row in rows:
        if row.user is not None:
            _close_login(row.user, by, at)
    Volunteer.objects.filter(pk__in=pks).update(
        name=name, phone="", birth_date=None, suspended_reason="", provisional=False, erased_at=at
    )
    _rename_in_log(rows, name)
    stays.refresh_from_db()
    log(stays, ERASE, user=by, timestamp=at)
    return stays


def erase_without_trace(community: Community, before: dt.datetime, most: int) -> int:
    """Erase people who have left no trace since `before`, the community's term (V3). Return how many.

    A trace is a sign-in, or any row that its app dates (`holding.moment`). Staff, and people whom an app keeps, stay.
    """
    at = timezone.now()
    people = list(without_trace(community, before)[:most])
    erased = each_alone(
        people, lambda one: erase(volunteer=one, by=None, at=at), failed="Volunteer %s is not erased yet", log=logger
    )
    return sum(isinstance(one, Volunteer) for one in erased)


def without_trace(community: Community, before: dt.datetime) -> QuerySet[Volunteer]:
    """Return the people of the community without a trace since `before`, and without a duty."""
    people = Volunteer.objects.present().filter(community=community, registered_at__lt=before)
    people = people.exclude(user__last_login__gte=before).exclude(user__duties__isnull=False)
    people = people.exclude(user__is_superuser=True)
    for one in held():
        if one.moment:
            newer = one.model._default_manager.filter(**{f"{one.moment}__gte": before}).order_by()
            # By the index of each row's person: few people are so old, and a table has a million rows.
            own, merged = (newer.filter(**{path: OuterRef("pk")}) for path in (one.path, f"{one.path}__merged_into"))
            people = people.exclude(Exists(own)).exclude(Exists(merged))
    return people.order_by("pk")


def _withdraw_consents(person: Volunteer, evidence: str, by: User | None, at: dt.datetime) -> None:
    """Record the end of each consent in force: consents are facts."""
    for consent in consents.latest_consents([person], Consent.Kind.values).values():
        if consent.is_in_force(timezone.localdate(at)):
            consents.record_consent(
                volunteer=person,
                kind=consent.kind,
                granted=False,
                evidence=evidence,
                guardian=consent.guardian,
                by=by,
                at=at,
            )


def _close_login(user: User, by: User | None, at: dt.datetime) -> None:
    """Close the login, end its sessions, and empty what it holds. The row stays: facts name it."""
    sessions.end_all_sessions(user=user, reason="erased", by=by, at=at)
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.is_active, user.first_name, user.last_name, user.email, user.phone = False, "", "", "", None
    if not is_made_for_a_person(user):
        user.username = f"erased-{user.pk}"
    user.set_unusable_password()
    user.save(update_fields=["is_active", "first_name", "last_name", "email", "phone", "username", "password"])


def _rename_in_log(rows: list[Volunteer], name: str) -> None:
    """Take the person's name and phone out of their own entries in Wagtail's log, which show the number.

    A label is “name number”, or has that as a part: “王秀英 V2026… · 3月1日”.
    """
    kind, logins = (ContentType.objects.get_for_model(model) for model in (Volunteer, User))
    known = [text for row in rows for text in (row.name, row.phone) if text]
    for row in rows:
        own = ModelLogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
        own.update(label=f"{name} {row.number}")
        for entry in own:
            data = _without(entry.data, known, name)
            if data != entry.data:
                entry.data = data
                entry.save(update_fields=["data"])
        if row.user is not None:
            entries = ModelLogEntry.objects.filter(content_type=logins, object_id=str(row.user.pk))
            entries.update(label=row.number, data={})
        named = re.compile(rf"[^·→]*?{re.escape(row.number)}")
        for entry in ModelLogEntry.objects.filter(label__contains=row.number).exclude(content_type=kind):
            entry.label = named.sub(f"{name} {row.number}", entry.label).strip()
            entry.save(update_fields=["label"])


def _without(data: Any, known: list[str], name: str) -> Any:
    """Return the facts of a log entry with `name` in place of each text of `known`."""
    if isinstance(data, dict):
        return {key: _without(value, known, name) for key, value in data.items()}
    if isinstance(data, list):
        return [_without(value, known, name) for value in data]
    if isinstance(data, str):
        for text in known:
            data = data.replace(text, name)
    return data
