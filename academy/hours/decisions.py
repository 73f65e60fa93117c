"""The decisions about hours: make-up entries, objections, corrections, long days, overtime."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from academy.activities.models import Shift
from academy.activities.services import extend_shift
from academy.checkin.flags import ALONE
from academy.checkin.models import Method, Scan
from academy.checkin.services.correcting import set_right
from academy.checkin.times import days_asked
from academy.core import formats, shown_hours
from academy.core.columns import YesNoColumn
from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.decisions.kinds import R, register
from academy.hours import hands
from academy.hours.forms import TimesForm
from academy.hours.models import (
    CorrectionProposal,
    DailyApproval,
    MakeUp,
    Objection,
    Overtime,
    RecordState,
    ServiceRecord,
)
from academy.hours.services import corrections, make_ups, objections, telling
from academy.hours.services.corrections import correct, proposed_for, recount
from academy.hours.services.notices import move
from academy.hours.services.records import compute_many, compute_one, lock_volunteers
from academy.people.models import User, Volunteer
from academy.rulebook.decisions import RuledKind


class ShiftKind(RuledKind[R]):
    """A kind about one shift: its card names the shift and shows the scans of the people concerned."""

    def shift_of(self, request: Any) -> Shift:
        shift: Shift = request.shift
        return shift

    def subject(self, request: R) -> str:
        shift = self.shift_of(request)
        return f"{shift.activity.title} · {_day(shift.date)}"

    def beside(self, requests: list[R]) -> dict[int, dict[str, Any]]:
        scans = self._scans(requests) if self.names_parties and requests else {}
        return {
            request.pk: {"shift": self.shift_of(request), "scans": scans.get(request.pk, [])} for request in requests
        }

    def _scans(self, requests: list[R]) -> dict[int, list[Scan]]:
        """Return the scans of each request's people at its shift, with one statement for all requests."""
        people = [person for request in requests for person in request.parties]
        shifts = {self.shift_of(request).pk for request in requests}
        scans = Scan.objects.of_all(people).filter(refusal="", shift__in=shifts)
        of_person: dict[tuple[int | None, int], list[Scan]] = defaultdict(list)
        for scan in scans.select_related("annulment", "volunteer__merged_into").order_by("happened_at"):
            of_person[scan.shift_id, scan.known_volunteer.stays.pk].append(scan)
        return {
            request.pk: [
                scan for person in request.parties for scan in of_person[self.shift_of(request).pk, person.stays.pk]
            ]
            for request in requests
        }


class RecordKind(ShiftKind[R]):
    """A kind about one service record."""

    def shift_of(self, request: Any) -> Shift:
        shift: Shift = request.record.shift
        return shift

    def lock_first(self, request: Any) -> None:
        lock_volunteers([request.record.volunteer_id])


@register
class MakeUpKind(ShiftKind[MakeUp]):
    """A request to enter times that no scan shows (K8, K9).

    A yes enters the times as requested. After either answer, the record waits for confirmation again (K1).
    """

    model = MakeUp
    slug = "make-up"
    template = "hours/decisions/make_up.html"
    related = ("volunteer__merged_into", "witness__merged_into", "shift__activity__community", "asked_by__volunteer")
    prefetch = ("evidence",)
    columns = ("volunteer", "shift", "way")
    is_for_volunteer = True

    def title(self, request: MakeUp) -> str:
        return capfirst(request.get_way_display())

    def witnesses(self, request: MakeUp) -> list[Volunteer]:
        return [request.witness] if request.witness else []

    def summary(self, request: MakeUp) -> str:
        if request.came_at is None or request.left_at is None:
            return _("Was not there at all.")
        return _("Was there from %(came)s to %(left)s.") % {
            "came": formats.clock(timezone.localtime(request.came_at)),
            "left": formats.clock(timezone.localtime(request.left_at)),
        }

    def lock_first(self, request: MakeUp) -> None:
        lock_volunteers([request.volunteer_id])

    def cannot_accept(self, request: MakeUp, *, at: dt.datetime) -> Refusal | None:
        """Judge again as the gate would have: a birth date or a danger may have been entered since (N2, N3)."""
        times = _times_of(request)
        return make_ups.judge(request.volunteer, request.shift, times, at=at) if times else None

    def act(self, request: MakeUp, *, by: User, at: dt.datetime) -> None:
        volunteer, shift = request.volunteer.stays, request.shift
        self.release(request, by=by, at=at)
        if request.accepted:
            method, clause = Method(request.way), "K9" if request.way == MakeUp.Way.MAKE_UP else "K8"
            scans = _enter_times(request, volunteer=volunteer, shift=shift, method=method, by=by, at=at)
            request.scans.set(scans)
            _count_again(request, volunteer=volunteer, shift=shift, clause=clause, by=by, at=at)
        telling.tell_make_up(request, at=at)

    def release(self, request: MakeUp, *, by: User, at: dt.datetime) -> None:
        """Let the record wait for confirmation again (K1)."""
        records = ServiceRecord.objects.of(request.volunteer.stays).filter(shift=request.shift)
        waiting = records.filter(state=RecordState.AWAITING_MAKEUP)
        move(list(waiting.select_for_update()), RecordState.AWAITING_MAKEUP, RecordState.AWAITING_CONFIRMATION)


