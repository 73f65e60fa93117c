"""Times that no scan shows: make-up entries (K9), corrections at any time (K8), the leader's own before confirming."""

import datetime as dt
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_confirm, may_lead
from academy.activities.models import Shift
from academy.activities.services import is_published_late
from academy.checkin.models import Method, Visit
from academy.checkin.services import correcting, keying_in
from academy.core.refusals import Refusal
from academy.decisions.services import NEEDS_REASON
from academy.families import belongings
from academy.hours.models import OPEN_STATES, Evidence, MakeUp, RecordState, ServiceRecord
from academy.hours.services.notices import move
from academy.hours.services.records import compute_one, lock_volunteers
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.rulebook.models import RuleSet

MOST_EVIDENCE = 5
EVIDENCE_BYTES = 10_000_000
EVIDENCE_KINDS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".pdf"})

NOT_ALLOWED = Refusal(
    "not_allowed",
    _("You ask for yourself, for whom you act for, or as the activity's leader. The social worker helps."),
)
NOT_CONFIRMING = Refusal("not_allowed", _("Only the activity's leader or a social worker does this. Ask one of them."))
OWN_VISIT = Refusal("own_visit", _("These are your own times: somebody else puts them right."))
NOT_PUBLISHED = Refusal("not_published", _("This activity is not published. Ask the social worker to publish it."))
IN_THE_FUTURE = Refusal("in_the_future", _("This time has not come yet. Ask when it is over."))
TIMES_REVERSED = Refusal("times_reversed", _("The end lies before the beginning. Compare both times."))
NEEDS_TIMES = Refusal("needs_times", _("Both times are needed, when you came and when you left."))
BEYOND_PLAN = Refusal(
    "beyond_plan", _("A make-up entry holds at most the planned time. Give times between the start and the end.")
)
NEEDS_WITNESS = Refusal("needs_witness", _("Name somebody else of the community who saw it, by volunteer number."))
ALREADY_ASKED = Refusal("already_asked", _("This has been asked for already and waits for the decision."))
NOTHING_TO_CORRECT = Refusal(
    "nothing_to_correct", _("There is nothing here to take back: no hours are recorded at this shift.")
)
BAD_EVIDENCE = Refusal(
    "bad_evidence",
    _("At most five pictures or PDF files of up to 10 MB each. Leave the others with the social worker."),
)
CONFIRMED = Refusal("confirmed", _("These hours are confirmed already. Ask for a correction instead."))


@transaction.atomic
def ask_make_up(
    *,
    volunteer: Volunteer,
    shift: Shift,
    came_at: dt.datetime | None,
    left_at: dt.datetime | None,
    reason: str,
    by: User,
    at: dt.datetime,
    witness: Volunteer | None = None,
    evidence: Iterable[UploadedFile[Any]] = (),
) -> MakeUp | Refusal:
    """Asks that the volunteer's time at the shift be from `came_at` to `left_at`; without them: was not there.

    Within the days of the rule set, where no whole visit was scanned, it is a make-up entry: with a witness, at most
    the planned time, and so many in a half-year (K9). Everything else goes the correction way (K8): never a bare no.
    While it is open, an unconfirmed record waits with it.

    Refuses with `not_allowed`, `not_published`, `needs_reason`, `needs_times`, `times_reversed`, `in_the_future`,
    `needs_witness`, `beyond_plan`, `nothing_to_correct`, `already_asked`, `bad_evidence`, and as the gate would have:
    `cancelled`, `suspended`, `minor_not_allowed` (N3), `needs_consent` (N2).
    """
    activity = shift.activity
    volunteer = volunteer.stays
    files, reason = list(evidence), reason.strip()
    if not may_ask(by, volunteer=volunteer, shift=shift):
        return NOT_ALLOWED
    if activity.published_at is None and not _is_imported(shift, volunteer):
        return NOT_PUBLISHED
    if refusal := _cannot_be(came_at, left_at, at) or (None if reason else NEEDS_REASON) or _bad_files(files):
        return refusal
    lock_volunteers([volunteer.pk])
    one = Volunteer.objects.one_with(volunteer.pk)
    if MakeUp.objects.open().filter(volunteer__in=one, shift=shift).exists():
        return ALREADY_ASKED
    if came_at is None or left_at is None:
        if not ServiceRecord.objects.live().filter(volunteer__in=one, shift=shift).exists():
            return NOTHING_TO_CORRECT
        way = MakeUp.Way.CORRECTION
    else:
        if refusal := keying_in.judge(activity, shift, volunteer, came_at, left_at):
            return refusal
        way = choose_way(volunteer=volunteer, shift=shift, at=at)
    if way == MakeUp.Way.MAKE_UP:
        if witness is None or witness.stays.pk == volunteer.pk or witness.community_id != activity.community_id:
            return NEEDS_WITNESS
        if came_at < shift.starts_at or left_at > shift.end_with_overtime:  # type: ignore[operator]
            return BEYOND_PLAN
    make_up = MakeUp.objects.create(
        way=way,
        volunteer=volunteer,
        shift=shift,
        came_at=came_at,
        left_at=left_at,
        witness=witness.stays if witness else None,
        reason=reason,
        asked_by=by,
        asked_at=at,
    )
    for file in files:
        name = PurePath(str(file.name)).name[-120:]
        Evidence.objects.create(make_up=make_up, file=file, name=name, added_by=by, added_at=at)
    waiting = ServiceRecord.objects.awaiting_confirmation().filter(volunteer__in=one, shift=shift)
    move(list(waiting.select_for_update()), RecordState.AWAITING_CONFIRMATION, RecordState.AWAITING_MAKEUP)
    return make_up


