"""Times that no scan shows: make-up entries (K9), corrections (K8), and the leader's own changes."""

import datetime as dt
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities.belongings import may_confirm, may_lead
from academy.activities.models import Shift, SignUp
from academy.checkin.models import Method, Scan, Visit
from academy.checkin.services import correcting, keying_in
from academy.core import quotas
from academy.core.files import delete_on_commit, is_photo
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.decisions.services import NEEDS_REASON
from academy.families import belongings
from academy.hours.models import OPEN_STATES, Evidence, MakeUp, RecordQuerySet, RecordState, ServiceRecord
from academy.hours.services.approvals import ALREADY_ASKED
from academy.hours.services.notices import move
from academy.hours.services.records import compute_one, lock_volunteers
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.rulebook.models import RuleSet

ASKED = "hours.ask_make_up"  # action in the log
MOST_EVIDENCE = 5
EVIDENCE_BYTES = 10_000_000
EVIDENCE_BYTES_A_DAY = 60 * quotas.MEGABYTE  # of one login: one full request, or many usual ones
COMMUNITY_BYTES_A_DAY = 600 * quotas.MEGABYTE

NOT_ALLOWED = Refusal(
    "not_allowed",
    _("You can ask for yourself, for a person you act for, or as the activity's leader. The social worker helps."),
)
NOT_CONFIRMING = Refusal("not_allowed", _("Only the activity's leader or a social worker does this. Ask one of them."))
OWN_VISIT = Refusal(
    "own_visit", _("These are your own times, or those of somebody you act for. Ask another person to correct them.")
)
NOT_PUBLISHED = Refusal("not_published", _("This activity is not published. Ask the social worker to publish it."))
IN_THE_FUTURE = Refusal("in_the_future", _("This time has not come yet. Ask when it is over."))
TIMES_REVERSED = Refusal("times_reversed", _("The end is before the beginning. Compare both times."))
NEEDS_TIMES = Refusal("needs_times", _("Both times are needed, when you came and when you left."))
BEYOND_PLAN = Refusal(
    "beyond_plan", _("A make-up entry cannot go beyond the planned time. Give times between the start and the end.")
)
NEEDS_WITNESS = Refusal("needs_witness", _("Name another person in the community who saw it."))
NOTHING_TO_CORRECT = Refusal("nothing_to_correct", _("This shift has no recorded hours to take back."))
NO_SCAN = Refusal(
    "nothing_to_correct",
    _("Nothing was scanned here, so no visit can be corrected. Key in the signed sheet, or ask for a make-up entry."),
)
NEEDS_EVIDENCE = Refusal(
    "needs_evidence",
    _("A make-up entry needs a picture or a PDF: the sheet, a chat, a slip of paper. The social worker can add it."),
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
    """Request times for the volunteer at the shift; without times, the mark that they were not there.

    `choose_way` decides whether the request is a make-up entry (K9), with a witness, at least one file and within the
    planned time, or a correction (K8). While the request is open, an unconfirmed record waits with it.

    Refuses with `not_allowed`, `not_published`, `needs_reason`, `needs_times`, `times_reversed`, `in_the_future`,
    `needs_witness`, `needs_evidence`, `beyond_plan`, `nothing_to_correct`, `already_asked`, `bad_evidence`,
    `quota_full`, `no_room`, and as the gate would have: `cancelled`, `suspended`, `minor_not_allowed` (N3),
    `needs_consent` (N2).
    """
    activity = shift.activity
    volunteer = volunteer.stays
    files, reason = list(evidence), reason.strip()
    if not may_ask(by, volunteer=volunteer, shift=shift):
        return NOT_ALLOWED
    if activity.published_at is None and not _is_imported(shift, volunteer):
        return NOT_PUBLISHED
    if refusal := _refuse_times(came_at, left_at, at) or (None if reason else NEEDS_REASON) or _refuse_files(files):
        return refusal
    lock_volunteers([volunteer.pk])
    if MakeUp.objects.of(volunteer).open().filter(shift=shift).exists():
        return ALREADY_ASKED
    records = ServiceRecord.objects.of(volunteer).filter(shift=shift)
    if came_at is None or left_at is None:
        if not records.live().exists():
            return NOTHING_TO_CORRECT
        way = MakeUp.Way.CORRECTION
    else:
        if refusal := keying_in.judge(activity, shift, volunteer, came_at, left_at):
            return refusal
        way = choose_way(volunteer=volunteer, shift=shift, at=at)
    if way == MakeUp.Way.MAKE_UP:
        if not files:
            return NEEDS_EVIDENCE
        if witness is None or witness.stays.pk == volunteer.pk or witness.community_id != activity.community_id:
            return NEEDS_WITNESS
        if came_at < shift.starts_at or left_at > shift.end_with_overtime:  # type: ignore[operator]
            return BEYOND_PLAN
    if files and (full := _take_quota(files, activity.community_id, by, at)):
        return full
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
    waiting = records.awaiting_confirmation()
    move(list(waiting.select_for_update()), RecordState.AWAITING_CONFIRMATION, RecordState.AWAITING_MAKEUP)
    log(volunteer, ASKED, user=by, timestamp=at, data={"shift": str(shift), "way": way.label})
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
    """Put a visit right as the leader, before confirming it; without `times`, the volunteer was not there.

    This is no make-up entry (K9): it corrects what was scanned, and another person confirms it.

    Refuses with `not_allowed`, `own_visit` (K4), `times_reversed`, `in_the_future`, `confirmed`, `already_asked`,
    `nothing_to_correct` where nothing was scanned, and as the gate would have.
    """
    volunteer = volunteer.stays
    if not may_confirm(by, shift.activity) and not may_lead(by, shift.activity):
        return NOT_CONFIRMING
    if own_people(by, [volunteer]):
        return OWN_VISIT
    if times is not None and (refusal := judge(volunteer, shift, times, at=at)):
        return refusal
    lock_volunteers([volunteer.pk])
    if not Scan.objects.of(volunteer).filter(shift=shift, refusal="").exists():
        return NO_SCAN
    if _settled_at(shift, volunteer).exists():
        return CONFIRMED
    if MakeUp.objects.of(volunteer).open().filter(shift=shift).exists():
        return ALREADY_ASKED
    flags = [Method.CORRECTION.value]
    correcting.set_right(
        volunteer=volunteer, shift=shift, times=times, method=Method.CORRECTION, by=by, at=at, flags=flags
    )
    return compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=at).records


