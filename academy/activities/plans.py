"""The plan of an activity as counting reads it (H3), in JSON, and the effect of a change.

A plan is ``{"kind", "shifts": {id: {"starts_at", "ends_at", "overtime_until", "breaks"}}, "roles": {id: counts_as}}``.
A role that is not stored yet has "+" and its name for an id. ``"names": {id: name}`` names the roles beside that.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.activities.models import Activity, Break, CountsAs, Kind, Role, Shift
from academy.core import formats
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.people.models import User

Plan = dict[str, Any]
Span = tuple[dt.datetime, dt.datetime]
NEW = "+"


def plan_of(activity: Activity) -> Plan:
    """Return the plan as it stands in memory, without shifts that are not stored yet."""
    roles = {key_of(role): role for role in activity.roles.all()}
    return {
        "kind": str(activity.kind),
        "shifts": {str(shift.pk): _times(shift) for shift in activity.shifts.all() if shift.pk},
        "roles": {key: str(role.counts_as) for key, role in roles.items()},
        "names": {key: role.name for key, role in roles.items()},
    }


def key_of(role: Role) -> str:
    """Return the key of a role in a plan. The name of a new role begins with a sign that no id has."""
    return str(role.pk) if role.pk else f"{NEW}{role.name}"


def are_same(before: Plan, after: Plan) -> bool:
    """Return whether counting reads the same from both plans. It reads no names."""
    return part_like(before, before) == part_like(after, after)


def begun_part(plan: Plan, *others: Plan, at: dt.datetime) -> Plan:
    """Return the plan with those shifts alone that have begun at `at`, by this plan or by one of `others`."""
    begun = {pk for one in (plan, *others) for pk, times in one["shifts"].items() if _moment(times["starts_at"]) <= at}
    return {**plan, "shifts": {pk: times for pk, times in plan["shifts"].items() if pk in begun}}


def part_like(plan: Plan, like: Plan) -> Plan:
    """Return the part of `plan` about the shifts and roles of `like`."""
    return {"kind": plan["kind"]} | {
        name: {pk: value for pk, value in plan[name].items() if pk in like[name]} for name in ("shifts", "roles")
    }


def may_raise(before: Plan, after: Plan) -> bool:
    """Return whether the change may raise the hours of somebody who was there.

    It may if time counts that did not count (a later end, an earlier start, a shorter break), by any other kind or way
    of counting than the one without hours (H9), by another choice of roles (ADR 29), and by another rule set. The
    question is a cautious one: it reads no scan and no rules.
    """
    if not before["shifts"]:
        return False
    if after["kind"] not in (before["kind"], Kind.OTHER):
        return True
    roles = before["roles"]
    if any(after["roles"].get(pk, counts_as) not in (counts_as, CountsAs.ATTENDEE) for pk, counts_as in roles.items()):
        return True
    if _opens_roles(roles, after["roles"]) or _moves_rules(before, after):
        return True
    return any(
        next(_without(_counted(times), _counted(before["shifts"][pk])), None) is not None
        for pk, times in after["shifts"].items()
        if pk in before["shifts"]
    )


def _opens_roles(before: Plan, after: Plan) -> bool:
    """Return whether a person without a role may get another one: a named, or the only one (H9).

    Another kind of role can be named, and the last one that is left counts by itself. While some role counts as
    attending, that is not so, since attending gives no hours.
    """
    old, new = set(before.values()), set(after.values())
    return bool(new - old - {CountsAs.ATTENDEE}) or (bool(old - new) and CountsAs.ATTENDEE not in new)


def _moves_rules(before: Plan, after: Plan) -> bool:
    """Return whether another date's rules govern a shift (H3) or the whole preparation (H8)."""
    stays = before["shifts"].keys() & after["shifts"].keys()
    if any(_day(before["shifts"][pk]) != _day(after["shifts"][pk]) for pk in stays):
        return True
    return bool(stays) and before["kind"] == Kind.PREPARATION and first_day(before) != first_day(after)


