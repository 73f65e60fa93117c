"""Requests about one's own data: ask, and carry the deletion out (V3)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.workdays import add_working_days
from academy.decisions import services as decisions
from academy.decisions.kinds import KINDS
from academy.families import belongings
from academy.own_data.models import DataCopy, DataCorrection, DataDeletion, DataRequest
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.resident_ids import hide_in
from academy.people.services import erasing, personal_data
from academy.rulebook.models import RuleSet

NOT_ALLOWED = Refusal("not_allowed", _("You may not ask for this person's data. Ask the social worker."))
ALREADY_ASKED = Refusal(
    "already_asked", _("You have asked for this already. The answer will stand under “My requests”.")
)
NEEDS_REASON = Refusal("needs_reason", _("Write down what is wrong, and what is right."))
COPY_OVER = Refusal("copy_over", _("This copy could be fetched for 30 days. Ask for a new one."))

MODELS: dict[str, type[Any]] = {"copy": DataCopy, "correction": DataCorrection, "deletion": DataDeletion}


def may_ask(user: User, volunteer: Volunteer) -> bool:
    """Return whether `user` may ask: the person, an agent, a guardian, or staff at the desk for somebody."""
    return belongings.may(user, Right.SEE_HOURS, volunteer=volunteer) or user.has_right(
        Right.MANAGE_PEOPLE, volunteer.community
    )


@transaction.atomic
def ask(*, what: str, volunteer: Volunteer, reason: str = "", by: User, at: dt.datetime) -> DataRequest | Refusal:
    """Ask for a `copy`, a `correction` or the `deletion` of a person's data.

    Refuses with `not_allowed`, `already_asked`, `needs_reason` and as `encrypt_for` does (a correction), and for a
    deletion as `cannot_erase` does, so that nobody waits for a no that is certain.
    """
    model, reason = MODELS[what], hide_in(reason.strip())
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.stays.pk)
    if not may_ask(by, volunteer):
        return NOT_ALLOWED
    if model.objects.of(volunteer).open().exists():
        return ALREADY_ASKED
    if what == "correction" and not reason:
        return NEEDS_REASON
    if what == "deletion" and (refusal := erasing.cannot_erase(volunteer=volunteer, at=at)):
        return refusal
    words: dict[str, str] = {"reason": reason}
    if what == "correction":
        text = personal_data.encrypt_for(volunteer, {"words": reason})
        if isinstance(text, Refusal):
            return text
        words = {"personal": text}
    asked: DataRequest = model.objects.create(
        community=volunteer.community,
        volunteer=volunteer,
        **words,
        due_on=last_day(volunteer.community, at),
        asked_by=by,
        asked_at=at,
    )
    log(volunteer, "own_data.ask", user=by, timestamp=at, data={"what": what})
    return asked


def last_day(community: Community, at: dt.datetime) -> dt.date:
    """Return the last day for the answer to a request of today (`data_request_working_days`)."""
    day = timezone.localdate(at)
    return add_working_days(day, RuleSet.objects.parameters_on(community.pk, day)["data_request_working_days"])


def first_due(user: User) -> dt.date | None:
    """Return the last day of the first due request that `user` answers; None without one."""
    communities = user.communities_for(Right.MANAGE_PEOPLE).values("pk")
    due = [
        model.objects.open().filter(community__in=communities).order_by().values("due_on") for model in MODELS.values()
    ]
    first = due[0].union(*due[1:]).order_by("due_on").first()
    return first["due_on"] if first else None


@transaction.atomic
def delete(*, volunteer: Volunteer, by: User, at: dt.datetime) -> Volunteer | Refusal:
    """Take the open requests of the person, and those about their data, back; then erase the data.

    Refuses as `erasing.erase` does.
    """
    rows = erasing.rows_of(volunteer)
    logins = [row.user for row in rows if row.user is not None]
    for kind in KINDS.values():
        theirs = Q(asked_by__in=logins)
        if issubclass(kind.model, DataRequest):
            theirs |= Q(volunteer__in=rows)  # an agent's or the desk's: it has no object any more
        for request in kind.model.objects.filter(theirs, decided_at=None).select_related(*kind.related):
            assert request.asked_by is not None
            decisions.withdraw(request=request, by=request.asked_by, at=at)
    return erasing.erase(volunteer=volunteer, by=by, at=at)
