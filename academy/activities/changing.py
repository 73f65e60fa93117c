"""Services that change a planned activity: for the form, and for a second person's decision (H4)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import Image
from wagtail.log_actions import log

from academy.activities import concerned, plan_rows, plans, responsible
from academy.activities.models import Activity, Break, PlanChange, Role, Shift
from academy.activities.needs import history as need_history
from academy.activities.plans import Plan, history_of
from academy.activities.refusals import FOREIGN_COURSE
from academy.activities.services import FOREIGN_ISSUER, FOREIGN_LEADER, IMPORTED, NEEDS_INSURANCE, tidy
from academy.activities.signals import ask_against_publishing, leader_changed, places_freed, plan_changed
from academy.core.refusals import Refusal
from academy.people.models import User
from academy.people.pictures import own_pictures

FOREIGN_COVER = Refusal(
    "foreign_cover", _("This picture is not among the pictures of the activity's own community. Choose one of them.")
)
NEEDS_REASON = Refusal(
    "needs_reason",
    _(
        "This may count more of a shift that has begun, so a second person decides (H4). Write down why, then save "
        "again. If everybody stayed longer, you can also ask for overtime on the leader's page."
    ),
)
WRONG_DAY = Refusal(
    "needs_reason",
    _(
        "By its published plan, a shift has begun already, and the people who were there would get other hours. So a "
        "second person decides about another date (H4). Write down why, for example “the year was mistyped”, then save "
        "again."
    ),
)
ALREADY_ASKED = Refusal(
    "already_asked",
    _("Another change of this plan waits for its decision. Wait for it, or ask the approver to decline it."),
)
SHIFT_BEGUN = Refusal(
    "shift_begun",
    _(
        "A new shift has begun already, so nobody could see it before. Plan an activity of its own for it: it is then "
        "marked as published late (C1)."
    ),
)
DANGER_STAYS = Refusal(
    "danger_stays",
    _("This activity began as a dangerous one. The mark stays: minors get no hours here, without an exception (N3)."),
)
PLAN_CHANGED = Refusal(
    "plan_changed", _("The plan has changed since this was asked for. Decline it; it can be asked for again.")
)
STILL_NEEDED = Refusal(
    "still_needed",
    _("Meanwhile somebody signed up for what this takes out of the plan. Decline it; it can be asked for again."),
)
NEEDED_MEANWHILE = Refusal(
    "still_needed",
    _("Meanwhile somebody signed up for what you take out, so it stays. Open the plan again for your other changes."),
)

LOGGED_FIELDS = (
    "title",
    "kind",
    "subject",
    "cover_id",
    "place",
    "service_content",
    "leader_id",
    "organiser",
    "issuer_id",
    "dangerous",
    "home_visit",
    "volunteer_initiated",
    "insurance",
    "meeting_point",
    "cost",
    "minors_until",
)


@dataclass(frozen=True)
class SavedActivity:
    """A saved activity, and the part of the change that waits for a second person."""

    activity: Activity
    waiting: PlanChange | None = None


@transaction.atomic
def save_activity(
    *, activity: Activity, reason: str = "", by: User | None, at: dt.datetime, tells: bool = True
) -> SavedActivity | Refusal:
    """Store an activity that a form has filled in, with its shifts, breaks and roles.

    A change that may raise hours of a shift that has begun waits for a second person, with `reason`; the rest is stored
    (H4). After any other change of a published plan the hours are counted again: records that wait change, and a
    settled record gets a proposal. People with a place in a shift that moves get a message; a caller that tells them
    itself passes `tells=False`.

    Refuses with `imported`, `needs_insurance` (V1), `foreign_leader`, `foreign_issuer`, `foreign_cover`,
    `foreign_course` (T3), `break_outside` and `breaks_overlap` (H2), `shift_begun` (C1), `danger_stays` (N3),
    `needs_reason`, `already_asked`, and `still_needed` if somebody signs up for a removed row at this moment.
    """
    tidy(activity)
    if refusal := _refuse(activity):
        return refusal
    if activity.pk is None:
        if refusal := _refuse_breaks(activity, {}):
            return refusal
        activity.save()
        log(activity, "wagtail.create", user=by)
        return SavedActivity(activity)
    stored = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    _end_overtime_with_its_shift(activity)
    before, after = plans.plan_of(stored), plans.plan_of(activity)
    asked_before = need_history.asked_of(stored)
    if refusal := _refuse_breaks(activity, before["shifts"]):
        return refusal
    waiting = None
    if stored.published_at is not None:
        if any(shift.pk is None and shift.starts_at <= at for shift in activity.shifts.all()):
            return SHIFT_BEGUN
        if stored.dangerous and not activity.dangerous and _began_as_dangerous(stored, at):
            return DANGER_STAYS
        begun = plans.begun_part(before, after, at=at)
        if plans.may_raise(begun, after):
            if not reason.strip():
                return WRONG_DAY if plans.is_moved_on(begun, after, at=at) else NEEDS_REASON
            if PlanChange.objects.open().filter(activity=activity).exists():
                return ALREADY_ASKED
            part = plan_rows.take_out_waiting(activity, begun)
            waiting = PlanChange(activity=activity, before=part[0], after=part[1], reason=reason.strip())
    if any(plan_rows.is_needed(row) for row in plan_rows.removed_rows(activity)):
        return NEEDED_MEANWHILE
    moved = concerned.touched(stored, where=activity.where, shifts=activity.shifts.all(), at=at)
    with transaction.atomic():
        _store(activity)
        if stored.published_at is not None and activity.dangerous and moved:  # V1 on the new day
            asked: Any = ask_against_publishing.send(sender=Activity, activity=activity, in_row=True)
            if said := next((refusal for _receiver, refusal in asked if refusal is not None), None):
                transaction.set_rollback(True)
                return cast(Refusal, said)
    if tells:
        concerned.tell_moved(activity, moved, was_at=stored.where, at=at)
        is_new = activity.leader_id != stored.leader_id  # told below, and never knew the former times
        responsible.tell_moved(activity, moved, was_at=stored.where, without_leader=is_new, by=by, at=at)
    _log_fields(stored, activity, by=by)
    need_history.log_change(activity, asked_before, need_history.asked_of(activity), by=by)
    _note_change(activity, before, plans.plan_of(activity), by=by, at=at)  # new rows have ids now
    if stored.published_at is not None:  # a role may have more places now
        places_freed.send(sender=Activity, shifts=[shift.pk for shift in activity.shifts.all()], at=at)
    if activity.leader_id != stored.leader_id:
        leader_changed.send(sender=Activity, activity=activity, at=at)
        concerned.tell_leader_changed(activity, at=at)
    if waiting is not None:
        waiting.asked_by, waiting.asked_at = by, at
        waiting.save()
    return SavedActivity(activity, waiting)


@transaction.atomic
def carry_out(change: PlanChange, *, by: User, at: dt.datetime) -> None:
    """Change the plan, which is locked, as a second person accepted it, and have its hours counted."""
    activity = Activity.objects.get(pk=change.activity_id)
    before, asked_before = plans.plan_of(activity), need_history.asked_of(activity)
    activity.kind = change.after["kind"]
    activity.save(update_fields=["kind"])
    counts_otherwise = plans.counts_otherwise(change.before, change.after)
    shifts = Shift.objects.in_bulk([int(pk) for pk in change.after["shifts"]])
    for pk, shift in shifts.items():
        times = change.after["shifts"][str(pk)]
        plans.set_times(shift, times)
        shift.breaks = plans.stored_or_new_breaks(shift, times)
        if times != change.before["shifts"].get(str(pk)) or counts_otherwise:
            shift.changed_alone = change.alone
        _delete_changed_breaks([shift])
        shift.save(update_fields=["starts_at", "ends_at", "overtime_until", "changed_alone", "breaks"])
    for row in plan_rows.rows_that_go(change):
        row.delete()
    for pk in change.before["roles"].keys() & change.after["roles"].keys():
        Role.objects.filter(pk=int(pk), activity=activity).update(counts_as=change.after["roles"][pk])
    for role in plan_rows.new_roles(change):
        role.save()
    changed = Activity.objects.get(pk=change.activity_id)
    need_history.log_change(changed, asked_before, need_history.asked_of(changed), by=by)
    _note_change(changed, before, plans.plan_of(changed), by=by, at=at)
    places_freed.send(sender=Activity, shifts=[shift.pk for shift in changed.shifts.all()], at=at)


def lock_plan(change: PlanChange) -> None:
    """Lock the activity and the rows that go. Other changes and sign-ups for them wait."""
    Activity.objects.select_for_update(no_key=True).get(pk=change.activity_id)
    plan_rows.lock_rows_that_go(change)


def cannot_carry_out(change: PlanChange) -> Refusal | None:
    """Return `plan_changed` if the plan is no longer the one that the change was asked for.

    Return `still_needed` if a row that it takes out is used meanwhile.
    """
    activity = Activity.objects.get(pk=change.activity_id)
    going = plan_rows.rows_that_go(change)
    names = {role.name for role in activity.roles.all() if role not in going}
    if not plans.are_same(plans.part_like(plans.plan_of(activity), change.before), change.before):
        return PLAN_CHANGED
    if any(role.name in names for role in plan_rows.new_roles(change)):
        return PLAN_CHANGED
    return STILL_NEEDED if any(plan_rows.is_needed(row) for row in going) else None


@transaction.atomic
def set_cover(*, activity: Activity, cover: Image, by: User) -> Activity:
    """Give the activity another picture, which is one of its community's own."""
    stored = Activity.objects.select_for_update(no_key=True, of=("self",)).get(pk=activity.pk)
    activity.cover = cover
    activity.save(update_fields=["cover"])
    if stored.cover_id != cover.pk:
        _log_fields(stored, activity, by=by)
    return activity