def counts_otherwise(before: Plan, after: Plan) -> bool:
    """Return whether all shifts count otherwise by the other plan, beside those whose times differ."""
    if before["kind"] != after["kind"] or before["roles"] != after["roles"]:
        return True
    return before["kind"] == Kind.PREPARATION and first_day(before) != first_day(after)


def first_day(plan: Plan) -> dt.date | None:
    """Return the local date on which the first shift of the plan begins; None without a shift."""
    return min((_day(times) for times in plan["shifts"].values()), default=None)


def _day(times: Plan) -> dt.date:
    return timezone.localdate(_moment(times["starts_at"]))


def is_moved_on(before: Plan, after: Plan, *, at: dt.datetime) -> bool:
    """Return whether a shift that had begun is to begin after `at`: its first date was wrong, perhaps."""
    shifts = {pk: times for pk, times in after["shifts"].items() if pk in before["shifts"]}
    return any(_moment(before["shifts"][pk]["starts_at"]) <= at < _moment(shifts[pk]["starts_at"]) for pk in shifts)


def set_times(shift: Shift, times: Plan) -> None:
    """Set the times of a shift of a plan, without its breaks."""
    shift.starts_at, shift.ends_at = _moment(times["starts_at"]), _moment(times["ends_at"])
    shift.overtime_until = _moment(times["overtime_until"]) if times["overtime_until"] else None


def stored_or_new_breaks(shift: Shift, times: Plan) -> list[Break]:
    """Return the breaks of a shift of a plan: a stored one with the same times, otherwise a new one."""
    stored: dict[tuple[str, str], list[Break]] = {}  # two old breaks may have the same times
    for rest in Break.objects.filter(shift=shift.pk):
        stored.setdefault((_text(rest.starts_at), _text(rest.ends_at)), []).append(rest)
    return [
        stored[start, end].pop() if stored.get((start, end)) else Break(starts_at=_moment(start), ends_at=_moment(end))
        for start, end in times["breaks"]
    ]


def breaks_of(times: Plan) -> list[Span]:
    """Return the breaks of a shift of a plan."""
    return [(_moment(start), _moment(end)) for start, end in times["breaks"]]


def part_of(shift: Shift) -> Plan:
    """Return the part of the activity's plan about one shift."""
    return {"kind": str(shift.activity.kind), "shifts": {str(shift.pk): _times(shift)}, "roles": {}, "names": {}}


def refuse_breaks(shift: Shift, breaks: Iterable[Break]) -> Refusal | None:
    """Return why these breaks cannot be the shift's: `break_outside`, `breaks_overlap` (H2)."""
    rests = sorted(breaks, key=lambda rest: rest.starts_at)
    for rest in rests:
        if rest.starts_at < shift.starts_at or rest.ends_at > shift.end_with_overtime:
            message = _("The break %(rest)s lies outside its shift, %(shift)s. Correct one of the two.")
            year = rest.starts_at.year != shift.starts_at.year
            names = {
                "rest": _span(rest.starts_at, rest.ends_at, year=year),
                "shift": _span(shift.starts_at, shift.ends_at, year=year),
            }
            return Refusal("break_outside", message % names)
    for earlier, later in pairwise(rests):
        if later.starts_at < earlier.ends_at:
            message = _("The breaks %(first)s and %(second)s overlap. Make one of them, or correct the times.")
            names = {
                "first": _span(earlier.starts_at, earlier.ends_at),
                "second": _span(later.starts_at, later.ends_at),
            }
            return Refusal("breaks_overlap", message % names)
    return None


