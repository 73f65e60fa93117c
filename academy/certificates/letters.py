"""Letters of thanks to units and organisations: issued frozen, found by their code, printed."""

import datetime as dt
import hashlib
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.certificates import designed, entitlement
from academy.certificates.letter_models import Letter, LetterClosure
from academy.certificates.services import BAD_PERIOD, CODE_BITS, NOT_ALLOWED, next_certificate_number
from academy.core import formats, practice
from academy.core.keys import normalise_key, random_key
from academy.core.refusals import Refusal
from academy.core.shown_hours import step_of
from academy.designs import services as designs
from academy.designs.models import PaperKind
from academy.groups.papers import contributions_in
from academy.groups.sums import figures_of
from academy.hours import ledger
from academy.paper.pdf import print_sheet
from academy.people.models import Issuer, User
from academy.people.permissions import Right
from academy.units.models import Unit

ISSUE = "certificates.letter"
REVOKE = "certificates.revoke_letter"

NOTHING_TO_THANK_FOR = Refusal(
    "nothing_to_thank_for",
    _("Nobody of this unit served in this period, and no contribution is recorded. Choose another period."),
)
NOT_INTACT = Refusal(
    "not_intact",
    _("This letter is not as it was issued and is not printed. Tell the administrator, then issue a new one."),
)

LETTER_REVOKED = Refusal(
    "letter_revoked", _("This letter was revoked and cannot be printed any more. Issue a new one.")
)
NO_REASON_GIVEN = Refusal("no_reason_given", _("Say why: the page behind the letter's code shows the reason."))


@transaction.atomic
def issue_letter(
    *,
    issuer: Issuer,
    unit: Unit,
    period_from: dt.date,
    period_to: dt.date,
    by: User,
    at: dt.datetime,
    design: str = "",
) -> Letter | Refusal:
    """Issue a letter of thanks for what the unit gave in a period, frozen (P6).

    Return an existing valid letter with the same content instead of a second one.
    Refuses with `not_allowed`, `bad_period` and `nothing_to_thank_for`.
    """
    if issuer.community_id != unit.community_id or not by.has_right(Right.ISSUE_CERTIFICATES, unit.community):
        return NOT_ALLOWED
    if period_from > period_to:
        return BAD_PERIOD
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    today = timezone.localdate(at)
    figures = figures_of([unit], period_from, period_to)[unit.pk]
    given = [one.word for one in contributions_in(unit, (period_from, period_to))]
    why_not = entitlement.no_thanks(
        attendances=figures.attendances,
        nameless=figures.nameless,
        contributions=len(given),
        period_to=period_to,
        today=today,
    )
    if why_not:
        return BAD_PERIOD if why_not == BAD_PERIOD.code else NOTHING_TO_THANK_FOR
    said = []
    if figures.attendances:
        hours = formats.hours(figures.service, step_of(unit.community_id, today))
        said.append(f"{figures.people} 位成员参加志愿服务 {figures.attendances} 人次，服务时间共 {hours} 小时")
    if figures.nameless:
        said.append(f"另有 {figures.nameless} 人次到场帮忙")
    if given:
        said.append(f"并提供了{'、'.join(given)}")
    facts = {"recipient": unit.name, "contribution": "；".join(said) + "。"}
    same = Letter.objects.filter(unit=unit, issuer=issuer, period_from=period_from, period_to=period_to, closure=None)
    for letter in same:
        if letter.snapshot["facts"] == facts:
            return letter
    return _store(unit, issuer, period_from, period_to, facts, design, by, at)


