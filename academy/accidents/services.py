"""Services for accident records (A5): each adds entries, and none changes one."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.log_actions import log

from academy.accidents.accounts import Account, Standing, standing_of, standings_of
from academy.accidents.models import Accident, AccidentKey, AccidentPhoto, Entry, HurtPerson
from academy.accidents.photos import smaller_jpeg
from academy.accidents.refusals import (
    CLOSED,
    IN_THE_FUTURE,
    NO_NUMBER,
    NO_PHOTO,
    NO_WORDS,
    NOT_ALLOWED,
    NOTHING_SAID,
    OTHER_COMMUNITY,
    TOO_MANY,
)
from academy.activities.belongings import leads, may_see_people
from academy.activities.models import Activity
from academy.core import encryption, quotas
from academy.core.files import delete_on_commit
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.services import master_keys, personal_data

VIEWED, RECORDED = "accidents.view", "accidents.record"  # in the log
PHOTOS = 10  # of one record
BYTES_A_DAY = 100 * quotas.MEGABYTE  # of a community's accidents
_SLACK = dt.timedelta(minutes=5)  # between the clock of a phone and ours


def may_keep(user: User, activity: Activity, *, at: dt.datetime) -> bool:
    """Return whether `user` may read and write records of the activity.

    Its leader may, and staff who keep the roll; other leaders may not.
    """
    if leads(user, activity) and may_see_people(user, activity, at=at):
        return True
    return user.has_right(Right.MANAGE_PEOPLE, activity.community)


@transaction.atomic
def record(
    *,
    key: UUID,
    activity: Activity,
    account: Account,
    hurt: Collection[Volunteer],
    happened_at: dt.datetime,
    complete: bool,
    by: User,
    at: dt.datetime,
) -> Accident | Refusal:
    """Begin the record of an accident. The same form sent again returns the record that it made.

    Refuses with `not_allowed`, `nothing_said`, `in_the_future`, `other_community`.
    """
    if not may_keep(by, activity, at=at):
        return NOT_ALLOWED
    if refusal := _fault(activity, account, hurt, happened_at, at):
        return refusal
    Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)  # the same form may be sent twice at once
    before = Accident.objects.filter(key=key).first()
    if before is not None:
        return before if before.activity_id == activity.pk else NOT_ALLOWED
    accident = Accident.objects.create(key=key, activity=activity, opened_by=by, opened_at=at)
    master_keys.record_first()
    AccidentKey.objects.create(accident=accident, wrapped=encryption.new_personal_key())
    _write(accident, account, hurt, happened_at, complete, by, at)
    log(accident, RECORDED, user=by, timestamp=at)
    return accident


@transaction.atomic
def add_account(
    *,
    accident: Accident,
    account: Account,
    hurt: Collection[Volunteer],
    happened_at: dt.datetime,
    complete: bool,
    by: User,
    at: dt.datetime,
) -> Entry | Refusal:
    """Add an account with what is known by now; earlier ones stay. One that says the same adds none.

    Refuses with `not_allowed`, `accident_closed`, `nothing_said`, `in_the_future`, `other_community`.
    """
    if not may_keep(by, accident.activity, at=at):
        return NOT_ALLOWED
    latest = _locked(accident)
    if latest.closed:
        return CLOSED
    if refusal := _fault(accident.activity, account, hurt, happened_at, at):
        return refusal
    before = latest.latest
    same_people = {one.pk for one in before.hurt} == {one.stays.pk for one in hurt}
    said_before = (before.account, before.entry.happened_at, before.entry.complete)
    if same_people and said_before == (account, happened_at, complete):
        return before.entry
    return _write(accident, account, hurt, happened_at, complete, by, at)


@transaction.atomic
def tell_insurer(
    *, accident: Accident, number: str, words: str = "", told_at: dt.datetime, by: User, at: dt.datetime
) -> Entry | Refusal:
    """Note that the insurer was told, when and under which number: its clock stops.

    Refuses with `not_allowed`, `accident_closed`, `needs_number`, `in_the_future`.
    """
    return _note(accident, Entry.Kind.INSURER, number=number, words=words, done_at=told_at, by=by, at=at)


@transaction.atomic
def tell_platform(
    *, accident: Accident, number: str, told_at: dt.datetime, by: User, at: dt.datetime
) -> Entry | Refusal:
    """Note that the higher platform was told, when and under which number: its clock stops.

    Refuses with `not_allowed`, `accident_closed`, `needs_number`, `in_the_future`.
    """
    return _note(accident, Entry.Kind.PLATFORM, number=number, done_at=told_at, by=by, at=at)


@transaction.atomic
def tell_family(*, accident: Accident, words: str, told_at: dt.datetime, by: User, at: dt.datetime) -> Entry | Refusal:
    """Note that the family was told, and whom.

    Refuses with `not_allowed`, `accident_closed`, `needs_words`, `in_the_future`.
    """
    return _note(accident, Entry.Kind.FAMILY, words=words, done_at=told_at, by=by, at=at)


@transaction.atomic
def close(*, accident: Accident, result: str, by: User, at: dt.datetime) -> Entry | Refusal:
    """Close the record with its result; only staff may.

    Refuses with `not_allowed`, `accident_closed`, `needs_words`.
    """
    if not by.has_right(Right.MANAGE_PEOPLE, accident.activity.community):
        return NOT_ALLOWED
    closed = _note(accident, Entry.Kind.CLOSED, words=result, done_at=at, by=by, at=at)
    erased = HurtPerson.objects.filter(entry__accident=accident, volunteer__erased_at__isnull=False)
    if isinstance(closed, Entry) and erased.exists():
        delete_photos(accident.photos.all())  # they stayed only while the record was open (V3)
    return closed


@transaction.atomic
def add_photo(*, accident: Accident, content: bytes, by: User, at: dt.datetime) -> AccidentPhoto | Refusal:
    """Keep a photo, smaller and without its place. A photo that is sent again is kept once.

    Refuses with `not_allowed`, `accident_closed`, `too_many_photos`, `no_photo`, `quota_full`, `no_room`.
    """
    if not may_keep(by, accident.activity, at=at):
        return NOT_ALLOWED
    if _locked(accident).closed:
        return CLOSED
    kept = smaller_jpeg(content)
    if kept is None:
        return NO_PHOTO
    photos = list(accident.photos.all())
    if (before := next((photo for photo in photos if _holds(photo, kept)), None)) is not None:
        return before
    if len(photos) >= PHOTOS:
        return TOO_MANY
    quota = quotas.Quota(f"accidents of community {accident.activity.community_id}", BYTES_A_DAY)
    if refusal := quotas.take(quota, size=len(kept), at=at):
        return refusal
    photo = AccidentPhoto(accident=accident, added_by=by, added_at=at)
    photo.file.save("photo.jpg", ContentFile(kept), save=False)
    photo.save(force_insert=True)
    return photo


def _holds(photo: AccidentPhoto, content: bytes) -> bool:
    """Return whether the photo's file is there and has this content."""
    storage, name = photo.file.storage, str(photo.file.name)
    if not storage.exists(name) or storage.size(name) != len(content):
        return False
    with storage.open(name) as file:
        return bool(file.read() == content)


