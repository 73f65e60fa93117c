"""Services that register the people of a checked list in parts, and take a whole list back.

Each part is one short transaction, so that nobody at the gate waits. A person is registered entirely or not at all. A
list that fails or is stopped half way is taken back; a worker that dies goes on where it stopped.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.core.sql import batched
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import Right
from academy.people.refusals import LOOKS_KNOWN
from academy.people.services import consents, registration, taking_back, volunteers
from academy.profiles.models import Profile
from academy.profiles.services import details
from academy.roll.faults import Verdict
from academy.roll.models import Answer, RollFile, RollLine
from academy.roll.refusals import (
    ALREADY_DONE,
    GOES_ON,
    NOT_ALL_GOOD,
    NOT_ALLOWED,
    NOT_CHECKED,
    NOT_IMPORTED,
    NOTHING_TO_IMPORT,
    in_use,
)
from academy.roll.services import describing
from academy.roll.services.files import cannot_change, locked

PART = 20  # people in one transaction
NAMED = 8  # people whom a refusal names


def cannot_import(*, file: RollFile, only_if_all: bool, by: User) -> Refusal | None:
    """Return why the list cannot be imported: `not_checked`, `nothing_to_import`, `not_all_good`, or none.

    `only_if_all`: no line may have a fault or an open question. Refuses also as `cannot_change` does.
    """
    if refusal := cannot_change(file, by=by, half=True):
        return refusal
    if file.checked_at is None:
        return NOT_CHECKED
    if only_if_all and (file.lines.filter(verdict=Verdict.REFUSE).exists() or file.lines.open().exists()):
        return NOT_ALL_GOOD
    return None if file.lines.wanted().exists() else NOTHING_TO_IMPORT


def import_list(
    *, file: RollFile, by: User, at: dt.datetime, tell: Callable[[int], None] = lambda done: None
) -> RollFile | Refusal:
    """Register the people of the good and the answered lines; of a long list, outside of any transaction.

    `tell` takes the number of lines that are done; if it raises, the list is taken back. A line whose person came onto
    the roll meanwhile becomes a question and is left out. Refuses with `not_checked`, `nothing_to_import`,
    `not_allowed`, `already_done`.
    """
    if file.imported_at is not None:
        return ALREADY_DONE
    if not by.has_right(Right.MANAGE_PEOPLE, file.community):
        return NOT_ALLOWED
    if file.checked_at is None:
        return NOT_CHECKED
    pks = list(file.lines.wanted().values_list("pk", flat=True))
    if not pks:
        return NOTHING_TO_IMPORT
    done = 0
    try:
        for part in batched(pks, PART):
            with transaction.atomic():
                lines = RollLine.objects.select_for_update(of=("self",)).select_related("person").filter(pk__in=part)
                for line in lines.filter(volunteer=None).order_by("row"):
                    _take(line, file, by=by, at=at)
            done += len(part)
            tell(done)
        _finish(file, by=by, at=at)
    except Exception:
        _undo(file, by=by, at=at)
        raise
    file.refresh_from_db()
    return file


@transaction.atomic
def _finish(file: RollFile, *, by: User, at: dt.datetime) -> None:
    """Mark the list as imported, unless a second run of the work did so meanwhile."""
    if RollFile.objects.filter(pk=file.pk, imported_at=None).update(imported_at=at, imported_by=by, work=None):
        file.lines.exclude(document="").update(document="")
        log(file, "roll.import", user=by, timestamp=at)


def _take(line: RollLine, file: RollFile, *, by: User, at: dt.datetime) -> None:
    """Register the person of a line, or change the entry that the line's answer names."""
    answer = _change(line, file, by=by, at=at) if line.answer == Answer.UPDATE else _register(line, file, by=by, at=at)
    if isinstance(answer, Refusal):
        code = "alike_on_roll" if answer == LOOKS_KNOWN else "changed_meanwhile"
        values = {"number": gettext("somebody registered meanwhile")} if answer == LOOKS_KNOWN else {"why": str(answer)}
        line.faults, line.verdict, line.answer = [*line.faults, [code, values]], Verdict.ASK.value, ""
    else:
        line.volunteer = answer
    line.save(update_fields=["faults", "verdict", "answer", "volunteer", "before"])


def _register(line: RollLine, file: RollFile, *, by: User, at: dt.datetime) -> Volunteer | Refusal:
    with transaction.atomic():
        volunteer = registration.register_volunteer(
            community=file.community,
            name=line.name,
            phone=line.phone,
            birth_date=line.birth_date,
            by=by,
            at=at,
            evidence=evidence_of(line, file),
            # A person compared the lines that asked; the others must be new when their turn comes (R5).
            besides=None if line.answer == Answer.NEW else (),
        )
        if isinstance(volunteer, Volunteer):
            _record(volunteer, line.consents, file, by=by, at=at)
            if refusal := describing.describe(volunteer, line, file, by=by, at=at):
                transaction.set_rollback(True)
                return refusal
    return volunteer


@transaction.atomic
def _change(line: RollLine, file: RollFile, *, by: User, at: dt.datetime) -> Volunteer | Refusal:
    person = line.person
    if person is None:
        return LOOKS_KNOWN
    line.before = {
        "phone": person.phone,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "consents": _new_consents(person, line.consents, at),
        **describing.before(person, line),
    }
    answer = volunteers.correct_volunteer(
        volunteer=person,
        name=person.name,
        phone=line.phone or person.phone,
        birth_date=line.birth_date or person.birth_date,
        by=by,
        at=at,
    )
    if isinstance(answer, Volunteer):
        _record(answer, line.before["consents"], file, by=by, at=at)
        if refusal := describing.describe(answer, line, file, by=by, at=at):
            transaction.set_rollback(True)
            line.before = {}
            return refusal
    return answer


