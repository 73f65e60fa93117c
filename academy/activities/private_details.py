"""Private details of an activity: a door code, the telephone of a served household.

Sealed in the database, shown to those who take part, to the guardian who accompanies a child under 14 (ADR 175), and to
the leader from a day before their shift until half a day after it, noted each day with the name of the reader, and
erased a week after the last shift. Staff who plan the activity read and write them in its form.
"""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.log_actions import log

from academy.activities.belongings import leads
from academy.activities.models import Activity, Shift, SignUp
from academy.activities.needs.models import PrivateDetails
from academy.activities.offers import Offers
from academy.activities.plans import history_of
from academy.core import encryption
from academy.families.belongings import comes_along, people_to_sign_up
from academy.people.models import User

SHOWN_BEFORE = dt.timedelta(hours=24)  # the beginning of the reader's shift
SHOWN_AFTER = dt.timedelta(hours=12)  # its end
ERASED_AFTER = dt.timedelta(days=7)  # the end of the last shift
LENGTH = 500
READ, WRITTEN, ERASED = "activities.read_private", "activities.write_private", "activities.erase_private"


@transaction.atomic
def write(*, activity: Activity, text: str, by: User | None, at: dt.datetime) -> None:
    """Store the details, sealed; an empty text erases them. The history says only that they changed."""
    text, stored = text.strip()[:LENGTH], PrivateDetails.objects.filter(activity=activity)
    if text == (stored_text(activity) or ""):
        return
    if not text:
        stored.delete()
    else:
        PrivateDetails.objects.update_or_create(
            activity=activity, defaults={"sealed": encryption.seal({"text": text}), "written_at": at, "written_by": by}
        )
    log(activity, WRITTEN, user=by, timestamp=at)


def stored_text(activity: Activity) -> str | None:
    """Return the details for the form of the staff who plan the activity; None without any.

    A text that no master key opens any more is none: it has to be written again.
    """
    details = PrivateDetails.objects.filter(activity=activity.pk).first() if activity.pk else None
    if details is None:
        return None
    try:
        return str(encryption.unseal(details.sealed)["text"])
    except encryption.DecryptionError:
        return None


def shifts_shown(activity: Activity, shifts: Collection[Shift], *, at: dt.datetime) -> list[Shift]:
    """Return those of the shifts around whose time the details are shown; none of a cancelled activity."""
    if activity.cancelled_at is not None:
        return []
    return [one for one in shifts if one.starts_at - SHOWN_BEFORE <= at <= one.end_with_overtime + SHOWN_AFTER]


def may_read(user: User, activity: Activity, *, at: dt.datetime) -> bool:
    """Return whether the user may read the details now: a leader, a participant, or a companion of one."""
    if activity.published_at is None:
        return False
    shown = shifts_shown(activity, list(activity.shifts.all()), at=at)
    if not shown:
        return False
    if leads(user, activity):
        return True
    people = {one.pk: one for one in people_to_sign_up(user)}
    # A noted no-show has no place any more, and a person of another community did not come through this one's staff.
    places = SignUp.objects.of_all(people.values()).filter(
        shift__in=shown, cancelled_at=None, absence="", volunteer__community=activity.community_id
    )
    found = places.select_related("shift", "volunteer__merged_into")
    return any(comes_along(people[place.volunteer.stays.pk], place.shift.date) for place in found)


def are_shown(user: User, offers: Offers, *, at: dt.datetime) -> bool:
    """Return whether the activity's page leads this user to the details. One statement at most."""
    shown = set(shifts_shown(offers.activity, [offer.shift for offer in offers.shifts], at=at))
    people = {one.pk: one for one in offers.people}
    comes = any(
        comes_along(people[place.volunteer.stays.pk], one.shift.date)
        for one in offers.shifts
        if one.shift in shown
        for place in one.mine
    )
    if not shown or not (comes or leads(user, offers.activity)):
        return False
    return PrivateDetails.objects.filter(activity=offers.activity).exists()


def are_open_to(user: User, activity: Activity, *, at: dt.datetime) -> bool:
    """Return whether there are details that the user may read now."""
    return PrivateDetails.objects.filter(activity=activity).exists() and may_read(user, activity, at=at)


@transaction.atomic
def read(*, activity: Activity, by: User, at: dt.datetime) -> str | None:
    """Return the details, and note once a day that this user read them (N4); None without any.

    The caller has asked `may_read`, or is the form of staff.
    """
    text = stored_text(activity)
    if text is None:
        return None
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if not history_of(activity.pk, READ).filter(user=by, timestamp__gte=midnight).exists():
        log(activity, READ, user=by, timestamp=at)
    return text


@transaction.atomic
def reseal() -> bool:
    """Seal all details with the first master key. Return whether a master key opens all of them.

    Details that none opens stay as they are.
    """
    opened = True
    for details in PrivateDetails.objects.select_for_update().order_by("pk"):
        try:
            details.sealed = encryption.reseal(details.sealed)
        except encryption.DecryptionError:
            opened = False
        else:
            details.save(update_fields=["sealed"])
    return opened


@transaction.atomic
def erase_old(*, at: dt.datetime) -> int:
    """Erase the details of activities whose last shift ended a week ago, and return how many."""
    later = Shift.objects.filter(activity=OuterRef("activity"), ends_at__gt=at - ERASED_AFTER)
    old = list(PrivateDetails.objects.filter(~Exists(later)).select_related("activity"))
    for details in old:
        log(details.activity, ERASED, user=None, timestamp=at)
        details.delete()
    return len(old)