def log_view(*, standing: Standing, by: User, page: str, at: dt.datetime) -> None:
    """Log that `by` read the record, with the page: at the record, and at each volunteer who is hurt."""
    log(standing.accident, VIEWED, user=by, timestamp=at, data={"page": page})
    personal_data.log_view_of_sensitive(volunteers=standing.latest.hurt, page=page, by=by, at=at)


def open_in(communities: Collection[Community]) -> list[Standing]:
    """Return the records of these communities that are not closed, the one that is due first at the head."""
    found = _in(communities).exclude(_is_closed("pk"))
    standings = standings_of(found)
    return sorted(
        standings, key=lambda one: (not one.clocks, *(clock.due_at for clock in one.clocks[:1]), one.accident.pk)
    )


def closed_in(communities: Collection[Community], *, most: int = 50) -> list[Standing]:
    """Return the latest closed records of these communities."""
    return standings_of(_in(communities).filter(_is_closed("pk")).order_by("-pk")[:most])


def erase_photos(*, people: Iterable[Volunteer]) -> None:
    """Delete on commit the photos of closed records that name these people as hurt (V3). The facts stay."""
    delete_photos(AccidentPhoto.objects.filter(_is_closed(), accident__entries__hurt__volunteer__in=list(people)))


def delete_photos(photos: QuerySet[AccidentPhoto], *, most: int | None = None) -> int:
    """Delete the files of these photos on commit, at most so many, and return how many."""
    return delete_on_commit(photos.order_by("pk").values_list("file", flat=True).distinct(), most=most)


