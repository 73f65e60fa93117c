"""Services that sign up or withdraw the people of a thread.

The sign-up alone keeps the line: an erasure empties it there, but changes neither a consent nor the log.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from academy.activities import placing
from academy.activities.models import Role, Shift, SignUp
from academy.core.keys import normalise_number
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name
from academy.people.permissions import Right
from academy.people.refusals import NOT_ALLOWED
from academy.people.services import registration

NOT_FOUND = Refusal("not_on_roll", _("Nobody on the roll has this name or number. Check it, or choose “a new person”."))
NOT_UNIQUE = Refusal("several_of_this_name", _("Several people have this name. Give the volunteer number."))
AGE_UNKNOWN = Refusal(
    "age_unknown", _("The activity is dangerous and for adults only (N3). Register them with the birth date first.")
)
NO_PLACE = Refusal("no_place", _("They have no place in this shift: there is nothing to withdraw."))


def find(community: Community, typed: str) -> Volunteer | Refusal:
    """Return the person whom staff typed: by the number, or by a whole name that one person has.

    Refuses with `not_on_roll`, `several_of_this_name`.
    """
    people = Volunteer.objects.present().filter(community=community)
    if typed and (person := people.filter(number=normalise_number(typed)).first()):
        return person
    found = list(people.filter(name=tidy_name(typed))[:2]) if typed else []
    if len(found) == 1:
        return found[0]
    return NOT_UNIQUE if found else NOT_FOUND


@transaction.atomic
def sign_up_new(
    *,
    name: str,
    phone: str,
    shift: Shift,
    role: Role,
    said: str,
    companions: int = 0,
    by: User,
    at: dt.datetime,
) -> SignUp | Refusal:
    """Enter an unknown person as provisional, as at the gate, and sign them up.

    Refuses with `not_allowed`, `age_unknown` (N3), and as `registration.register_at_gate` and `placing.sign_up` do; the
    person is then not entered.
    """
    community = shift.activity.community
    if not by.has_right(Right.RUN_ACTIVITIES, community):
        return NOT_ALLOWED
    if shift.activity.dangerous:
        return AGE_UNKNOWN
    with translation.override(settings.LANGUAGE_CODE):
        evidence = gettext("asked for a place in the chat group: %(said)s") % {"said": shift.activity.title}
    volunteer = registration.register_at_gate(
        community=community, name=name, phone=phone, by=by, at=at, evidence=evidence[:200]
    )
    if isinstance(volunteer, Refusal):
        return volunteer
    answer = placing.sign_up(
        volunteer=volunteer, shift=shift, role=role, by=by, at=at, said=said, companions=companions
    )
    if isinstance(answer, Refusal):
        transaction.set_rollback(True)  # nobody stays on the roll without a place
    return answer


@transaction.atomic
def withdraw(*, volunteer: Volunteer, shift: Shift, by: User, at: dt.datetime) -> SignUp | Refusal:
    """Give the place of a person in the shift back, as the thread says.

    Refuses with `no_place`, and as `placing.withdraw` does.
    """
    place: Any = SignUp.objects.of(volunteer).filter(shift=shift, cancelled_at=None).first()
    if place is None:
        return NO_PLACE
    with translation.override(settings.LANGUAGE_CODE):
        reason = gettext("The thread from the chat group")
    return placing.withdraw(sign_up=place, reason=reason, by=by, at=at)
