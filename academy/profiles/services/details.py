"""Services that keep the details of people, read limits of the body, erase and unite rows."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.services import personal_data
from academy.profiles import words
from academy.profiles.models import IdentityRequest, OwnField, OwnValue, Profile
from academy.profiles.refusals import DOCUMENTS_DIFFER

EDITED = "profiles.edit"
COLUMNS = ("sex", "area", "emergency_name", "emergency_relation", "emergency_phone", "platform_number")
CONTACT = ("emergency_name", "emergency_relation", "emergency_phone")  # the person's own to change


def locked_profile(volunteer: Volunteer) -> Profile:
    """Return the person's row in a transaction, locked by the volunteer's; create a missing one."""
    Volunteer.objects.select_for_update(no_key=True, of=("self",)).get(pk=volunteer.pk)
    return Profile.objects.get_or_create(volunteer=volunteer)[0]


@transaction.atomic
def save_details(
    *, volunteer: Volunteer, changes: Mapping[str, Any], by: User | None, at: dt.datetime
) -> Profile | Refusal:
    """Store those of a person's details that `changes` names; the log has their names, and no values.

    `changes` has columns of `COLUMNS`, `body` in plain text, `words` by their kind, and `own` values by the ids of the
    community's fields. Refuses as `encrypt_for` does.
    """
    volunteer = volunteer.stays
    profile = locked_profile(volunteer)
    before = _state(profile)
    for name in COLUMNS:
        if name in changes:
            setattr(profile, name, changes[name])
    if "body" in changes and changes["body"].strip() != body_of(profile):
        text: str | Refusal = ""
        if changes["body"].strip():
            text = personal_data.encrypt_for(volunteer, {"body": changes["body"].strip()})
        if isinstance(text, Refusal):
            return text
        profile.body = text
    profile.save()
    if "words" in changes:
        others = profile.words.exclude(kind__in=changes["words"])
        profile.words.set([*others, *words.keep(volunteer.community, changes["words"])])
    if "own" in changes:
        _save_own(profile, changes["own"])
    changed = [name for name, value in _state(profile).items() if before[name] != value]
    if changed:
        log(volunteer, EDITED, user=by, timestamp=at, content_changed=True, data={"fields": changed})
    return profile


def _save_own(profile: Profile, values: Mapping[int, str]) -> None:
    fields = OwnField.objects.filter(community=profile.volunteer.community_id, pk__in=values)
    profile.own_values.filter(field__in=fields).delete()
    OwnValue.objects.bulk_create(
        OwnValue(profile=profile, field=field, text=values[field.pk][:200]) for field in fields if values[field.pk]
    )


def _state(profile: Profile) -> dict[str, Any]:
    return {
        **{name: getattr(profile, name) for name in COLUMNS},
        "body": profile.body,
        "words": set(profile.words.values_list("pk", flat=True)),
        "own": set(profile.own_values.values_list("field", "text")),
    }


def profile_of(volunteer: Volunteer) -> Profile:
    """Return the person's row, an empty one without details."""
    return Profile.objects.filter(volunteer=volunteer.stays).first() or Profile(volunteer=volunteer.stays)


def body_of(profile: Profile) -> str:
    """Return what the person's body does not allow; empty without any, or if it is locked."""
    if not profile.body:
        return ""
    answer = personal_data.decrypt_for(profile.volunteer, profile.body)
    return "" if isinstance(answer, Refusal) else str(answer["body"])


def bodies_of(people: Iterable[Volunteer]) -> dict[int, str]:
    """Return what the bodies of these people do not allow (A2), by id. Two statements at most.

    The caller shows it to the leader of an activity that the person is signed up to, and to the social worker alone.
    """
    kept = Profile.objects.filter(volunteer__in={person.stays.pk for person in people}).exclude(body="")
    texts = dict(kept.values_list("volunteer", "body"))
    found = personal_data.decrypt_all(texts) if texts else {}
    return {pk: data["body"] for pk, data in found.items()}


@transaction.atomic
def erase(*, volunteers: Iterable[Volunteer]) -> None:
    """Delete the details of these people, of all rows of each (V3). The caller destroys the personal keys.

    Requests stay as they are, and their content is unreadable without that key.
    """
    Profile.objects.filter(volunteer__in=Volunteer.objects.all_with(volunteers)).delete()


def unite(*, goes: Volunteer, stays: Volunteer) -> Refusal | None:
    """Complete the details of the entry that stays. Refuses with `documents_differ`.

    Texts that are encrypted under the personal key of the one are encrypted under that of the other.
    """
    theirs = Profile.objects.filter(volunteer=goes).first()
    if theirs is None:
        return None
    mine = locked_profile(stays)
    if theirs.document and mine.document and theirs.document_hash != mine.document_hash:
        return DOCUMENTS_DIFFER
    for name in COLUMNS:
        if not getattr(mine, name):
            setattr(mine, name, getattr(theirs, name))
    moving = {name: getattr(theirs, name) for name in ("document", "body") if not getattr(mine, name)}
    document_type, document_hash = theirs.document_type, theirs.document_hash
    mine.words.add(*theirs.words.all())
    known = set(mine.own_values.values_list("field", flat=True))
    theirs.own_values.exclude(field__in=known).update(profile=mine)
    theirs.delete()  # frees the hash
    for name, text in moving.items():
        data = personal_data.decrypt_for(goes, text) if text else None
        if data is None or isinstance(data, Refusal):
            continue
        again = personal_data.encrypt_for(stays, data)
        if not isinstance(again, Refusal):
            setattr(mine, name, again)
            if name == "document":
                mine.document_type, mine.document_hash = document_type, document_hash
    mine.save()
    return None


def open_request_of(volunteer: Volunteer) -> IdentityRequest | None:
    """Return the person's request that waits for its answer; None without one."""
    rows = Volunteer.objects.one_with(volunteer.pk)
    return IdentityRequest.objects.filter(volunteer__in=rows, decided_at=None).first()
