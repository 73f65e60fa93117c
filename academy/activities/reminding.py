"""The reminder of tomorrow's shift, to each person who has a place."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext

from academy.activities.message_kinds import REMINDER
from academy.activities.models import Shift, SignUp
from academy.core import formats
from academy.core.look import current_language
from academy.messaging import services as messaging
from academy.messaging.models import Message
from academy.people.models import Volunteer

SHOWN_FROM, MAILED_FROM = dt.time(8), dt.time(18)  # on the day before
AT_ONCE = 200  # one tick sends so many, and the next one goes on


def remind(*, at: dt.datetime) -> int:
    """Remind people of their shifts of the next day, each place once. Return how many messages are new.

    From the morning on the reminder is on the site, so that staff can call who has no sign-in; an e-mail goes out in
    the evening, unless the person has seen it by then. A person who signed up on this day needs none. Takes one
    statement if none is due, and none before the morning.
    """
    local = timezone.localtime(at)
    if local.time() < SHOWN_FROM:
        return 0
    midnight = dt.datetime.combine(local.date(), dt.time(), local.tzinfo)
    begins, ends = (midnight + dt.timedelta(days=days) for days in (1, 2))
    key = Concat(Value(f"reminder:{begins:%Y%m%d}:"), Cast(OuterRef("shift"), CharField()))
    # The reminder of a merged person may be with either row.
    mine = Q(volunteer=OuterRef("volunteer")) | Q(volunteer=OuterRef("stays"))
    places = (
        SignUp.objects.filter(
            cancelled_at=None,
            absence="",
            shift__starts_at__gte=begins,
            shift__starts_at__lt=ends,
            shift__activity__published_at__isnull=False,
            shift__activity__cancelled_at=None,
            signed_up_at__lt=midnight,
        )
        .annotate(stays=Coalesce("volunteer__merged_into", F("volunteer")))
        .filter(volunteer__in=Volunteer.objects.filter(suspended_at=None, erased_at=None))
        .filter(~Exists(Message.objects.filter(mine, key=key)))
        .select_related("volunteer__merged_into", "shift__activity")
        .order_by("shift__starts_at", "pk")
    )
    evening = dt.datetime.combine(local.date(), MAILED_FROM, local.tzinfo)
    drafts = [
        messaging.Draft(
            REMINDER,
            place.volunteer,
            key_of(place.shift),
            _text(shift=place.shift),
            reverse("activities:detail", args=[place.shift.activity_id]),
            until=place.shift.starts_at,
            mail_at=evening,
        )
        for place in places[:AT_ONCE]
    ]
    return messaging.send_all(drafts, at=at)


def key_of(shift: Shift) -> str:
    """Return the occasion of the reminder: a shift that moves to another day has another one."""
    return f"reminder:{timezone.localdate(shift.starts_at):%Y%m%d}:{shift.pk}"


def drop(shifts: Iterable[Shift], *, at: dt.datetime, volunteer: Volunteer | None = None) -> None:
    """Delete unread reminders of these shifts, of all people or of one.

    The shifts move or are cancelled, or the person gave the place back. Takes no statement if none of them is on this
    day or the next.
    """
    last = timezone.localdate(at) + dt.timedelta(days=1)
    keys = [key_of(shift) for shift in shifts if timezone.localdate(shift.starts_at) <= last]
    if keys:
        messaging.drop_unread(keys=keys, volunteer=volunteer)


def mark_seen(shift: Shift, *, volunteer: Volunteer, at: dt.datetime) -> int:
    """Mark the reminder of this shift, which the first page shows, as read. Return how many it marked."""
    if timezone.localdate(shift.starts_at) > timezone.localdate(at) + dt.timedelta(days=1):
        return 0
    return messaging.settle(volunteers=[volunteer], keys=[key_of(shift)], at=at)


def _written(*, shift: Shift) -> str:
    starts_at, ends_at = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    activity = shift.activity
    text = gettext("You have a place: “%(title)s”, %(when)s, %(place)s. If you cannot come, please give it back.") % {
        "title": formats.inner_quotes(activity.title),
        "when": formats.when(starts_at, ends_at, current_language()),
        "place": activity.place,
    }
    if activity.meeting_point:
        text += gettext(" Meeting point: %(point)s.") % {"point": activity.meeting_point}
    return text


# Lazy: each message is worded in its own language when it is sent.
_text = lazy(_written, str)