def _store(
    unit: Unit,
    issuer: Issuer,
    period_from: dt.date,
    period_to: dt.date,
    facts: dict[str, str],
    design: str,
    by: User,
    at: dt.datetime,
) -> Letter:
    today = timezone.localdate(at)
    letter = Letter(
        community=unit.community,
        issuer=issuer,
        unit=unit,
        number=next_certificate_number(issuer, today.year),
        code=random_key(CODE_BITS),
        period_from=period_from,
        period_to=period_to,
        snapshot={
            "kind": PaperKind.THANKS.value,
            "facts": facts,
            "design": designs.frozen_for(issuer, PaperKind.THANKS, name=design),
            "issuer": issuer.name,
            "person_responsible": issuer.person_responsible,
            "handler": issuer.handler,
            "telephone": issuer.telephone,
            "period_from": period_from.isoformat(),
            "period_to": period_to.isoformat(),
            "issued_on": today.isoformat(),
            "hours": "",
            "rows": [],
        },
        issued_at=at,
        issued_by=by,
    )
    letter.content_hash = content_hash(letter)
    letter.save(force_insert=True)
    log(letter, ISSUE, user=by, timestamp=at)
    return letter


@transaction.atomic
def revoke_letter(*, letter: Letter, note: str, by: User, at: dt.datetime) -> LetterClosure | Refusal:
    """Revoke a letter; its public page shows that, with the reason (P5).

    Refuses with `not_allowed`, `no_reason_given` and `letter_revoked`.
    """
    if not by.has_right(Right.ISSUE_CERTIFICATES, letter.community):
        return NOT_ALLOWED
    if not note.strip():
        return NO_REASON_GIVEN
    Unit.objects.select_for_update(no_key=True).get(pk=letter.unit_id)  # no lock on the fact itself (ADR 41)
    if is_revoked(letter):
        return LETTER_REVOKED
    closure = LetterClosure.objects.create(letter=letter, note=note.strip(), closed_at=at, closed_by=by)
    log(letter, REVOKE, user=by, timestamp=at)
    return closure


def is_revoked(letter: Letter) -> bool:
    """Return whether the letter was revoked."""
    return LetterClosure.objects.filter(letter=letter).exists()


def content_hash(letter: Letter) -> str:
    """Return the SHA-256 of number, code and content."""
    content = {name: getattr(letter, name) for name in ("number", "code", "snapshot")}
    return hashlib.sha256(ledger.canonical_json(content)).hexdigest()


def is_intact(letter: Letter) -> bool:
    """Return whether the letter is the one that was issued."""
    return content_hash(letter) == letter.content_hash


def find(code: str) -> Letter | None:
    """Return the letter with this code, in any typed form."""
    return Letter.objects.select_related("community", "issuer", "closure").filter(code=normalise_key(code)).first()


def differences() -> Iterator[str]:
    """Yield how letters differ from what was issued, in words for an auditor."""
    kind = ContentType.objects.get_for_model(Letter, for_concrete_model=False)
    said = ModelLogEntry.objects.filter(content_type=kind, action__in=[ISSUE, REVOKE])
    acts = set(said.values_list("action", "object_id", "timestamp", "user_id"))
    for letter in Letter.objects.select_related("closure").order_by("pk").iterator(chunk_size=200):
        days = [letter.period_from.isoformat(), letter.period_to.isoformat()]
        if not is_intact(letter) or days != [letter.snapshot["period_from"], letter.snapshot["period_to"]]:
            yield f"letter {letter.number}: its content is not what its hash says"
        if (ISSUE, str(letter.pk), letter.issued_at, letter.issued_by_id) not in acts:
            yield f"letter {letter.number}: the log does not say that it was issued by this person at this moment"
        closure = getattr(letter, "closure", None)
        end = {(REVOKE, str(letter.pk), closure.closed_at, closure.closed_by_id)} if closure else set()
        if {one for one in acts if one[:2] == (REVOKE, str(letter.pk))} != end:
            yield f"letter {letter.number}: its revocation is not what the log says"


def print_letter(letter: Letter) -> bytes | Refusal:
    """Return the letter as PDF, the same bytes at each printing.

    Refuses with `letter_revoked`, `not_intact` and `missing_glyphs`.
    """
    if is_revoked(letter):
        return LETTER_REVOKED
    if not is_intact(letter):
        return NOT_INTACT
    sheet = designed.letter_sheet(letter)
    return print_sheet(sheet, created=letter.issued_at, practice=practice.is_practice(letter.community_id))
