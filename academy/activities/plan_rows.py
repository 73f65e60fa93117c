"""Rows that a waiting change adds to a plan or takes out: unchanged until a second person agrees (H4)."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.deletion import Collector

from academy.activities.models import Activity, Break, PlanChange, Role, Shift
from academy.activities.plans import Plan, key_of, part_like, plan_of, set_times

ADDED = "added"  # in the plan that waits: the new roles by their key, with all their fields


def take_out_waiting(activity: Activity, begun: Plan) -> tuple[Plan, Plan]:
    """Give the activity in memory what is stored of `begun`. Return what waits, before and after.

    Roles that are added or taken out wait too, unless roles of the same kinds are left.
    """
    wanted = plan_of(activity)
    activity.kind = begun["kind"]
    _put_shifts_back(activity, begun)
    added = _put_roles_back(activity, begun, wanted)
    before = part_like(begun, plan_of(activity))
    new = {key_of(role): role for role in added}
    after = part_like(wanted, before)
    after["roles"] |= {key: str(role.counts_as) for key, role in new.items()}
    after["names"] = {**begun["names"], **{key: role.name for key, role in new.items()}}
    if new:
        after[ADDED] = {key: role.serializable_data() for key, role in new.items()}
    return before, after


def rows_that_go(change: PlanChange) -> list[models.Model]:
    """Return the stored shifts and roles that the change takes out."""
    return [*_gone(Shift, change, "shifts"), *_gone(Role, change, "roles")]


def lock_rows_that_go(change: PlanChange) -> None:
    """Lock these rows: a sign-up for one of them is finished before, or finds none after."""
    for model, name in ((Shift, "shifts"), (Role, "roles")):
        _lock(_gone(model, change, name))


def removed_rows(activity: Activity) -> list[models.Model]:
    """Return the stored rows that the activity in memory no longer has, locked likewise."""
    removed: list[models.Model] = []
    for model, rows in ((Shift, activity.shifts), (Role, activity.roles)):
        kept = [row.pk for row in rows.all() if row.pk]
        stored: models.QuerySet[Any] = model._default_manager.filter(activity=activity.pk).exclude(pk__in=kept)
        removed += _lock(stored)
    return removed


def _lock(rows: models.QuerySet[Any]) -> list[models.Model]:
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def is_needed(thing: models.Model) -> bool:
    """Return whether sign-ups, scans or records protect `thing` from being deleted."""
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect([thing])
    except models.ProtectedError:
        return True
    return False


def new_roles(change: PlanChange) -> list[Role]:
    """Return the roles that the change adds, not stored yet, with all that the form said about them."""
    roles = [Role.from_serializable_data(data) for data in change.after.get(ADDED, {}).values()]
    for role in roles:
        role.pk, role.activity_id = None, change.activity_id
    return roles


def _put_shifts_back(activity: Activity, plan: Plan) -> None:
    shifts = list(activity.shifts.all())
    for shift in shifts:
        if times := plan["shifts"].get(str(shift.pk)):
            set_times(shift, times)
            shift.breaks = list(Break.objects.filter(shift=shift.pk))
    gone = plan["shifts"].keys() - {str(shift.pk) for shift in shifts}
    activity.shifts = [*shifts, *Shift.objects.filter(pk__in=[int(pk) for pk in gone])]


def _put_roles_back(activity: Activity, plan: Plan, wanted: Plan) -> list[Role]:
    """Give the roles of `plan` back, and return the new ones, which wait if the choice of roles differs."""
    roles = list(activity.roles.all())
    stored = plan["roles"]
    recounted = any(wanted["roles"].get(pk, counts_as) != counts_as for pk, counts_as in stored.items())
    for role in roles:
        role.counts_as = stored.get(key_of(role), role.counts_as)
    if not recounted and {*stored.values()} == {*wanted["roles"].values()}:
        return []
    kept = [role for role in roles if role.pk]
    gone = list(Role.objects.filter(pk__in=[int(pk) for pk in stored.keys() - wanted["roles"].keys()]))
    taken = {role.name for role in gone}
    for role in kept:
        if role.name in taken:  # the name of a role that stays for now
            role.name = plan["names"][key_of(role)]
    activity.roles = [*kept, *gone]
    return [role for role in roles if not role.pk]


def _gone(model: Any, change: PlanChange, name: str) -> models.QuerySet[Any]:
    gone = [int(pk) for pk in change.before[name].keys() - change.after[name].keys()]
    rows: models.QuerySet[Any] = model.objects.filter(pk__in=gone, activity=change.activity_id)
    return rows
