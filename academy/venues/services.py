"""Services that book a venue and give it back; a constraint keeps two bookings apart (ADR 88)."""

import datetime as dt
from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities.models import Activity
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.people.models import User
from academy.people.permissions import Right
from academy.units.belongings import NOT_THEIR_UNIT, may_speak_for
from academy.units.models import Unit
from academy.venues.models import BookedSlot, Booking, Venue

SLOT = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=24)
AHEAD = dt.timedelta(days=366)
MOST_TO_COME = 8  # bookings of a unit that its contact makes: the halls are there for everybody

FOREIGN_VENUE = Refusal("foreign_venue", _("This venue belongs to another community. Choose one of your own."))
NOT_OFFERED = Refusal("venue_not_offered", _("This venue cannot be booked at present. Choose another one."))
BAD_TIME = Refusal(
    "bad_booking_time",
    _("A booking lasts at most a day, ends after it begins, and lies between now and a year ahead. Check the times."),
)
TOO_MANY_BOOKINGS = Refusal(
    "too_many_bookings",
    _(
        "Your organisation has %(most)s bookings to come, and may not have more at a time. Cancel one, or ask the "
        "social worker to book."
    ),
)
OVER = Refusal("too_late", _("This time is over, so the booking stays as it was."))


def _may_book_for(user: User, unit: Unit | None, community_id: int) -> bool:
    """Return whether `user` books for this unit as its contact, or runs activities in the community."""
    return user.may(Right.RUN_ACTIVITIES, community_id) or (unit is not None and may_speak_for(user, unit))


@transaction.atomic
def book(
    *,
    venue: Venue,
    unit: Unit | None = None,
    activity: Activity | None = None,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    purpose: str,
    by: User,
    at: dt.datetime,
) -> Booking | Refusal:
    """Book the venue for a unit, or for an activity. Each half hour that the time touches is taken.

    Refuses with `not_allowed`, `foreign_venue`, `venue_not_offered`, `bad_booking_time`, `too_many_bookings` (the
    unit's own contact), and with `venue_taken`, which names who has the venue then.
    """
    if (unit is None) == (activity is None):
        raise ValueError("a booking is for a unit or for an activity")
    community_id = venue.unit.community_id
    holder = unit or activity
    assert holder is not None
    if not _may_book_for(by, unit, community_id):
        return NOT_THEIR_UNIT
    if holder.community_id != community_id:
        return FOREIGN_VENUE
    if not venue.is_offered:
        return NOT_OFFERED
    if not (at < ends_at <= at + AHEAD and dt.timedelta() < ends_at - starts_at <= LONGEST):
        return BAD_TIME
    if unit is not None and not by.may(Right.RUN_ACTIVITIES, community_id):
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two contacts count one after the other
        if Booking.objects.filter(unit=unit, cancelled_at=None, ends_at__gt=at).count() >= MOST_TO_COME:
            return Refusal(TOO_MANY_BOOKINGS.code, str(TOO_MANY_BOOKINGS.message) % {"most": MOST_TO_COME})
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                venue=venue,
                unit=unit,
                activity=activity,
                starts_at=starts_at,
                ends_at=ends_at,
                purpose=purpose.strip(),
                booked_by=by,
                booked_at=at,
            )
            # In the order of time: two bookings wait for each other in one order.
            BookedSlot.objects.bulk_create(
                BookedSlot(venue=venue, booking=booking, starts_at=slot) for slot in slots_between(starts_at, ends_at)
            )
    except IntegrityError:
        return _taken(venue, starts_at, ends_at)
    log(booking, "wagtail.create", user=by, timestamp=at)
    return booking


@transaction.atomic
def cancel(*, booking: Booking, by: User, at: dt.datetime) -> Booking | Refusal:
    """Give the venue back. Ignores a second call. Refuses with `not_allowed`, `too_late`."""
    if not _may_book_for(by, booking.unit, booking.venue.unit.community_id):
        return NOT_THEIR_UNIT
    if booking.cancelled_at is None and at >= booking.ends_at:
        return OVER
    if Booking.objects.filter(pk=booking.pk, cancelled_at=None).update(cancelled_at=at, cancelled_by=by):
        BookedSlot.objects.filter(booking=booking).delete()
        log(booking, "venues.cancel", user=by, timestamp=at)
    booking.refresh_from_db(fields=["cancelled_at", "cancelled_by"])
    return booking


def slots_between(starts_at: dt.datetime, ends_at: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the beginning of each half hour that the time touches."""
    slot = starts_at.replace(minute=starts_at.minute // 30 * 30, second=0, microsecond=0)
    while slot < ends_at:
        yield slot
        slot += SLOT


def _taken(venue: Venue, starts_at: dt.datetime, ends_at: dt.datetime) -> Refusal:
    """Return the refusal that names who has the venue at that time."""
    slots = list(slots_between(starts_at, ends_at))
    found = BookedSlot.objects.filter(venue=venue, starts_at__in=slots).select_related(
        "booking__unit", "booking__activity"
    )
    slot = found.order_by("starts_at").first()
    if slot is None:  # it was given back at this moment
        return Refusal("venue_taken", _("This venue was taken at that time. Try once more."))
    booking = slot.booking
    return Refusal(
        "venue_taken",
        _("%(venue)s is taken: %(when)s, %(holder)s. Choose another time or venue.")
        % {"venue": venue.name, "when": period(booking), "holder": booking.holder},
    )
