"""Agreements: write and publish a version, sign it, find out who has to sign (A3)."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from wagtail.log_actions import log

from academy.agreements.models import Agreement, Signature
from academy.agreements.refusals import (
    BAD_PHOTO,
    DRAFT_EXISTS,
    EMPTY_TEXT,
    IN_THE_FUTURE,
    NEW_VERSION,
    NOT_ALLOWED,
    NOT_PUBLISHED,
    OTHER_COMMUNITY,
    PUBLISHED,
    SIGNED,
)
from academy.core import quotas
from academy.core.files import delete_on_commit, is_photo
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.families import belongings
from academy.people.models import User, Volunteer
from academy.people.permissions import Belonging, Right
from academy.people.services import personal_data
from academy.rulebook.models import RuleSet, Timelines
from academy.rulebook.parameters import AGREEMENT_FOR_DANGER, AGREEMENT_FOR_VISITS

PHOTO_BYTES = 5 * 1024 * 1024
PHOTO_BYTES_A_DAY = 200 * quotas.MEGABYTE  # of a community


@transaction.atomic
def write_draft(
    *, community: Community, kind: str, title: str, text: str, by: User, at: dt.datetime
) -> Agreement | Refusal:
    """Begin the draft of the next version. Refuses with `not_allowed` and `draft_exists`."""
    if not by.has_right(Right.MANAGE_PEOPLE, community):
        return NOT_ALLOWED
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    if Agreement.objects.drafts().filter(community=community, kind=kind).exists():
        return DRAFT_EXISTS
    draft = Agreement.objects.create(community=community, kind=kind, title=title.strip(), text=text.strip())
    log(draft, "wagtail.create", user=by, timestamp=at)
    return draft


@transaction.atomic
def edit_draft(*, agreement: Agreement, title: str, text: str, by: User, at: dt.datetime) -> Agreement | Refusal:
    """Change a draft. Refuses with `not_allowed` and `published`."""
    if not by.has_right(Right.MANAGE_PEOPLE, agreement.community):
        return NOT_ALLOWED
    draft = _locked(agreement)
    if draft.published_at is not None:
        return PUBLISHED
    draft.title, draft.text = title.strip(), text.strip()
    draft.save(update_fields=["title", "text"])
    log(draft, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return draft


@transaction.atomic
def publish(*, agreement: Agreement, by: User, at: dt.datetime) -> Agreement | Refusal:
    """Publish a draft as the next version, for good. A second call changes no row.

    Refuses with `not_allowed` and `empty_text`.
    """
    if not by.has_right(Right.MANAGE_PEOPLE, agreement.community):
        return NOT_ALLOWED
    draft = _locked(agreement)
    if draft.published_at is not None:
        return draft
    if not draft.text:
        return EMPTY_TEXT
    earlier = Agreement.objects.published().filter(community=draft.community_id, kind=draft.kind)
    draft.version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    draft.published_at, draft.published_by = at, by
    draft.save(update_fields=["version", "published_at", "published_by"])
    log(draft, "agreements.publish", user=by, timestamp=at, data={"version": draft.version})
    return draft


@transaction.atomic
def sign(*, agreement: Agreement, volunteer: Volunteer, by: User, at: dt.datetime) -> Signature | Refusal:
    """Sign on the phone, as the volunteer or as a person who acts for them.

    They tick that they read the text and agree. The name that stood beside the tick is stored encrypted (V3).

    Refuses with `not_allowed`, `other_community`, `not_published`, `new_version`, `signed`, and as `encrypt_for` does.
    """
    volunteer = _lock(volunteer)
    found = belongings.belongings(by, volunteer=volunteer, day=timezone.localdate(at))
    if not found & {Belonging.SELF, Belonging.AGENT}:
        return NOT_ALLOWED
    if refusal := _cannot_sign(agreement, volunteer):
        return refusal
    if agreement not in Agreement.objects.in_force(agreement.community_id):
        return NEW_VERSION
    typed = personal_data.encrypt_for(volunteer, {"name": volunteer.name})
    if isinstance(typed, Refusal):
        return typed
    signature = Signature(
        agreement=agreement,
        volunteer=volunteer,
        way=Signature.Way.PHONE,
        personal=typed,
        by_agent=Belonging.SELF not in found,
        signed_on=timezone.localdate(at),
        recorded_by=by,
        recorded_at=at,
    )
    return _store(signature, by, at)


@transaction.atomic
def record_paper(
    *,
    agreement: Agreement,
    volunteer: Volunteer,
    signed_on: dt.date,
    photo: "UploadedFile[Any]",
    by: User,
    at: dt.datetime,
) -> Signature | Refusal:
    """Store the photo of a sheet that the person signed. An earlier version can be recorded late.

    Refuses with `not_allowed`, `other_community`, `not_published`, `signed`, `in_the_future`, `bad_photo`,
    `quota_full`, `no_room`.
    """
    volunteer = _lock(volunteer)
    if not by.has_right(Right.MANAGE_PEOPLE, agreement.community):
        return NOT_ALLOWED
    if refusal := _cannot_sign(agreement, volunteer):
        return refusal
    if signed_on > timezone.localdate(at):
        return IN_THE_FUTURE
    if not is_photo(photo, most=PHOTO_BYTES):
        return BAD_PHOTO
    quota = quotas.Quota(f"signatures in community {agreement.community_id}", PHOTO_BYTES_A_DAY)
    if refusal := quotas.take(quota, size=photo.size or 0, at=at):
        return refusal
    signature = Signature(
        agreement=agreement,
        volunteer=volunteer,
        way=Signature.Way.PAPER,
        file=photo,
        signed_on=signed_on,
        recorded_by=by,
        recorded_at=at,
    )
    return _store(signature, by, at)


def is_needed(
    community_id: int, *, dangerous: bool, home_visit: bool, day: dt.date, rules: Timelines | None = None
) -> bool:
    """Return whether the rules of that day ask for the agreement first (`agreement_for`).

    `rules`: those of the community, if the caller has read them.
    """
    if not (dangerous or home_visit):
        return False
    needed = (rules or RuleSet.objects).parameters_on(community_id, day)["agreement_for"]
    return needed >= (AGREEMENT_FOR_DANGER if dangerous else AGREEMENT_FOR_VISITS)


def agreement_in_force(community_id: int) -> Agreement | None:
    """Return the agreement that people sign today; None if the community has published none."""
    return next((one for one in Agreement.objects.in_force(community_id) if one.is_agreement), None)


def link_to_sign(agreement: Agreement, volunteer: Volunteer, *, then: str) -> str:
    """Return the page where this person signs, and which goes on to the address `then`."""
    query = urlencode({"who": volunteer.number, "next": then})
    return f"{reverse('agreements:sign', args=[agreement.pk])}?{query}"


def texts_for(volunteer: Volunteer) -> list[tuple[Agreement, Signature | None]]:
    """Return the texts in force in the person's community, each with their signature under it."""
    texts = Agreement.objects.in_force(volunteer.community_id)
    signed = {one.agreement_id: one for one in Signature.objects.of(volunteer).filter(agreement__in=texts)}
    return [(one, signed.get(one.pk)) for one in texts]


