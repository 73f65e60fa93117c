"""Services of photos: add, show, hide, delete, and the request of a person to be taken away."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import Image
from wagtail.log_actions import log

from academy.activities import changing
from academy.activities.belongings import may_see_people
from academy.activities.models import Activity
from academy.core import quotas
from academy.core.files import delete_on_commit
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import User
from academy.people.pictures import add_picture
from academy.people.refusals import NOT_ALLOWED
from academy.photos.models import Photo, RemovalRequest
from academy.photos.resizing import ResizedPhoto, resize

MOST_OF_AN_ACTIVITY = 60
MOST_BYTES = 3000 * quotas.MEGABYTE  # of a community, as they are stored
BYTES_A_DAY = 100 * quotas.MEGABYTE  # of a community, as they are stored
SHOWN, DELETED = "photos.show", "photos.delete"

NOT_BEGUN = Refusal("not_begun", _("Photos are added once the activity has begun."))
NO_PHOTO = Refusal("bad_photo", _("This is no photo that we can read. Choose a JPEG, PNG, WebP or HEIC picture."))
TOO_MANY = Refusal(
    "too_many_photos", _("An activity keeps 60 photos. Delete some here first, then add the better ones.")
)
STORE_FULL = Refusal(
    "photos_full", _("The community's room for photos is full. Ask the social worker to delete old ones.")
)
NEEDS_TICK = Refusal(
    "needs_tick", _("Look at the names first, then tick that none of these people is in the photos that you chose.")
)
NOT_SHOWN = Refusal(
    "photo_not_shown", _("The picture of an activity is public. Show this photo on the page first, then use it.")
)
CHOOSE = Refusal("choose_photos", _("Choose at least one photo."))
GONE = Refusal("photo_gone", _("This photo is not shown any more. Nothing is left to do."))
ASKED_MEANWHILE = Refusal(
    "asked_meanwhile",
    _("Meanwhile a person asked to take away a photo that you chose. It stays hidden; read below what they wrote."),
)
ASKED_BEFORE = Refusal("already_asked", _("This photo is hidden already. The social worker looks at it."))


@dataclass
class AddedPhotos:
    """The number of photos stored, and the files that were not, each with the reason."""

    stored: int = 0
    refused: list[tuple[str, Refusal]] = field(default_factory=list)


def add(
    *, activity: Activity, files: Iterable["UploadedFile[Any]"], by: User, at: dt.datetime
) -> AddedPhotos | Refusal:
    """Store photos of an activity, resized, for its leader and staff alone until somebody shows them.

    Refuses with `not_allowed`, `not_begun`, `choose_photos`; a single file with `bad_photo`, `too_many_photos`,
    `photos_full`, `quota_full`, `no_room`.
    """
    if not may_see_people(by, activity, at=at):
        return NOT_ALLOWED
    if not activity.shifts.filter(starts_at__lte=at).exists():
        return NOT_BEGUN
    added = AddedPhotos()
    chosen = list(files)
    if not chosen:
        return CHOOSE
    for file in chosen[:MOST_OF_AN_ACTIVITY]:
        resized = resize(file)
        answer = NO_PHOTO if resized is None else _store(activity, resized, by, at)
        if isinstance(answer, Refusal):
            added.refused.append((str(file.name), answer))
        else:
            added.stored += 1
    return added


@transaction.atomic
def show(
    *,
    activity: Activity,
    photos: Collection[int],
    cleared: bool,
    by: User,
    at: dt.datetime,
    asked: Collection[int] = (),
) -> list[Photo] | Refusal:
    """Show photos on the activity's public page, as its leader or staff. Return those that are shown.

    `cleared` is the tick that nobody who said no, and no minor without the guardian's yes, is in them. A photo that a
    person asked to take away is shown again only this way, and only if the request is one of `asked`, those that `by`
    has read; else it stays as it is. Refuses with `not_allowed`, `choose_photos`, `needs_tick`, `asked_meanwhile`.
    """
    if not may_see_people(by, activity, at=at):
        return NOT_ALLOWED
    chosen = list(_locked(activity, photos))
    if not chosen:
        return CHOOSE
    if not cleared:
        return NEEDS_TICK
    unread = RemovalRequest.objects.filter(photo__in=chosen, answered_at=None).exclude(pk__in=asked)
    hidden = set(unread.values_list("photo", flat=True))
    chosen = [photo for photo in chosen if photo.pk not in hidden]
    if not chosen:
        return ASKED_MEANWHILE
    for photo in chosen:
        photo.shown_by, photo.shown_at = by, at
        photo.save(update_fields=["shown_by", "shown_at"])
        photo.removals.filter(answered_at=None).update(answered_at=at, answered_by=by)
    log(activity, SHOWN, user=by, timestamp=at, data={"count": len(chosen)})
    return chosen


@transaction.atomic
def hide(*, activity: Activity, photos: Collection[int], by: User, at: dt.datetime) -> int | Refusal:
    """Take photos off the public page, and keep them: what people asked is done.

    Refuses with `not_allowed`, `choose_photos`.
    """
    if not may_see_people(by, activity, at=at):
        return NOT_ALLOWED
    ids = [photo.pk for photo in _locked(activity, photos)]
    if not ids:
        return CHOOSE
    Photo.objects.filter(pk__in=ids).update(shown_by=None, shown_at=None)
    _drop_covers(ids)
    _answer(ids, by, at)
    return len(ids)


@transaction.atomic
def delete(*, activity: Activity, photos: Collection[int], by: User, at: dt.datetime) -> int | Refusal:
    """Delete photos with their files. Refuses with `not_allowed`, `choose_photos`."""
    if not may_see_people(by, activity, at=at):
        return NOT_ALLOWED
    chosen = list(_locked(activity, photos))
    if not chosen:
        return CHOOSE
    _remove(chosen, at)
    _answer([photo.pk for photo in chosen], by, at)
    log(activity, DELETED, user=by, timestamp=at, data={"count": len(chosen)})
    return len(chosen)


@transaction.atomic
def ask_removal(*, photo: Photo, words: str, at: dt.datetime) -> RemovalRequest | Refusal:
    """Hide a shown photo at once, since a person in it asks, and leave the rest to the leader and staff.

    Refuses with `photo_gone`, `already_asked`.
    """
    photo = Photo.objects.select_for_update(no_key=True).get(pk=photo.pk)
    if photo.deleted_at is not None or photo.shown_at is None:
        return GONE
    try:
        with transaction.atomic():
            asked = RemovalRequest.objects.create(photo=photo, words=" ".join(words.split())[:200], asked_at=at)
    except IntegrityError:
        return ASKED_BEFORE
    _drop_covers([photo.pk])
    return asked


@transaction.atomic
def use_as_cover(*, activity: Activity, photo: int, by: User, at: dt.datetime) -> Photo | Refusal:
    """Make a shown photo the picture of its activity, as its leader or staff.

    A copy of it stands among the community's pictures, until the photo is no longer shown. Refuses with `not_allowed`,
    `choose_photos`, `photo_not_shown`.
    """
    if not may_see_people(by, activity, at=at):
        return NOT_ALLOWED
    chosen = _locked(activity, [photo]).first()
    if chosen is None:
        return CHOOSE
    if not Photo.objects.public().filter(pk=chosen.pk).exists():
        return NOT_SHOWN
    if chosen.cover is None:
        with chosen.large.open("rb") as file:
            chosen.cover = add_picture(community=activity.community, title=activity.title, content=file.read(), by=by)
        chosen.save(update_fields=["cover"])
    changing.set_cover(activity=activity, cover=chosen.cover, by=by)
    return chosen


@transaction.atomic
def clear_old(community: Community, before: dt.datetime, most: int) -> int:
    """Delete photos that are older than the community's term, with their files (V3). Return how many."""
    old = Photo.objects.kept().filter(activity__community=community, uploaded_at__lt=before)
    chosen = list(old.select_for_update(no_key=True, of=("self",)).order_by("pk")[:most])
    _remove(chosen, timezone.now())
    return len(chosen)


