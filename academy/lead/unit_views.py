"""Units on the leader's phone: members checked in together by name, and people counted without names."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.activities.http import led_activity
from academy.activities.models import Activity, Shift
from academy.checkin.models import Direction
from academy.checkin.rows import find_people, row_key
from academy.core.http import form_page, read_id
from academy.core.refusals import Refusal
from academy.core.text import identifier
from academy.families.http import log_people_shown
from academy.groups import selectors
from academy.groups.refusals import BAD_HEADS
from academy.groups.selectors import Answer, MemberAnswer, UnitAtShift
from academy.groups.services import heads, together
from academy.lead import undoing
from academy.people import namesakes
from academy.people.http import user_of
from academy.units.models import Unit


@login_required
@never_cache
@require_GET
def show_units(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the units at the activity, and lead to any other unit of the community."""
    activity = led_activity(request, activity_id)
    chosen = read_id(request.GET.get("unit"))
    units = Unit.objects.filter(community=activity.community_id).order_by("name", "pk")
    if chosen is not None and units.filter(pk=chosen).exists():
        return redirect("lead:unit", activity.pk, chosen)
    here = selectors.units_at(activity)
    others = units.exclude(pk__in=[unit.pk for unit in here])
    return render(request, "lead/units.html", {"activity": activity, "here": here, "others": others})


@login_required
@never_cache
@form_page
def show_unit(request: HttpRequest, activity_id: int, unit_id: int) -> HttpResponse:
    """Show the unit's members with a tick each, and the field for people without names."""
    activity = led_activity(request, activity_id)
    unit = get_object_or_404(Unit, pk=unit_id, community=activity.community_id)
    shift = _chosen_shift(request, activity)
    if shift is None:
        return redirect("lead:activity", activity.pk)
    part = selectors.unit_at_shift(unit, shift)
    if request.method == "POST":
        answer = _count(request, part) if "heads" in request.POST else _tick(request, part)
        if isinstance(answer, Refusal):
            return _render(request, part, refusal=answer, status=409)
        return redirect(f"{reverse('lead:unit', args=[activity.pk, unit.pk])}?shift={shift.pk}")
    return _render(request, part)


def _chosen_shift(request: HttpRequest, activity: Activity) -> Shift | None:
    shifts = list(activity.shifts.select_related("activity"))
    wanted = read_id(request.GET.get("shift"))
    named = next((shift for shift in shifts if shift.pk == wanted), None)
    return named or together.shift_now(shifts, timezone.now())


def _people(part: UnitAtShift) -> list[MemberAnswer]:
    """Return the people whom the leader may see: of a unit without a link, those who take part."""
    return part.answers if together.expects_by_name(part) else part.accepted


def _tick(request: HttpRequest, part: UnitAtShift) -> Refusal | None:
    """Check the ticked people in, or out. The page shows who could not be, and why."""
    activity = part.shift.activity
    direction = Direction.OUT if "out" in request.POST else Direction.IN
    shown = {one.person.pk for one in _people(part)}
    people = find_people(activity, request.POST.getlist("who")[:500]).values()
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError:
        batch = uuid4()
    result = together.record_together(
        part=part,
        people=shown & {person.pk for person in people},
        direction=direction.value,
        batch=batch,
        by=user_of(request),
        at=timezone.now(),
    )
    if result.scans:
        count = len(result.scans)
        if direction == Direction.IN:
            text = ngettext("%(count)d person checked in.", "%(count)d people checked in.", count)
        else:
            text = ngettext("%(count)d person checked out.", "%(count)d people checked out.", count)
        undoing.say_done(request, activity, text % {"count": count}, undoing.Act(result.scans))
    for person, refusal in result.refused:
        messages.warning(request, _("%(name)s: %(sentence)s") % {"name": person.name, "sentence": refusal})
    if not result.scans and not result.refused:
        messages.warning(request, _("Nobody was ticked. Tick the people who are here, then check them in."))
    return None


def _count(request: HttpRequest, part: UnitAtShift) -> Refusal | None:
    """Store the people without names (G1)."""
    typed = identifier(request.POST["heads"])
    if not (typed.isdecimal() and len(typed) <= 4):
        return BAD_HEADS
    answer = heads.count_heads(
        unit=part.unit, shift=part.shift, people=int(typed), by=user_of(request), at=timezone.now()
    )
    if isinstance(answer, Refusal):
        return answer
    text = ngettext(
        "Counted: %(count)d person without a name.", "Counted: %(count)d people without names.", answer.people
    )
    messages.success(request, text % {"count": answer.people})
    return None


def _render(
    request: HttpRequest, part: UnitAtShift, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    activity, shown = part.shift.activity, _people(part)
    people = [one.person for one in shown]
    log_people_shown(request, people)
    context: dict[str, Any] = {
        "activity": activity,
        "unit": part.unit,
        "shift": part.shift,
        "shifts": list(activity.shifts.order_by("starts_at")),
        "by_name": together.expects_by_name(part),
        "lines": [(row_key(activity, one.person.pk), one, one.answer == Answer.CAME) for one in shown],
        "came": sum(one.answer == Answer.CAME for one in shown),
        "nameless": part.nameless,
        "typed": request.POST.get("heads", "" if part.nameless is None else str(part.nameless)),
        "refusal": refusal,
        "batch": uuid4(),
        "tails": namesakes.tails(people),
    }
    return render(request, "lead/unit.html", context, status=status)
