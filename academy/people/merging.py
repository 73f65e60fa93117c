"""One person, one row on the roll: somebody marked at the gate, and two rows that turn out to be one person."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.people.backends import normalise_login
from academy.people.models import User, Volunteer, mobile_number
from academy.people.refusals import BAD_NAME, BAD_PHONE
from academy.people.roll import enter, new_number, tidy_name

NAME_LENGTH = 60


@transaction.atomic
def register_at_gate(*, community: Community, name: str, phone: str, by: User, at: dt.datetime) -> Volunteer | Refusal:
    """Somebody unknown at the gate becomes a provisional person: name and phone are enough (R1).

    The same name and phone are one person, marked twice or at the same moment. Whoever stands on the roll with them
    already is that person; of somebody who was merged, the one who stays. `by` saw them: whether they may let people in
    is for the caller to ask. Refuses with `bad_name`, `bad_phone`.
    """
    name, phone = tidy_name(name), normalise_login(phone)
    if not 0 < len(name) <= NAME_LENGTH:
        return BAD_NAME
    try:
        mobile_number(phone)
    except ValidationError:
        return BAD_PHONE
    volunteer = _known(community, name, phone)
    if volunteer is None:
        _mark(community, name, phone, by, at)
        volunteer = _known(community, name, phone)
        assert volunteer is not None
    return volunteer


def _known(community: Community, name: str, phone: str) -> Volunteer | None:
    """Who has this name and phone: somebody present before somebody merged, the roll before the gate."""
    same = Volunteer.objects.filter(community=community, name=name, phone=phone).select_related("merged_into")
    people = sorted(same, key=lambda one: (one.merged_into_id is not None, one.provisional, one.pk))
    return (people[0].merged_into or people[0]) if people else None


def _mark(community: Community, name: str, phone: str, by: User, at: dt.datetime) -> None:
    """Writes the provisional person, unless somebody else has done so at this very moment: the constraint decides."""
    with translation.override(settings.LANGUAGE_CODE):
        evidence = gettext("said yes at the gate")
    with transaction.atomic():
        volunteer = Volunteer(
            community=community,
            number=new_number(timezone.localdate(at).year),
            name=name,
            phone=phone,
            registered_at=at,
            registered_by=by,
            provisional=True,
        )
        if insert_if_absent(volunteer):
            enter(Volunteer.objects.get(number=volunteer.number), evidence=evidence, by=by, at=at)
        else:
            transaction.set_rollback(True)  # and the number is free again