@register
class ObjectionKind(RecordKind[Objection]):
    """An objection to a record on notice (K7).

    A yes puts the visit right, and the corrected record begins its notice again. A no lets the notice go on.
    """

    model = Objection
    slug = "objection"
    template = "hours/decisions/objection.html"
    related = (
        "record__volunteer__merged_into",
        "record__activity",
        "record__shift__activity",
        "record__community",
        "asked_by__volunteer",
    )
    columns = ("record", "objector", "due_on", YesNoColumn("is_late", label=gettext_lazy("after the last day")))
    accepted, declined = pgettext_lazy("an objection", "Upheld."), pgettext_lazy("an objection", "Dismissed.")

    def beside(self, requests: list[Objection]) -> dict[int, dict[str, Any]]:
        found = super().beside(requests)
        return {pk: {**more, "days": days_asked(more["shift"])} for pk, more in found.items()}

    def decided_before(self, request: Objection) -> list[int | None]:
        return [request.record.confirmed_by_id]

    def due_on(self, request: Objection) -> dt.date:
        return request.due_on

    def summary(self, request: Objection) -> str:
        return _("Objects to %(minutes)s minutes.") % {"minutes": request.record.minutes}

    def read_fields(self, request: Objection, data: Mapping[str, Any]) -> dict[str, Any] | Refusal:
        """Read when the volunteer really came and left; both are None for a volunteer who was not there."""
        form = TimesForm(data, shift=request.record.shift)
        if not form.is_valid():
            return Refusal("bad_times", join_sentences(error for errors in form.errors.values() for error in errors))
        came_at, left_at = form.times or (None, None)
        return {"came_at": came_at, "left_at": left_at}

    def cannot_accept(self, request: Objection, *, at: dt.datetime) -> Refusal | None:
        """Refuse times that nobody can have served: reversed, not over yet, or refused at the gate (N2, N3)."""
        times = _times_of(request)
        record = request.record
        return make_ups.judge(record.volunteer, record.shift, times, at=at) if times else None

    def act(self, request: Objection, *, by: User, at: dt.datetime) -> None:
        record = request.record
        if request.accepted:
            volunteer, shift = record.volunteer.stays, record.shift
            _enter_times(request, volunteer=volunteer, shift=shift, method=Method.CORRECTION, by=by, at=at)
            _count_again(request, volunteer=volunteer, shift=shift, clause="K7", by=by, at=at)
        self.release(request, by=by, at=at)
        telling.tell_objection(request, at=at)

    def release(self, request: Objection, *, by: User, at: dt.datetime) -> None:
        objections.resume_notice(request.record, at=at)


@register
class CorrectionKind(RecordKind[CorrectionProposal]):
    """A proposal to correct a settled record by facts that came late (K8).

    A yes corrects every record of the volunteer's joined days that differs: they only add up together. A no leaves the
    record as it is, and the others of these days are counted behind it; a day that holds more than the rules allow
    needs a yes (H4, H5).
    """

    model = CorrectionProposal
    slug = "correction"
    template = "hours/decisions/shift.html"
    related = (
        "record__volunteer__merged_into",
        "record__activity",
        "record__shift__activity",
        "record__community",
        "asked_by__volunteer",
    )
    columns = ("record", "minutes_before", "minutes_after")

    def decided_before(self, request: CorrectionProposal) -> set[int | None]:
        """Return who entered the late facts by hand, or changed the plan since."""
        return hands.behind_correction(request)

    def summary(self, request: CorrectionProposal) -> str:
        return _("Later facts change %(before)s minutes to %(after)s.") % {
            "before": request.minutes_before,
            "after": request.minutes_after,
        }

    def cannot_decline(self, request: CorrectionProposal, *, at: dt.datetime) -> Refusal | None:
        return corrections.MUST_CHANGE if corrections.stands_in_excess(request.record) else None

    def act(self, request: CorrectionProposal, *, by: User, at: dt.datetime) -> None:
        record = request.record
        volunteer_id, shift_id = record.volunteer_id, record.shift_id
        if request.accepted:
            reason = request.answer or str(record.activity)
            recount(volunteer_id=volunteer_id, shift_id=shift_id, by=by, at=at, reason=reason, alone=request.alone)
        else:
            compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=at)


