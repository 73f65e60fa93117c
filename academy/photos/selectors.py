"""Photos to show, and the people at an activity who may not be in them."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Count, Exists, OuterRef, Prefetch

from academy.activities.models import Activity, SignUp
from academy.checkin.models import Visit
from academy.core.models import Community
from academy.people import ages
from academy.people.models import Consent, Volunteer
from academy.people.services import consents
from academy.photos.models import Photo, RemovalRequest


def photos_of(activity: Activity) -> list[Photo]:
    """Return all kept photos of an activity, with the open request about each as `asked`. Two statements."""
    asked = Prefetch("removals", RemovalRequest.objects.filter(answered_at=None), to_attr="asked")
    return list(Photo.objects.kept().filter(activity=activity).prefetch_related(asked))


def asks_open(activity: Activity, photos: Iterable[int]) -> bool:
    """Return whether a request to take one of these photos of the activity away waits for an answer."""
    return RemovalRequest.objects.filter(photo__in=photos, photo__activity=activity, answered_at=None).exists()


def public_photos_of(activity: Activity) -> list[Photo]:
    """Return the photos on the activity's public page. One statement."""
    return list(Photo.objects.public().filter(activity=activity))


def not_to_be_seen(activity: Activity, *, day: dt.date) -> list[Volunteer]:
    """Return the people who were there, or had a place, and may not be in public photos; by name.

    They did not consent, or are minors without their guardian's yes.
    """
    there = Visit.objects.filter(shift__activity=activity).values("volunteer")
    placed = SignUp.objects.filter(shift__activity=activity, cancelled_at=None, absence="").values("volunteer")
    rows = Volunteer.objects.filter(pk__in=there) | Volunteer.objects.filter(pk__in=placed)
    people = list({one.stays.pk: one.stays for one in rows.select_related("merged_into")}.values())
    seen = may_be_seen(people, day=day)
    return sorted((one for one in people if one.pk not in seen), key=lambda one: (one.name, one.number))


def may_be_seen(people: Iterable[Volunteer], *, day: dt.date) -> set[int]:
    """Return the ids of those whose photos may be shown in public, as the consents of this day say."""
    people = list(people)
    kinds = (Consent.Kind.PHOTOS, Consent.Kind.GUARDIAN_PHOTOS, Consent.Kind.OWN_LABOUR)
    latest = consents.latest_consents(people, kinds)

    def has_consented(person: Volunteer, kind: str) -> bool:
        consent = latest.get((person.pk, kind))
        return consent is not None and consent.is_in_force(day)

    return {
        person.pk
        for person in people
        if has_consented(person, Consent.Kind.PHOTOS)
        and (
            not ages.is_minor(person.birth_date, day)
            or has_consented(person, Consent.Kind.GUARDIAN_PHOTOS)
            or has_consented(person, Consent.Kind.OWN_LABOUR)
        )
    }


def asked_away(communities: Sequence[Community]) -> list[tuple[Activity, int]]:
    """Return the activities with photos that a person asked to take away, and how many. One statement."""
    if not communities:
        return []
    open_ones = RemovalRequest.objects.filter(photo=OuterRef("pk"), answered_at=None)
    photos = Photo.objects.kept().filter(Exists(open_ones), activity__community__in=communities)
    counts = dict(photos.order_by().values("activity").annotate(count=Count("pk")).values_list("activity", "count"))
    found = Activity.objects.in_bulk(counts) if counts else {}
    return [(found[pk], count) for pk, count in sorted(counts.items())]
