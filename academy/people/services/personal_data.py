"""Services that encrypt personal data, hash it to be found again, and log who viewed it."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry

from academy.core import encryption
from academy.core.keys import random_key
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.people import ages
from academy.people.key_models import HashKey
from academy.people.models import PersonalKey, User, Volunteer
from academy.people.refusals import PERSONAL_DATA_DAMAGED, PERSONAL_DATA_GONE, PERSONAL_DATA_LOCKED
from academy.people.services import master_keys

# Actions in Wagtail's log.
MINOR_VIEWED = "people.view_minor"  # N4
SEARCHED = "people.search"  # ADR 37
DOCUMENT_VIEWED = "people.view_document"  # V2
SENSITIVE_VIEWED = "people.view_sensitive"  # A5
LOOKS = (MINOR_VIEWED, SEARCHED, DOCUMENT_VIEWED, SENSITIVE_VIEWED)

_HASH_KEY_BITS = 250


def log_view_of_minors(*, volunteers: Collection[int], page: str, by: User, at: dt.datetime) -> None:
    """Record that `by` was shown data of those of `volunteers` (ids) who are under 14 at `at` (N4)."""
    born_after = ages.last_birth_date(ages.SENSITIVE_UNDER, timezone.localdate(at))
    minors = Volunteer.objects.filter(birth_date__gt=born_after).in_bulk(volunteers).values()
    _log_views(MINOR_VIEWED, minors, page=page, by=by, at=at)


def log_search(*, volunteers: Iterable[Volunteer], page: str, by: User, at: dt.datetime) -> None:
    """Record that a leader looked up people who have no part in the leader's activities (ADR 37)."""
    _log_views(SEARCHED, volunteers, page=page, by=by, at=at)


def log_view_of_document(*, volunteer: Volunteer, page: str, by: User, at: dt.datetime) -> None:
    """Record that `by` was shown the person's whole ID number (V2)."""
    _log_views(DOCUMENT_VIEWED, [volunteer], page=page, by=by, at=at)


def log_view_of_sensitive(*, volunteers: Iterable[Volunteer], page: str, by: User, at: dt.datetime) -> None:
    """Record that `by` was shown a sensitive record about these people, such as that of an accident (A5)."""
    _log_views(SENSITIVE_VIEWED, volunteers, page=page, by=by, at=at)


def _log_views(action: str, volunteers: Iterable[Volunteer], *, page: str, by: User, at: dt.datetime) -> None:
    """Write one entry for each volunteer, under the volunteer number, with the address of the page."""
    kind, uuid = ContentType.objects.get_for_model(Volunteer), get_active_log_context().uuid
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(volunteer.pk),
            label=volunteer.number,
            action=action,
            data={"page": page},
            user=by,
            timestamp=at,
            uuid=uuid,
        )
        for volunteer in volunteers
    )


def create_key(volunteer: Volunteer) -> None:
    """Create the personal key of a new volunteer."""
    master_keys.record_first()
    PersonalKey.objects.create(volunteer=volunteer, wrapped=encryption.new_personal_key())


def encrypt_for(volunteer: Volunteer, data: dict[str, Any]) -> str | Refusal:
    """Return `data` as text that can be read as long as the person's key exists (V3).

    Refuses with `personal_data_gone` and `personal_data_locked`.
    """
    key = PersonalKey.objects.filter(volunteer=volunteer).first()
    if key is None:
        return PERSONAL_DATA_GONE
    try:
        return encryption.encrypt(key.wrapped, data)
    except encryption.OtherMasterKeyError:
        return PERSONAL_DATA_LOCKED


def decrypt_for(volunteer: Volunteer, text: str) -> dict[str, Any] | Refusal:
    """Return the data that `encrypt_for` encrypted.

    Refuses with `personal_data_gone` if the person's key was destroyed, `personal_data_locked` if the master key does
    not open it, and `personal_data_damaged` if the text is not as it was encrypted.
    """
    return decrypter_for([volunteer.pk])(volunteer.pk, text)


def decrypter_for(people: Iterable[int]) -> Callable[[int, str], dict[str, Any] | Refusal]:
    """Return the function that does as `decrypt_for` for one of these people. One statement."""
    keys = dict(PersonalKey.objects.filter(volunteer__in=list(people)).values_list("volunteer", "wrapped"))

    def decrypt(pk: int, text: str) -> dict[str, Any] | Refusal:
        if pk not in keys:
            return PERSONAL_DATA_GONE
        try:
            return encryption.decrypt(keys[pk], text)
        except encryption.OtherMasterKeyError:
            return PERSONAL_DATA_LOCKED
        except encryption.DecryptionError:
            return PERSONAL_DATA_DAMAGED

    return decrypt


def decrypt_all(texts: dict[int, str]) -> dict[int, dict[str, Any]]:
    """Return the data of several people (ids) as `decrypt_for` does, without those that cannot be read."""
    read = reader_for(texts)
    found = {pk: read(pk, text) for pk, text in texts.items()}
    return {pk: data for pk, data in found.items() if data is not None}


def reader_for(people: Iterable[int]) -> Callable[[int, str], dict[str, Any] | None]:
    """Return the function that reads a person's encrypted text, or returns None. One statement."""
    decrypt = decrypter_for(people)

    def read(pk: int, text: str) -> dict[str, Any] | None:
        answer = decrypt(pk, text)
        return None if isinstance(answer, Refusal) else answer

    return read


def hasher() -> Callable[[str], str]:
    """Return the function that hashes a text with the database's own key, for unique columns (ADR 82).

    The key outlives `SECRET_KEY` and the master keys. Raises `DecryptionError` if no master key opens it.
    """
    kept = HashKey.objects.first()
    if kept is None:
        master_keys.record_first()
        insert_if_absent(HashKey(id=1, sealed=encryption.seal({"key": random_key(_HASH_KEY_BITS)})))
        kept = HashKey.objects.get()
    key = encryption.unseal(kept.sealed)["key"].encode()
    return lambda text: hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def clear_old_looks(community: Community, before: dt.datetime, most: int) -> int:
    """Delete entries about looks at people that are older than the community's term. Return how many."""
    people = Volunteer.objects.filter(community=community).annotate(key=Cast("pk", CharField())).values("key")
    looks = ModelLogEntry.objects.get_for_model(Volunteer).filter(action__in=LOOKS)
    old = looks.filter(timestamp__lt=before, object_id__in=people).order_by("pk")
    deleted: int = ModelLogEntry.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]
    return deleted