def clear_old_photos(community: Community, before: dt.datetime, most: int) -> int:
    """Delete the photos of closed records that are older than the community's term; the facts stay (V3)."""
    old = AccidentPhoto.objects.filter(_is_closed(), accident__activity__community=community, added_at__lt=before)
    return delete_photos(old, most=most)


@transaction.atomic
def rotate_keys() -> bool:
    """Encrypt the keys of all records with the first master key. Return False if no master key opens one."""
    for key in AccidentKey.objects.select_for_update().order_by("pk"):
        try:
            wrapped = encryption.rewrap(key.wrapped)
        except encryption.OtherMasterKeyError:
            return False
        if wrapped is not None:
            key.wrapped = wrapped
            key.save(update_fields=["wrapped"])
    return True


def _in(communities: Collection[Community]) -> QuerySet[Accident]:
    return Accident.objects.filter(activity__community__in=communities).select_related("activity__community")


def _is_closed(path: str = "accident") -> Exists:
    return Exists(Entry.objects.filter(accident=OuterRef(path), kind=Entry.Kind.CLOSED))


def _fault(
    activity: Activity, account: Account, hurt: Collection[Volunteer], happened_at: dt.datetime, at: dt.datetime
) -> Refusal | None:
    if not (account.what.strip() or account.others.strip() or hurt):
        return NOTHING_SAID
    if happened_at > at + _SLACK:
        return IN_THE_FUTURE
    return OTHER_COMMUNITY if any(one.community_id != activity.community_id for one in hurt) else None


def _write(
    accident: Accident,
    account: Account,
    hurt: Collection[Volunteer],
    happened_at: dt.datetime,
    complete: bool,
    by: User,
    at: dt.datetime,
) -> Entry:
    entry = Entry.objects.create(
        accident=accident,
        kind=Entry.Kind.ACCOUNT,
        encrypted=_encrypted(accident, asdict(account)),
        happened_at=happened_at,
        complete=complete,
        written_by=by,
        written_at=at,
    )
    people = {one.stays.pk: one.stays for one in hurt}
    HurtPerson.objects.bulk_create(HurtPerson(entry=entry, volunteer=person) for person in people.values())
    return entry


def _note(
    accident: Accident,
    kind: Entry.Kind,
    *,
    number: str = "",
    words: str = "",
    done_at: dt.datetime,
    by: User,
    at: dt.datetime,
) -> Entry | Refusal:
    if not may_keep(by, accident.activity, at=at):
        return NOT_ALLOWED
    if _locked(accident).closed:
        return CLOSED
    takes_number = kind in (Entry.Kind.INSURER, Entry.Kind.PLATFORM)
    if takes_number and not number.strip():
        return NO_NUMBER
    if not takes_number and not words.strip():
        return NO_WORDS
    if done_at > at + _SLACK:
        return IN_THE_FUTURE
    data: dict[str, Any] = {"words": words.strip(), "number": number.strip()}
    return Entry.objects.create(
        accident=accident,
        kind=kind,
        encrypted=_encrypted(accident, data),
        happened_at=done_at,
        written_by=by,
        written_at=at,
    )


def _encrypted(accident: Accident, data: dict[str, Any]) -> str:
    return encryption.encrypt(AccidentKey.objects.get(accident=accident).wrapped, data)


def _locked(accident: Accident) -> Standing:
    """Return where the record stands, with its activity locked: the record itself is a fact (ADR 41)."""
    Activity.objects.select_for_update(no_key=True).get(pk=accident.activity_id)
    return standing_of(accident)
