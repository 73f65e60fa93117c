"""The details and the document of an imported person: store them, and put earlier ones back."""

import datetime as dt
from typing import Any

from django.utils import timezone

from academy.core import encryption
from academy.core.refusals import Refusal
from academy.people.models import Consent, User, Volunteer
from academy.people.services import consents
from academy.profiles import selectors
from academy.profiles.models import Word
from academy.profiles.services import details, keeping_documents
from academy.roll.models import RollFile, RollLine
from academy.roll.refusals import FILE_GONE

SKILL = Word.Kind.SKILL.value


def describe(volunteer: Volunteer, line: RollLine, file: RollFile, *, by: User, at: dt.datetime) -> Refusal | None:
    """Store the details of a line, and its document with the consent of the line or of the list.

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
    return {"details": found, "skills": words, "had_document": bool(profile.document)}


def is_as_imported(line: RollLine, person: Volunteer) -> bool:
    """Return whether nobody has changed the details since."""
    changes = _changes(line)
    if not changes:
        return True
    profile = details.profile_of(person)
    return all(getattr(profile, name) == changes[name] for name in details.COLUMNS if name in changes)


def restore(line: RollLine, person: Volunteer, *, by: User, at: dt.datetime) -> None:
    """Put the earlier details back, and delete a document that the import brought."""
    earlier = line.before
    changes = dict(earlier.get("details", {}))
    if "words" in _changes(line):
        changes["words"] = {SKILL: earlier.get("skills", [])}
    if changes:
        details.save_details(volunteer=person, changes=changes, by=by, at=at)
    if not earlier.get("had_document", True):
        keeping_documents.delete_document(volunteer=person, by=by, at=at)


def _changes(line: RollLine) -> dict[str, Any]:
    found = dict(line.details or {})
    if skills := found.pop("skills", None):
        found["words"] = {SKILL: skills}
    return found