@transaction.atomic
def correct_visit(
    *,
    volunteer: Volunteer,
    shift: Shift,
    times: tuple[dt.datetime, dt.datetime] | None,
    by: User,
    at: dt.datetime,
) -> list[ServiceRecord] | Refusal:
    """The leader puts a visit right before confirming it (K9: no make-up entry); without `times`: was not there.

    Refuses with `not_allowed`, `own_visit` (K4), `times_reversed`, `in_the_future`, `confirmed`, `already_asked`, and
    as the gate would have.
    """
    volunteer = volunteer.stays
    if not may_confirm(by, shift.activity) and not may_lead(by, shift.activity):
        return NOT_CONFIRMING
    if volunteer.user_id == by.pk:
        return OWN_VISIT
    if times is not None and (
        refusal := _cannot_be(*times, at) or keying_in.judge(shift.activity, shift, volunteer, *times)
    ):
        return refusal
    lock_volunteers([volunteer.pk])
    one = Volunteer.objects.one_with(volunteer.pk)
    if ServiceRecord.objects.live().filter(volunteer__in=one, shift=shift).exclude(state__in=OPEN_STATES).exists():
        return CONFIRMED
    if MakeUp.objects.open().filter(volunteer__in=one, shift=shift).exists():
        return ALREADY_ASKED
    flags = [Method.CORRECTION.value]
    correcting.set_right(
        volunteer=volunteer, shift=shift, times=times, method=Method.CORRECTION, by=by, at=at, flags=flags
    )
    return compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=at).records


def may_ask(user: User, *, volunteer: Volunteer, shift: Shift) -> bool:
    """Whether `user` may ask for the volunteer's hours at the shift: they, whoever acts for them, leader or staff."""
    return (
        belongings.may(user, Right.CHECK_IN, volunteer=volunteer)
        or may_confirm(user, shift.activity)
        or user.has_right(Right.CONFIRM_HOURS, volunteer.community)
    )


def choose_way(*, volunteer: Volunteer, shift: Shift, at: dt.datetime) -> MakeUp.Way:
    """Whether what is asked for now is a make-up entry or goes the correction way (K8, K9).

    A make-up entry needs that the days since the end are not over, no whole visit was scanned, no hours are confirmed,
    and the half-year (1 Jan–30 Jun, 1 Jul–31 Dec) has one left. What was published late uses up none of them (C1).
    """
    rules = RuleSet.objects.in_force(shift.activity.community_id, shift.date).parameters
    end = shift.end_with_overtime
    one = Volunteer.objects.one_with(volunteer.stays.pk)
    late = timezone.localdate(at) > timezone.localdate(end) + dt.timedelta(days=rules["make_up_days"])
    scanned = Visit.objects.filter(volunteer__in=one, shift=shift, closed_at__isnull=False)
    settled = ServiceRecord.objects.live().filter(volunteer__in=one, shift=shift).exclude(state__in=OPEN_STATES)
    if late or scanned.exists() or settled.exists():
        return MakeUp.Way.CORRECTION
    if is_published_late(shift.activity) or make_ups_used(volunteer, shift.date) < rules["make_ups_per_half_year"]:
        return MakeUp.Way.MAKE_UP
    return MakeUp.Way.CORRECTION


def make_ups_used(volunteer: Volunteer, day: dt.date) -> int:
    """How many make-up entries of the half-year around `day` the volunteer has asked for and not been declined."""
    first = dt.date(day.year, 1 if day.month <= 6 else 7, 1)
    last = dt.date(day.year, 6, 30) if day.month <= 6 else dt.date(day.year, 12, 31)
    used = (
        MakeUp.objects.filter(way=MakeUp.Way.MAKE_UP, volunteer__in=Volunteer.objects.one_with(volunteer.stays.pk))
        .filter(Q(accepted=None) | Q(accepted=True), shift__starts_at__date__range=(first, last))
        .select_related("shift__activity")
    )
    return sum(not is_published_late(one.shift.activity) for one in used)


def _is_imported(shift: Shift, volunteer: Volunteer) -> bool:
    """Whether the volunteer's hours there come from an earlier list: they are put right as all others (K8)."""
    one = Volunteer.objects.one_with(volunteer.pk)
    return shift.activity.imported and ServiceRecord.objects.filter(volunteer__in=one, shift=shift).exists()


def _cannot_be(came_at: dt.datetime | None, left_at: dt.datetime | None, at: dt.datetime) -> Refusal | None:
    if (came_at is None) != (left_at is None):
        return NEEDS_TIMES
    if came_at is None or left_at is None:
        return None
    if came_at >= left_at:
        return TIMES_REVERSED
    return IN_THE_FUTURE if left_at > at else None


def _bad_files(files: list[UploadedFile[Any]]) -> Refusal | None:
    good = all(
        (file.size or 0) <= EVIDENCE_BYTES and PurePath(str(file.name)).suffix.lower() in EVIDENCE_KINDS
        for file in files
    )
    return None if good and len(files) <= MOST_EVIDENCE else BAD_EVIDENCE