@register
class DailyApprovalKind(RuledKind[DailyApproval]):
    """A request that a day hold more than its limit (H4).

    A yes counts the minutes that the limit cut, in confirmed records too.
    """

    model = DailyApproval
    slug = "daily-approval"
    related = ("volunteer__merged_into", "volunteer__community", "asked_by__volunteer")
    columns = ("volunteer", "date", "minutes")
    is_for_volunteer = True

    def subject(self, request: DailyApproval) -> str:
        return _day(request.date)

    def summary(self, request: DailyApproval) -> str:
        return _("%(hours)s hours on %(date)s.") % {
            "hours": shown_hours.hours(request.minutes, request.community.pk),
            "date": _day(request.date),
        }

    def lock_first(self, request: DailyApproval) -> None:
        lock_volunteers([request.volunteer_id])

    def act(self, request: DailyApproval, *, by: User, at: dt.datetime) -> None:
        if request.accepted:
            people = [request.volunteer_id]
            keep = proposed_for(people)
            outcome = compute_many(volunteers=people, since=request.date, at=at, keep=keep)
            day = [one for one in outcome.differing if one.record.date == request.date]
            correct(day, by=by, at=at, reason=request.reason, clause="H4", alone=request.alone)
        telling.tell_daily_approval(request, at=at)


@register
class OvertimeKind(ShiftKind[Overtime]):
    """A request that a shift count beyond its planned end (H4), for all who stayed.

    Every volunteer who was there is a party; the card does not name so many.
    """

    model = Overtime
    slug = "overtime"
    template = "hours/decisions/shift.html"
    related = ("shift__activity__community", "asked_by__volunteer")
    columns = ("shift", "until")
    names_parties = False

    def summary(self, request: Overtime) -> str:
        return _("Counts until %(time)s.") % {"time": formats.clock(timezone.localtime(request.until))}

    def act(self, request: Overtime, *, by: User, at: dt.datetime) -> None:
        if request.accepted:
            shift = request.shift
            extend_shift(shift=shift, until=request.until, by=by)
            people = [person.stays.pk for person in request.parties]
            keep = [*proposed_for(people), *corrections.settled_beside(shift, people)]
            outcome = compute_many(volunteers=people, since=shift.date, at=at, keep=keep)
            here = [one for one in outcome.differing if one.record.shift_id == shift.pk]
            correct(here, by=by, at=at, reason=request.reason, clause="H4", alone=request.alone)


def _day(day: dt.date) -> str:
    """Return the day with its weekday, and with its year if that is not the present one."""
    year = day.year != timezone.localdate().year
    return formats.day(day, get_language() or "", weekday=True, year=year)


def _times_of(request: MakeUp | Objection) -> tuple[dt.datetime, dt.datetime] | None:
    """Return when the volunteer came and left; None for a volunteer who was not there."""
    return (request.came_at, request.left_at) if request.came_at and request.left_at else None


def _enter_times(
    request: MakeUp | Objection, *, volunteer: Volunteer, shift: Shift, method: Method, by: User, at: dt.datetime
) -> list[Scan]:
    """Enter the request's times as scans; without times, annul the scans. Return the scans entered."""
    flags = [method.value, *([ALONE] if request.alone else [])]
    times = _times_of(request)
    return set_right(volunteer=volunteer, shift=shift, times=times, method=method, by=by, at=at, flags=flags)


def _count_again(
    request: MakeUp | Objection, *, volunteer: Volunteer, shift: Shift, clause: str, by: User, at: dt.datetime
) -> None:
    """Count again and correct the settled records that the entered times change."""
    recount(
        volunteer_id=volunteer.pk,
        shift_id=shift.pk,
        by=by,
        at=at,
        reason=request.reason,
        clause=clause,
        alone=request.alone,
    )
