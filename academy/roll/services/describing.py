"""The details and the document of an imported person: store them, and put earlier ones back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.core import encryption
from academy.core.refusals import Refusal
from academy.core.sql import batched
from academy.people.models import Consent, User, Volunteer
from academy.people.services import consents
from academy.profiles import selectors
from academy.profiles.models import Profile, Word
from academy.profiles.services import details, keeping_documents
from academy.roll.models import RollFile, RollLine
from academy.roll.refusals import FILE_GONE
from academy.units import services as units
from academy.units.models import UnitMembership

SKILL = Word.Kind.SKILL.value


def describe(volunteer: Volunteer, line: RollLine, file: RollFile, *, by: User, at: dt.datetime) -> Refusal | None:
    """Store details, unit and document of a line; the document with the consent of line or list.

    Skills are added to those that the person has. Refuses as `save_details` and `keep_document` do, and with
    `file_gone` if the sealed number cannot be read any more.
    """
    if changes := _changes(line):
        if SKILL in changes.get("words", {}):
            known = selectors.words_of(details.profile_of(volunteer)).get(SKILL, []) if line.before else []
            changes["words"] = {SKILL: list(dict.fromkeys([*known, *changes["words"][SKILL]]))}
        saved = details.save_details(volunteer=volunteer, changes=changes, by=by, at=at)
        if isinstance(saved, Refusal):
            return saved
    if line.unit is not None and not _is_member(volunteer, line):
        # G1: earlier hours of a person on the roll stay their own; a newcomer has none.
        since = timezone.localdate(at) if line.before else None
        units.put_in_unit(volunteer=volunteer, unit=line.unit, since=since, by=by, at=at)
    if not line.document or details.profile_of(volunteer).document:
        return None
    try:
        document = encryption.unseal(line.document)
    except encryption.DecryptionError:
        return FILE_GONE
    consented = consents.has_consented(volunteer, Consent.Kind.DOCUMENT, day=timezone.localdate(at))
    kept = keeping_documents.keep_document(
        volunteer=volunteer, **document, evidence="" if consented else file.document_evidence, by=by, at=at
    )
    return kept if isinstance(kept, Refusal) else None


def before(person: Volunteer, line: RollLine) -> dict[str, Any]:
    """Return the earlier details of a person whom the line changes, for taking the import back."""
    profile, changes = details.profile_of(person), _changes(line)
    found = {name: getattr(profile, name) for name in details.COLUMNS if name in changes}
    words = selectors.words_of(profile).get(SKILL, []) if profile.pk and "words" in changes else []
    joins = line.unit is not None and not _is_member(person, line)
    return {"details": found, "skills": words, "had_document": bool(profile.document), "joins_unit": joins}


def edited_since(lines: Iterable[RollLine], people: Mapping[int, Volunteer]) -> set[int]:
    """Return those of these people (by id) whose details are not as their lines imported them."""
    found = set()
    for some in batched([line for line in lines if _changes(line)]):
        rows = {line.pk: people[line.volunteer_id or 0].stays.pk for line in some}
        profiles = {profile.volunteer_id: profile for profile in Profile.objects.filter(volunteer__in=rows.values())}
        for line in some:
            profile, changes = profiles.get(rows[line.pk]) or Profile(), _changes(line)
            if any(getattr(profile, name) != changes[name] for name in details.COLUMNS if name in changes):
                found.add(line.volunteer_id or 0)
    return found


def memberships_by(lines: Iterable[RollLine]) -> QuerySet[UnitMembership]:
    """Return the memberships that these lines brought, as far as nobody has changed them since."""
    brought = [line for line in lines if line.unit_id and (not line.before or line.before.get("joins_unit"))]
    named = Q(pk=None)
    for unit in {line.unit_id for line in brought}:
        named |= Q(unit=unit, volunteer__in=[line.volunteer_id for line in brought if line.unit_id == unit])
    return UnitMembership.objects.filter(named, is_contact=False, until=None)


def touched_since(people: Iterable[int], at: dt.datetime) -> set[int]:
    """Return those of these people (ids) whose details or document somebody has edited after `at`."""
    kind = ContentType.objects.get_for_model(Volunteer)
    entries = ModelLogEntry.objects.filter(content_type=kind, action__startswith="profiles.", timestamp__gt=at)
    found: set[int] = set()
    for some in batched([str(pk) for pk in people]):
        named = entries.filter(object_id__in=some).order_by().values_list("object_id", flat=True)
        found |= {int(pk) for pk in named}
    return found


def restore(line: RollLine, person: Volunteer, *, by: User, at: dt.datetime) -> None:
    """Put the earlier details back, and delete a document that the import brought."""
    earlier = line.before
    changes = dict(earlier.get("details", {}))
    if "words" in _changes(line):
        changes["words"] = {SKILL: earlier.get("skills", [])}
    if changes:
        details.save_details(volunteer=person, changes=changes, by=by, at=at)
    memberships_by([line]).delete()
    if not earlier.get("had_document", True):
        keeping_documents.delete_document(volunteer=person, by=by, at=at)


def _is_member(person: Volunteer, line: RollLine) -> bool:
    return UnitMembership.objects.current().filter(volunteer=person, unit=line.unit_id).exists()


def _changes(line: RollLine) -> dict[str, Any]:
    found = dict(line.details or {})
    if skills := found.pop("skills", None):
        found["words"] = {SKILL: skills}
    return found