@transaction.atomic
def mark_counted(*, activity_id: int, changed_at: dt.datetime | None) -> None:
    """Note that the hours were counted by the plan of `changed_at`. A later change stays to be counted."""
    Activity.objects.filter(pk=activity_id, changed_at=changed_at).update(changed_at=None)


def _refuse(activity: Activity) -> Refusal | None:
    if activity.imported:
        return IMPORTED
    if activity.published_at is not None and activity.dangerous and not activity.insurance:
        return NEEDS_INSURANCE
    if activity.leader.community_id != activity.community_id:
        return FOREIGN_LEADER
    if activity.issuer.community_id != activity.community_id:
        return FOREIGN_ISSUER
    if activity.cover is not None and not own_pictures(activity.community).filter(pk=activity.cover_id).exists():
        return FOREIGN_COVER
    courses = [course for role in activity.roles.all() for course in (*role.courses.all(), role.practicum_of) if course]
    return FOREIGN_COURSE if any(one.community_id != activity.community_id for one in courses) else None


def _began_as_dangerous(activity: Activity, at: dt.datetime) -> bool:
    """Return whether a shift began while the activity was marked as dangerous (N3).

    A mark that was set by mistake after the last beginning can be removed again.
    """
    begun = activity.shifts.filter(starts_at__lte=at)
    marks = history_of(activity.pk, "wagtail.edit").filter(data__after__dangerous=True)
    if marked_at := marks.order_by("timestamp").values_list("timestamp", flat=True).last():
        begun = begun.filter(starts_at__gt=marked_at)
    return bool(begun.exists())