def weeks_to_next(activity: Activity, *, at: dt.datetime) -> int:
    """Return in how many weeks the activity can be held again: one, or more after a longer time."""
    starts = [shift.starts_at for shift in activity.shifts.all()]
    since = at - min(starts, default=at)
    return max(since // dt.timedelta(weeks=1) + 1, 1)


def log_change(activity: Activity, before: Plan, after: Plan, *, by: User | None) -> None:
    """Keep in the activity's history who changed its plan, and what it was before."""
    log(activity, "activities.change_plan", user=by, data={"before": before, "after": after})


def history_of(activity_id: int, action: str) -> QuerySet[ModelLogEntry]:
    """Return the entries of this action in the activity's history."""
    entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(
        content_type__app_label="activities", content_type__model="activity", object_id=str(activity_id), action=action
    )
    return entries


def changed_by(activity_id: int, *, since: dt.datetime | None) -> set[int | None]:
    """Return the users (ids) who changed the activity's plan since then."""
    changes = history_of(activity_id, "activities.change_plan")
    return set(changes.filter(timestamp__gte=since).values_list("user", flat=True))


# In words


def describe_change(before: Plan, after: Plan) -> list[str]:
    """Return a sentence for each difference, in the active language."""
    found = []
    if before["kind"] != after["kind"]:
        found.append(_("Kind: %(change)s") % {"change": f"{Kind(before['kind']).label} → {Kind(after['kind']).label}"})
    for pk in sorted(before["shifts"].keys() & after["shifts"].keys(), key=int):
        old, new = before["shifts"][pk], after["shifts"][pk]
        if _when(old) != _when(new):
            found.append(_("Shift: %(change)s") % {"change": f"{_when(old)} → {_when(new)}"})
        if old["breaks"] != new["breaks"]:
            change = f"{_rests(old)} → {_rests(new)}"
            found.append(_("Breaks of %(shift)s: %(change)s") % {"shift": _when(new), "change": change})
    ways = ((_("Shift taken out: %(shift)s"), before, after), (_("New shift: %(shift)s"), after, before))
    for sentence, one, other in ways:
        alone = sorted(one["shifts"].keys() - other["shifts"].keys(), key=int)
        found += [sentence % {"shift": _when(one["shifts"][pk])} for pk in alone]
    return found + _describe_roles(before, after)


def _describe_roles(before: Plan, after: Plan) -> list[str]:
    """Return a sentence for each role that was added, was taken out, or counts as something else."""
    changed = [pk for pk in {**before["roles"], **after["roles"]} if before["roles"].get(pk) != after["roles"].get(pk)]
    names = dict(Role.objects.filter(pk__in=[pk for pk in changed if not pk.startswith(NEW)]).values_list("pk", "name"))
    names = {str(pk): name for pk, name in names.items()} | before.get("names", {}) | after.get("names", {})
    found = []
    for pk in changed:
        words = [str(CountsAs(plan["roles"][pk]).label) for plan in (before, after) if pk in plan["roles"]]
        if len(words) == 2:
            sentence = _("Role %(role)s counts as: %(change)s")
        elif pk in before["roles"]:
            sentence = _("Role taken out: %(role)s, counts as %(change)s")
        else:
            sentence = _("New role: %(role)s, counts as %(change)s")
        found.append(sentence % {"role": names.get(pk, pk), "change": " → ".join(words)})
    return found


def _when(times: Plan) -> str:
    return _span(_moment(times["starts_at"]), _moment(times["overtime_until"] or times["ends_at"]))


def _span(start: dt.datetime, end: dt.datetime, *, year: bool = False) -> str:
    return formats.when(timezone.localtime(start), timezone.localtime(end), current_language(), year=year)


def _rests(times: Plan) -> str:
    rests = (
        "–".join(formats.clock(timezone.localtime(moment)) for moment in span) for span in sorted(breaks_of(times))
    )
    return ", ".join(rests) or _("no break")


# Spans of time


def _times(shift: Shift) -> Plan:
    return {
        "starts_at": _text(shift.starts_at),
        "ends_at": _text(shift.ends_at),
        "overtime_until": _text(shift.overtime_until) if shift.overtime_until else None,
        "breaks": sorted([_text(rest.starts_at), _text(rest.ends_at)] for rest in shift.breaks.all()),
    }


def _counted(times: Plan) -> list[Span]:
    whole = (_moment(times["starts_at"]), _moment(times["overtime_until"] or times["ends_at"]))
    return list(_without([whole], breaks_of(times)))


def _without(spans: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """Yield the parts of `spans` that lie in none of `others`."""
    taken = sorted(others)
    for start, end in spans:
        for other_start, other_end in taken:
            if start < other_start < end:
                yield start, other_start
            if other_start < end and start < other_end:
                start = max(start, other_end)
        if start < end:
            yield start, end


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