def unsigned(agreement: Agreement) -> QuerySet[Volunteer]:
    """Return the people of the roll who have not signed this version."""
    people = Volunteer.objects.taking_part().filter(community=agreement.community_id)
    return people.exclude(pk__in=_signers(agreement)).order_by("number")


DueOf = Callable[[Agreement, dt.datetime], QuerySet[Volunteer]]
_due_of: list[DueOf] = []


def register_due(due_of: DueOf) -> None:
    """Register the function of an upper app that returns who has to sign soon."""
    _due_of[:] = [due_of]


def due(agreement: Agreement, at: dt.datetime) -> QuerySet[Volunteer]:
    """Return those who have not signed this version and have a place in an activity that asks for it."""
    return _due_of[0](agreement, at) if _due_of else Volunteer.objects.none()


def _signers(agreement: Agreement) -> Any:
    signed = Signature.objects.filter(agreement=agreement).with_person()
    return signed.values_list("person", flat=True)


def erase_photos(*, people: Iterable[Volunteer]) -> None:
    """Delete the photos of these people's signed sheets on commit; the facts that they signed stay (V3)."""
    delete_photos(Signature.objects.filter(volunteer__in=people))


def delete_photos(signatures: QuerySet[Signature], *, most: int | None = None) -> int:
    """Delete the photos of these signatures on commit, at most so many, and return how many."""
    return delete_on_commit(signatures.exclude(file="").values_list("file", flat=True), most=most)


def clear_old_photos(community: Community, before: dt.datetime, most: int) -> int:
    """Delete the photos of sheets that are older than the community's term; the facts stay (V3)."""
    old = Signature.objects.filter(agreement__community=community, recorded_at__lt=before)
    return delete_photos(old.order_by("pk"), most=most)


def _cannot_sign(agreement: Agreement, volunteer: Volunteer) -> Refusal | None:
    if agreement.community_id != volunteer.community_id:
        return OTHER_COMMUNITY
    if agreement.published_at is None:
        return NOT_PUBLISHED
    return SIGNED if Signature.objects.of(volunteer).filter(agreement=agreement).exists() else None


def _store(signature: Signature, by: User, at: dt.datetime) -> Signature:
    """Store the signature and log it at the person."""
    signature.save(force_insert=True)
    data = {"version": str(signature.agreement), "way": signature.way, "agent": signature.by_agent}
    log(signature.volunteer, "agreements.sign", user=by, timestamp=at, data=data)
    return signature


def _lock(volunteer: Volunteer) -> Volunteer:
    """Lock and return the row that stays: a second signature then finds the first."""
    return Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.stays.pk)


def _locked(agreement: Agreement) -> Agreement:
    # The community's row, and not the version's: once published, the version is a fact (ADR 41).
    Community.objects.select_for_update(no_key=True).get(pk=agreement.community_id)
    return Agreement.objects.get(pk=agreement.pk)
