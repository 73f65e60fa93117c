"""Services that make and end the address of a calendar."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.calendars.models import CalendarAddress
from academy.core.keys import is_key, random_key
from academy.core.refusals import Refusal
from academy.families.belongings import is_of_family
from academy.people.models import User, Volunteer
from academy.units.belongings import units_of_contact
from academy.units.models import Unit

KEY_BITS = 128
NOT_THEIRS = Refusal(
    "not_allowed", _("Only the person, somebody who acts for them, or a contact of the unit has this calendar.")
)


@transaction.atomic
def make_feed(*, of: Volunteer | Unit, by: User, at: dt.datetime) -> CalendarAddress | Refusal:
    """Return the live address of this calendar for `by`; create a missing one. Refuses with `not_allowed`."""
    owner: dict[str, Volunteer | Unit] = {"unit": of} if isinstance(of, Unit) else {"volunteer": of.stays}
    if not _may_read(by, of):
        return NOT_THEIRS
    live = CalendarAddress.objects.live().filter(made_by=by, **owner).first()
    if live is not None:
        return live
    # Two taps at the same moment get the same address: the constraint lets one of them in.
    CalendarAddress.objects.bulk_create(
        [CalendarAddress(key=random_key(KEY_BITS), made_by=by, made_at=at, **owner)], ignore_conflicts=True
    )
    return CalendarAddress.objects.live().get(made_by=by, **owner)


@transaction.atomic
def end_feed(*, feed: CalendarAddress, by: User, at: dt.datetime) -> CalendarAddress | Refusal:
    """End the address at once. A second call is ignored. Refuses with `not_allowed`."""
    if feed.made_by_id != by.pk:
        return NOT_THEIRS
    CalendarAddress.objects.live().filter(pk=feed.pk).update(ended_at=at)
    feed.refresh_from_db(fields=["ended_at"])
    return feed


@transaction.atomic
def forget(*, people: Collection[Volunteer]) -> None:
    """Delete the addresses of people whose data is erased (V3)."""
    CalendarAddress.objects.filter(volunteer__in=people).delete()


def find_feed(key: str) -> CalendarAddress | None:
    """Return the live calendar with this key, while its maker may still read it; else None."""
    if not is_key(key):
        return None
    related = ("volunteer__merged_into", "unit", "made_by")
    feed = CalendarAddress.objects.live().filter(key=key).select_related(*related).first()
    if feed is None:
        return None
    of = feed.volunteer or feed.unit
    return feed if of is not None and feed.made_by.is_active and _may_read(feed.made_by, of) else None


def _may_read(user: User, of: Volunteer | Unit) -> bool:
    """Return whether `user` is the person, acts for them, or is a contact of the unit."""
    if isinstance(of, Unit):
        return units_of_contact(user).filter(pk=of.pk).exists()
    return is_of_family(user, of)
