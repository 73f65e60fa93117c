"""Places in shifts to come that go back: people left, were merged, or lost a guardian's consent."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from academy.activities import concerned
from academy.activities.models import Activity, SignUp
from academy.activities.signals import places_freed
from academy.core.refusals import Refusal
from academy.families import guardians
from academy.messaging.services import send_all
from academy.people import ages
from academy.people.models import Volunteer


def leads_activities(title: str) -> Refusal:
    """Return the refusal for a person who leads an activity that is not over."""
    return Refusal(
        "leads_activities",
        _("This person leads “%(title)s”. Choose another leader for it first.") % {"title": title},
    )


@transaction.atomic
def give_back_all(*, people: Iterable[Volunteer], at: dt.datetime) -> int:
    """Give back the places of these people in shifts to come, and return how many."""
    coming = SignUp.objects.filter(volunteer__in=people, cancelled_at=None, shift__starts_at__gt=at)
    places = list(coming.values_list("pk", "shift"))
    _offer_to_others({shift for _pk, shift in places}, at)
    return SignUp.objects.filter(pk__in=[pk for pk, _shift in places]).update(cancelled_at=at)


def _offer_to_others(shifts: Iterable[int], at: dt.datetime) -> None:
    """Offer the places after the commit: people are locked until then, and shifts come first."""
    if shifts := sorted(shifts):
        transaction.on_commit(partial(places_freed.send_robust, sender=SignUp, shifts=shifts, at=at), robust=True)


@transaction.atomic
def forget_words(*, people: Iterable[Volunteer]) -> None:
    """Erase what these people wrote in a chat group to get their places (V3). The places stay."""
    SignUp.objects.filter(volunteer__in=people).exclude(said="").update(said="")


@transaction.atomic
def give_back_uncovered(*, volunteer: Volunteer, at: dt.datetime) -> int:
    """Give back a minor's places in shifts to come that no consent covers; return their number (N2).

    The minor gets a message about each.
    """
    person = volunteer.stays
    Volunteer.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person.pk).first()  # a sign-up waits
    coming = SignUp.objects.of(person).filter(cancelled_at=None, shift__starts_at__gt=at)
    drafts, shifts = [], set()
    for place in coming.select_related("shift__activity"):
        activity = place.shift.activity
        is_minor = ages.is_minor(person.birth_date, place.shift.date)
        if not is_minor or guardians.covers(person, activity_id=activity.pk, day=place.shift.date):
            continue
        SignUp.objects.filter(pk=place.pk, cancelled_at=None).update(cancelled_at=at)
        drafts.append(concerned.place_given_back(person, place.shift, at=at))
        shifts.add(place.shift_id)
    _offer_to_others(shifts, at)
    if drafts:
        send_all(drafts, at=at)
    return len(drafts)


@transaction.atomic
def give_back_second_places(*, volunteer_id: int, into_id: int, at: dt.datetime) -> int:
    """Cancel second places in future shifts after two people were merged, and return how many."""
    first = SignUp.objects.filter(
        shift=OuterRef("shift"), volunteer__in=Volunteer.objects.one_with(into_id), cancelled_at=None
    )
    second = SignUp.objects.filter(volunteer=volunteer_id, cancelled_at=None, shift__starts_at__gt=at)
    doubled = list(second.filter(Exists(first.exclude(volunteer=volunteer_id))).values_list("pk", "shift"))
    _offer_to_others({shift for _pk, shift in doubled}, at)
    return SignUp.objects.filter(pk__in=[pk for pk, _shift in doubled]).update(cancelled_at=at)


def refuse_erasing_leader(*, volunteer: Volunteer, at: dt.datetime) -> Refusal | None:
    """Refuse with `leads_activities` while this person leads an activity that is not over."""
    led = Activity.objects.filter(leader__in=Volunteer.objects.one_with(volunteer.pk), cancelled_at=None)
    open_ones = led.filter(shifts__ends_at__gt=at).order_by("pk").values_list("title", flat=True)
    title = open_ones.first()
    return None if title is None else leads_activities(title)