def _refuse_breaks(activity: Activity, before: Plan) -> Refusal | None:
    """Refuse misplaced breaks of new and changed shifts (H2).

    A shift that stays as it is in `before` is not judged: a database of the first release may hold a misplaced break,
    which may not stop other changes.
    """
    after = plans.plan_of(activity)["shifts"]
    for shift in activity.shifts.all():
        if shift.pk and before.get(str(shift.pk)) == after[str(shift.pk)]:
            continue
        if refusal := plans.refuse_breaks(shift, shift.breaks.all()):
            return refusal
    return None


def _end_overtime_with_its_shift(activity: Activity) -> None:
    """Drop the overtime of a shift whose end moves: it was approved for the other end (H4)."""
    ends = dict(Shift.objects.filter(activity=activity.pk).values_list("pk", "ends_at"))
    for shift in activity.shifts.all():
        if ends.get(shift.pk, shift.ends_at) != shift.ends_at:
            shift.overtime_until = None


def _store(activity: Activity) -> None:
    """Store the activity with everything below it."""
    activity.shifts = list(activity.shifts.all())  # held in memory: saving the activity stores them
    for shift in activity.shifts.all():
        shift.breaks = list(shift.breaks.all())
    _delete_changed_breaks(activity.shifts.all())
    activity.save()


def _delete_changed_breaks(shifts: Iterable[Shift]) -> None:
    """Delete the stored breaks that have other times in memory, or none.

    Saving the shifts stores them again. So no break is outside its shift at any moment, and a break that stays the same
    is not judged again.
    """
    shifts = list(shifts)
    kept = {rest.pk: (rest.starts_at, rest.ends_at) for shift in shifts for rest in shift.breaks.all()}
    stored = Break.objects.filter(shift__in=[shift.pk for shift in shifts if shift.pk])
    changed = [pk for pk, *span in stored.values_list("pk", "starts_at", "ends_at") if kept.get(pk) != tuple(span)]
    Break.objects.filter(pk__in=changed).delete()


def _log_fields(stored: Activity, activity: Activity, *, by: User | None) -> None:
    """Keep in the activity's history who changed its fields, and what they were before."""
    changed = [name for name in LOGGED_FIELDS if getattr(stored, name) != getattr(activity, name)]
    data = {
        when: {name: getattr(one, name) for name in changed} for when, one in (("before", stored), ("after", activity))
    }
    log(activity, "wagtail.edit", user=by, data=data)


def _note_change(activity: Activity, before: Plan, after: Plan, *, by: User | None, at: dt.datetime) -> None:
    """Log a change of the plan, and have the hours counted again."""
    if plans.are_same(before, after):
        return
    plans.log_change(activity, before, after, by=by)
    if activity.published_at is not None:
        Activity.objects.filter(pk=activity.pk).update(changed_at=at)
        transaction.on_commit(partial(plan_changed.send_robust, sender=Activity, activity_id=activity.pk), robust=True)
