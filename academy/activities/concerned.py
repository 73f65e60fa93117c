"""People whom a shift to come concerns, who are told when an activity moves or is cancelled.

They have a place, wait at the gate to be let in (`ask_who_waits`), or are on the waiting list. `responsible` tells
those in charge.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from academy.activities import reminding
from academy.activities.message_kinds import CHANGE
from academy.activities.models import Activity, Shift, SignUp
from academy.activities.signals import ask_who_waits
from academy.activities.waiting.models import WaitingEntry
from academy.core import formats
from academy.core.links import link_to
from academy.core.look import current_language
from academy.messaging.kinds import WORK
from academy.messaging.models import Tone
from academy.messaging.services import Draft, fill_in, send_all
from academy.people.models import Volunteer

NAMED = 12  # people; the others are counted
PLACE, GATE, LIST = "place", "gate", "list"  # a person has a place, waits at the gate, or is on the waiting list

YOU_LEAD = _("You lead “%(title)s” from now on.")
NEW_LEADER = _("“%(title)s” has another leader now: %(name)s. Your place stays.")

Span = tuple[dt.datetime, dt.datetime]
Place = tuple[Volunteer, list[Shift]]


def touched(stored: Activity, *, where: str, shifts: Iterable[Shift], at: dt.datetime) -> list[Shift]:
    """Return the stored shifts, not over, whose time or place will differ from what people signed up for.

    `where` and `shifts` are as they will be. A draft concerns no person.
    """
    if stored.published_at is None or stored.cancelled_at is not None:
        return []
    spans = {shift.pk: span_of(shift) for shift in shifts}
    coming = Shift.objects.filter(activity=stored.pk, ends_at__gt=at)
    return [one for one in coming if where != stored.where or spans.get(one.pk, span_of(one)) != span_of(one)]


def to_come(activity: Activity, at: dt.datetime) -> list[Shift]:
    """Return the shifts of a published activity that are not over."""
    return list(activity.shifts.filter(ends_at__gt=at)) if activity.published_at is not None else []


def people_in(shifts: Iterable[Shift]) -> list[Volunteer]:
    """Return the people with a place in these shifts, each once."""
    return [person for person, _shifts in _places_in(shifts)]


def everybody_in(activity: Activity, shifts: Iterable[Shift], *, at: dt.datetime) -> list[Place]:
    """Return each person with a place in these shifts, or who waits for one or at the gate."""
    shifts = list(shifts)
    found: dict[int, Place] = {}
    for person, theirs in [*_places_in(shifts), *_waiting_for(activity, shifts, at), *_on_list(shifts)]:
        found.setdefault(person.pk, (person, theirs))
    return list(found.values())


def event_of(activity: Activity) -> str:
    """Return what messages about a change of this activity are about: the next one replaces an unread one."""
    return f"activity:{activity.pk}"


def in_words(people: list[Volunteer]) -> str:
    """Return how many people have signed up, and their masked names."""
    names = "、".join(person.masked_name for person in people[:NAMED]) + ("…" if len(people) > NAMED else "")
    text = ngettext(
        "%(count)s person has signed up: %(names)s.", "%(count)s people have signed up: %(names)s.", len(people)
    )
    return text % {"count": len(people), "names": names}


def tell_moved(activity: Activity, before: Iterable[Shift], *, was_at: str, at: dt.datetime) -> int:
    """Send each person concerned one message about what moved; `before` are the shifts as they were.

    Return the number of messages.
    """
    before = list(before)
    groups = [(PLACE, _places_in(before)), (GATE, _waiting_for(activity, before, at)), (LIST, _on_list(before))]
    now = {shift.pk: span_of(shift) for shift in Shift.objects.filter(pk__in=[shift.pk for shift in before])}
    drafts = []
    for standing, concerned in groups:
        for person, shifts in concerned:
            spans = [(span_of(shift), now[shift.pk]) for shift in shifts]
            text = _moved(title=activity.title, spans=spans, places=(was_at, activity.where), standing=standing)
            key, until = f"moved:{activity.pk}:{at.timestamp():.3f}", _until([new for _old, new in spans], at)
            drafts.append(_draft(person, activity, key, text, until=until))
    reminding.drop(before, at=at)
    return send_all(drafts, at=at) if drafts else 0


def tell_cancelled(activity: Activity, *, at: dt.datetime) -> int:
    """Send a message to each person whom a shift to come concerns. Return their number."""
    drafts = []
    coming = to_come(activity, at)
    for person, shifts in [*_places_in(coming), *_waiting_for(activity, coming, at)]:
        text = _cancelled(title=activity.title, spans=[span_of(shift) for shift in shifts])
        until = _until([span_of(shift) for shift in shifts], at)
        drafts.append(_draft(person, activity, f"cancelled:{activity.pk}", text, until=until))
    reminding.drop(coming, at=at)
    return send_all(drafts, at=at) if drafts else 0


def tell_leader_changed(activity: Activity, *, at: dt.datetime) -> int:
    """Send a message to the new leader, and to the people with a place to come. Return their number."""
    coming = to_come(activity, at)
    if not coming:
        return 0
    leader, moment = activity.leader.stays, f"{at.timestamp():.3f}"
    until = _until([span_of(shift) for shift in coming], at)
    lead = fill_in(YOU_LEAD, title=activity.title)
    drafts = [
        Draft(WORK, leader, f"leads:{activity.pk}:{moment}", lead, link_to("leader_page", activity.pk), Tone.TODO)
    ]
    for person in people_in(coming):
        if person.pk != leader.pk:
            text = fill_in(NEW_LEADER, title=activity.title, name=leader.name)
            drafts.append(
                replace(_draft(person, activity, f"leader:{activity.pk}:{moment}", text, until=until), event="")
            )
    return send_all(drafts, at=at)


def place_given_back(person: Volunteer, shift: Shift, *, at: dt.datetime) -> Draft:
    """Return the message to a minor whose place is free again for want of a consent (N2)."""
    text = _given_back(title=shift.activity.title, span=span_of(shift))
    return _draft(
        person, shift.activity, f"given_back:{shift.pk}:{at.timestamp():.3f}", text, until=_until([span_of(shift)], at)
    )


def _places_in(shifts: Iterable[Shift]) -> list[Place]:
    """Return each person with their places among these shifts, in the order of the sign-ups."""
    by_id = {shift.pk: shift for shift in shifts}
    places: QuerySet[SignUp] = SignUp.objects.filter(shift__in=by_id, cancelled_at=None)
    found: dict[int, Place] = {}
    for place in places.select_related("volunteer__merged_into").order_by("pk"):
        person = place.volunteer.stays
        found.setdefault(person.pk, (person, []))[1].append(by_id[place.shift_id])
    return list(found.values())


def _waiting_for(activity: Activity, shifts: list[Shift], at: dt.datetime) -> list[Place]:
    """Return the people without a place who wait to be let in to one of these shifts."""
    by_id = {shift.pk: shift for shift in shifts}
    found: dict[int, Place] = {}
    for _receiver, answer in ask_who_waits.send(sender=Activity, activity=activity, shifts=shifts, at=at):
        waiting: Any = answer
        for person, pks in waiting:
            found.setdefault(person.pk, (person, []))[1].extend(by_id[pk] for pk in pks)
    with_place = {person.pk for person, _shifts in _places_in(shifts)} if found else set()
    return [place for pk, place in found.items() if pk not in with_place]


def _on_list(shifts: list[Shift]) -> list[Place]:
    """Return the people on the waiting lists of these shifts, who have no place in one of them."""
    by_id = {shift.pk: shift for shift in shifts}
    found: dict[int, Place] = {}
    for entry in WaitingEntry.objects.open().filter(shift__in=by_id).select_related("volunteer__merged_into"):
        person = entry.volunteer.stays
        found.setdefault(person.pk, (person, []))[1].append(by_id[entry.shift_id])
    with_place = {person.pk for person, _shifts in _places_in(shifts)} if found else set()
    return [place for pk, place in found.items() if pk not in with_place]


def _draft(person: Volunteer, activity: Activity, key: str, text: Any, *, until: dt.datetime | None) -> Draft:
    path = reverse("activities:detail", args=[activity.pk])
    return Draft(CHANGE, person, key, text, path, event=event_of(activity), until=until)


def _until(spans: Iterable[Span], at: dt.datetime) -> dt.datetime | None:
    """Return the end of the first of these that is not over: until then the news is of use."""
    return min((end for _start, end in spans if end > at), default=None)


def span_of(shift: Shift) -> Span:
    """Return when the shift begins and ends."""
    return shift.starts_at, shift.ends_at


def _when(span: Span) -> str:
    return formats.when(timezone.localtime(span[0]), timezone.localtime(span[1]), current_language())


def moved_in_words(spans: list[tuple[Span, Span]], places: tuple[str, str]) -> str:
    """Return the old and new times and places, for people who have no place of their own there."""
    return gettext("has moved: %(times)s; place: %(place)s") % _changes(spans, places)


def cancelled_in_words(spans: list[Span]) -> str:
    """Return the times that no longer take place."""
    return gettext("is cancelled: %(times)s") % {"times": "; ".join(map(_when, spans))}


def _changes(spans: list[tuple[Span, Span]], places: tuple[str, str]) -> dict[str, str]:
    times = "; ".join(_when(new) if old == new else f"{_when(old)} → {_when(new)}" for old, new in spans)
    return {"times": times, "place": places[1] if places[0] == places[1] else " → ".join(places)}


def _moved_text(*, title: str, spans: list[tuple[Span, Span]], places: tuple[str, str], standing: str) -> str:
    sentences = {
        PLACE: gettext(
            "“%(title)s” has moved: %(times)s; place: %(place)s. Your place stays. If you cannot come, give it back."
        ),
        GATE: gettext(
            "“%(title)s” has moved: %(times)s; place: %(place)s. Come then, and tap “I am here” again at the gate."
        ),
        LIST: gettext(
            "“%(title)s” has moved: %(times)s; place: %(place)s. You still wait for a place; if it does not suit you, "
            "leave the list."
        ),
    }
    return sentences[standing] % ({"title": formats.inner_quotes(title)} | _changes(spans, places))


def _cancelled_text(*, title: str, spans: list[Span]) -> str:
    return gettext("“%(title)s” of %(times)s is cancelled. You need not come.") % {
        "title": formats.inner_quotes(title),
        "times": "; ".join(map(_when, spans)),
    }


def _given_back_text(*, title: str, span: Span) -> str:
    return gettext(
        "Your guardian's consent has ended, so your place in “%(title)s” of %(when)s was given back. With a new "
        "consent you can sign up again."
    ) % {"title": formats.inner_quotes(title), "when": _when(span)}


# Lazy: each message is worded in its own language when it is sent.
_moved = lazy(_moved_text, str)
_cancelled = lazy(_cancelled_text, str)
_given_back = lazy(_given_back_text, str)