def _locked(activity: Activity, photos: Collection[int]) -> QuerySet[Photo]:
    """Return those of the photos that are kept. Nobody asks to take them away until the transaction ends."""
    kept = Photo.objects.kept().filter(activity=activity, pk__in=photos)
    return kept.select_for_update(no_key=True).order_by("pk")


def _remove(photos: Collection[Photo], at: dt.datetime) -> None:
    delete_on_commit([name for photo in photos for name in (photo.large.name, photo.small.name) if name])
    ids = [photo.pk for photo in photos]
    _drop_covers(ids)
    Photo.objects.filter(pk__in=ids).update(deleted_at=at, shown_by=None, shown_at=None, bytes=0)


def _drop_covers(photos: Collection[int]) -> None:
    """Delete the pictures that were made of these photos; activities that show one get a drawing again."""
    for picture in Image.objects.filter(pk__in=Photo.objects.filter(pk__in=photos).values("cover")):
        picture.delete()


def _answer(photos: Collection[int], by: User, at: dt.datetime) -> None:
    RemovalRequest.objects.filter(photo__in=photos, answered_at=None).update(answered_at=at, answered_by=by)


@transaction.atomic
def _store(activity: Activity, resized: ResizedPhoto, by: User, at: dt.datetime) -> Photo | Refusal:
    Community.objects.select_for_update(no_key=True).get(pk=activity.community_id)  # two uploads share what is left
    if Photo.objects.kept().filter(activity=activity).count() >= MOST_OF_AN_ACTIVITY:
        return TOO_MANY
    stored = Photo.objects.kept().filter(activity__community=activity.community_id)
    if (stored.aggregate(sum=Sum("bytes"))["sum"] or 0) + resized.bytes > MOST_BYTES:
        return STORE_FULL
    quota = quotas.Quota(f"photos in community {activity.community_id}", BYTES_A_DAY)
    if refusal := quotas.take(quota, size=resized.bytes, at=at):
        return refusal
    photo = Photo(
        activity=activity,
        width=resized.width,
        height=resized.height,
        bytes=resized.bytes,
        uploaded_by=by,
        uploaded_at=at,
    )
    photo.large.save("photo.jpg", ContentFile(resized.large), save=False)
    photo.small.save("photo.jpg", ContentFile(resized.small), save=False)
    photo.save()
    return photo