def judge(
    volunteer: Volunteer, shift: Shift, times: tuple[dt.datetime, dt.datetime], *, at: dt.datetime
) -> Refusal | None:
    """Return why the volunteer cannot have been at the shift at these times, by what is known at `at`.

    Refuses with `times_reversed`, `in_the_future`, and as the gate would have.
    """
    return _refuse_times(*times, at) or keying_in.judge(shift.activity, shift, volunteer.stays, *times)


def may_ask(user: User, *, volunteer: Volunteer, shift: Shift) -> bool:
    """Return whether `user` may request hours for the volunteer at the shift.

    They may as the volunteer, as a user who acts for the volunteer, as the leader, or as staff. A volunteer of
    another community needs a place or a scan at the shift.
    """
    if may_confirm(user, shift.activity):
        return True
    is_near = (
        volunteer.community_id == shift.activity.community_id
        or Scan.objects.of(volunteer).filter(shift=shift).exists()
        or SignUp.objects.of(volunteer).filter(shift=shift).exists()
    )
    return is_near and (
        belongings.may(user, Right.CHECK_IN, volunteer=volunteer)
        or user.has_right(Right.CONFIRM_HOURS, volunteer.community)
    )


def choose_way(*, volunteer: Volunteer, shift: Shift, at: dt.datetime) -> MakeUp.Way:
    """Return whether a request made now is a make-up entry or a correction (K8, K9).

    It is a make-up entry if the days to ask are not over, no whole visit was scanned, no hours are confirmed, and the
    volunteer has make-up entries left in the half-year (1 Jan–30 Jun, 1 Jul–31 Dec). An activity that was published
    late uses up none of them (C1).
    """
    rules = RuleSet.objects.in_force(shift.activity.community_id, shift.date).parameters
    end = shift.end_with_overtime
    late = timezone.localdate(at) > timezone.localdate(end) + dt.timedelta(days=rules["make_up_days"])
    scanned = Visit.objects.of(volunteer).filter(shift=shift, closed_at__isnull=False)
    if late or scanned.exists() or _settled_at(shift, volunteer).exists():
        return MakeUp.Way.CORRECTION
    if shift.is_published_late or count_make_ups(volunteer, shift.date) < rules["make_ups_per_half_year"]:
        return MakeUp.Way.MAKE_UP
    return MakeUp.Way.CORRECTION


def count_make_ups(volunteer: Volunteer, day: dt.date) -> int:
    """Return how many open or accepted make-up entries the volunteer has in the half-year around `day`."""
    first = dt.date(day.year, 1 if day.month <= 6 else 7, 1)
    last = dt.date(day.year, 6, 30) if day.month <= 6 else dt.date(day.year, 12, 31)
    used = (
        MakeUp.objects.of(volunteer)
        .filter(
            Q(accepted=None) | Q(accepted=True), way=MakeUp.Way.MAKE_UP, shift__starts_at__date__range=(first, last)
        )
        .select_related("shift__activity")
    )
    return sum(not one.shift.is_published_late for one in used)


def _is_imported(shift: Shift, volunteer: Volunteer) -> bool:
    """Return whether the volunteer's hours there are imported: these can be corrected as all others (K8)."""
    return shift.activity.imported and ServiceRecord.objects.of(volunteer).filter(shift=shift).exists()


def _settled_at(shift: Shift, volunteer: Volunteer) -> RecordQuerySet:
    """Return the volunteer's confirmed records of the shift, without those corrected or withdrawn."""
    return ServiceRecord.objects.live().of(volunteer).filter(shift=shift).exclude(state__in=OPEN_STATES)


def _refuse_times(came_at: dt.datetime | None, left_at: dt.datetime | None, at: dt.datetime) -> Refusal | None:
    if (came_at is None) != (left_at is None):
        return NEEDS_TIMES
    if came_at is None or left_at is None:
        return None
    if came_at >= left_at:
        return TIMES_REVERSED
    return IN_THE_FUTURE if left_at > at else None


def _take_quota(files: list[UploadedFile[Any]], community_id: int, by: User, at: dt.datetime) -> Refusal | None:
    return quotas.take(
        quotas.Quota(f"evidence of login {by.pk}", EVIDENCE_BYTES_A_DAY),
        quotas.Quota(f"evidence in community {community_id}", COMMUNITY_BYTES_A_DAY),
        size=sum(file.size or 0 for file in files),
        at=at,
    )


def _refuse_files(files: list[UploadedFile[Any]]) -> Refusal | None:
    good = all(is_photo(file, most=EVIDENCE_BYTES) for file in files)
    return None if good and len(files) <= MOST_EVIDENCE else BAD_EVIDENCE


def clear_old_evidence(community: Community, before: dt.datetime, most: int) -> int:
    """Delete files of evidence that are older than the community's term; the facts stay (V3)."""
    old = Evidence.objects.filter(make_up__shift__activity__community=community, added_at__lt=before)
    return delete_on_commit(old.order_by("pk").values_list("file", flat=True), most=most)