def _new_consents(person: Volunteer, kinds: Sequence[str], at: dt.datetime) -> list[str]:
    return [kind for kind in kinds if not consents.has_consented(person, kind, day=timezone.localdate(at))]


def _record(volunteer: Volunteer, kinds: Sequence[str], file: RollFile, *, by: User, at: dt.datetime) -> None:
    for kind in kinds:
        consents.record_consent(volunteer=volunteer, kind=kind, granted=True, evidence=file.evidence, by=by, at=at)


def evidence_of(line: RollLine, file: RollFile) -> str:
    """Return the evidence of a person's consent, with the guardian of a minor (N4)."""
    if not line.guardian:
        return file.evidence
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("%(evidence)s; guardian: %(name)s") % {"evidence": file.evidence, "name": line.guardian}


# Taking back


@transaction.atomic
def take_back(
    *,
    file: RollFile,
    excused: Sequence[QuerySet[Any]] = (),
    in_work: bool = False,
    tell: Callable[[int], None] = lambda done: None,
    by: User,
    at: dt.datetime,
) -> RollFile | Refusal:
    """Take an import back as one act: its people leave the roll.

    Entries that it changed get their earlier details. Rows of `excused` are no use of a person: an upper app has taken
    them back. `in_work`: the caller is the list's own work; if its `tell` raises, all people stay on the roll.

    Refuses as `cannot_take_back` does, and with `in_use`, which names the people who have been used.
    """
    kept = locked(file)
    if refusal := cannot_take_back(kept, in_work=in_work, by=by):
        return refusal
    assert kept is not None
    if used := _reverse(kept, by=by, at=at, excused=excused):
        return in_use([str(person) for person in used[:NAMED]])
    kept.taken_back_at, kept.taken_back_by, kept.work = at, by, None
    kept.save(update_fields=["taken_back_at", "taken_back_by", "work"])
    log(kept, "roll.take_back", user=by, timestamp=at)
    tell(kept.lines.count())
    return kept


def cannot_take_back(file: RollFile | None, *, in_work: bool = False, by: User) -> Refusal | None:
    """Return why this import cannot be taken back: `not_imported`, `not_allowed`, `goes_on`, or none."""
    if file is None or file.imported_at is None or file.taken_back_at is not None:
        return NOT_IMPORTED
    if not by.has_right(Right.MANAGE_PEOPLE, file.community):
        return NOT_ALLOWED
    return GOES_ON if not in_work and file.state == "working" else None


def _undo(file: RollFile, *, by: User, at: dt.datetime) -> None:
    """Take the parts back that were registered; the list can be imported again.

    A second run of the work may have imported it entirely: then all of it stays.
    """
    with transaction.atomic():
        kept = locked(file)
        if kept is not None and kept.imported_at is None:
            _reverse(kept, by=by, at=at, even_used=True)


def _reverse(
    file: RollFile, *, by: User, at: dt.datetime, excused: Sequence[QuerySet[Any]] = (), even_used: bool = False
) -> list[Volunteer]:
    """Reverse the lines that were taken. Return the people who have been used; then no line is reversed."""
    lines = list(file.lines.exclude(volunteer=None).select_related("volunteer"))
    pks = {line.volunteer_id for line in lines if line.volunteer_id}
    held = Volunteer.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    people = {one.pk: one for some in batched(sorted(pks)) for one in held.filter(pk__in=some)}
    new = [line for line in lines if not line.before]
    registered = [people[line.volunteer_id] for line in new if line.volunteer_id]
    brought = describing.memberships_by(lines)
    used = taking_back.find_used(registered, besides=(RollLine, Profile), excused=(brought, *excused))
    known = {person.pk for person in used}
    edited = describing.edited_since(lines, people)
    if file.imported_at:
        edited |= describing.touched_since(pks, file.imported_at)
    for line in lines:
        person = people[line.volunteer_id or 0]
        if person.pk not in known and (person.pk in edited or not _is_as_imported(line, person)):
            used.append(person)
            known.add(person.pk)
    if used and not even_used:
        return used
    free = [person for person in registered if person.pk not in known]
    taking_back.take_back_registrations(volunteers=free, by=by, at=at)
    details.erase(volunteers=free)
    describing.memberships_by(line for line in new if line.volunteer_id not in known).delete()
    for line in lines:
        if line.before and line.volunteer_id not in known:
            _restore(line, people[line.volunteer_id or 0], by=by, at=at)
    freed = [line for line in lines if line.volunteer_id not in known]
    for line in freed:
        line.volunteer, line.before = None, {}
    if even_used:  # a list that is taken back by its user keeps its lines as they were
        RollLine.objects.bulk_update(freed, ["volunteer", "before"], batch_size=500)
    return used


def _is_as_imported(line: RollLine, person: Volunteer) -> bool:
    """Return whether nobody has changed the entry since."""
    return (
        (not line.phone or line.phone == person.phone)
        and (line.birth_date is None or line.birth_date == person.birth_date)
        and line.name == person.name
    )


def _restore(line: RollLine, person: Volunteer, *, by: User, at: dt.datetime) -> None:
    before = line.before
    person.phone = before["phone"]
    person.birth_date = dt.date.fromisoformat(before["birth_date"]) if before["birth_date"] else None
    person.save(update_fields=["phone", "birth_date"])
    log(person, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    describing.restore(line, person, by=by, at=at)
    with translation.override(settings.LANGUAGE_CODE):
        evidence = gettext("the import of a list was taken back")
    for kind in before["consents"]:
        if kind in Consent.Kind.values:
            consents.record_consent(volunteer=person, kind=kind, granted=False, evidence=evidence, by=by, at=at)
