"""Texts about an activity to paste into a chat group: a call, a reminder, who is missing, a thank-you."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.activities import concerned
from academy.activities.call_models import Call
from academy.activities.calling import MOST_CALLS, address_of
from academy.activities.cards import places_in
from academy.activities.message_kinds import CHANGE
from academy.activities.models import Activity, Shift, SignUp
from academy.activities.needs.suitability import Suitability
from academy.checkin.models import Visit
from academy.core.links import public_address
from academy.core.look import period
from academy.groups.sums import heads_at
from academy.messaging.untold import latest_about
from academy.people import ages
from academy.people.models import Volunteer
from academy.profiles.models import Word
from academy.threads.numbers import building_of


@dataclass(frozen=True)
class GroupText:
    """One text, with the reason for which it is sent."""

    name: str
    title: Any
    text: str

    @property
    def rows(self) -> int:
        return self.text.count("\n") + 2


@dataclass
class CallFilter:
    """The people whom a call looks for: by skill, free time and building; each may be missing."""

    skill: Word | None = None
    time: Word | None = None
    building: str = ""
    everybody: bool = False  # nobody is left out for want of a filter

    @property
    def words(self) -> list[Word]:
        return [word for word in (self.skill, self.time) if word is not None]

    def __bool__(self) -> bool:
        return bool(self.words or self.building or self.everybody)

    def in_words(self) -> str:
        """Return the line that says whom the call looks for, or an empty text."""
        parts = []
        if self.skill:
            parts.append(_("who can do this: %(skill)s") % {"skill": self.skill})
        if self.time:
            parts.append(_("who are free: %(time)s") % {"time": self.time})
        if self.building:
            parts.append(_("who live in: %(building)s") % {"building": self.building})
        return _("We look for neighbours %(whom)s.") % {"whom": _("; ").join(parts)} if parts else ""


@dataclass
class _Facts:
    """The facts that the texts give of an activity."""

    activity: Activity
    at: dt.datetime
    coming: list[Shift] = field(default_factory=list)
    begun: list[Shift] = field(default_factory=list)

    @property
    def url(self) -> str:
        return public_address(reverse("activities:detail", args=[self.activity.pk]))

    def lines(self, *lines: str) -> str:
        return "\n".join(line for line in lines if line)

    def times(self, shifts: Sequence[Shift]) -> str:
        return _("Time: %(times)s") % {"times": _("; ").join(period(shift) for shift in shifts)}

    @property
    def place(self) -> str:
        return _("Place: %(place)s") % {"place": self.activity.where}


def texts_of(activity: Activity, *, wanted: CallFilter, at: dt.datetime) -> list[GroupText]:
    """Return the texts that fit the activity now: before it begins, while it runs, when it is over."""
    facts = _Facts(activity, at)
    for shift in activity.shifts.order_by("starts_at"):
        (facts.coming if shift.starts_at > at else facts.begun).append(shift)
    texts = []
    if (told := latest_about(concerned.event_of(activity), CHANGE.slug, at=at)) is not None:
        said = ngettext("Told to %(n)s person", "Told to %(n)s people", told.people) % {"n": told.people}
        texts.append(GroupText("change", said, facts.lines(told.text, facts.url)))
    if activity.cancelled_at is not None:
        return texts
    if facts.coming:
        texts += [_call(facts, wanted), _reminder(facts)]
    if any(shift.end_with_overtime > at for shift in facts.begun) and (missing := _missing(facts)):
        texts.append(missing)
    if facts.begun and (thanks := _thanks(facts)):
        texts.append(thanks)
    return texts


def _call(facts: _Facts, wanted: CallFilter) -> GroupText:
    activity = facts.activity
    places = places_in(facts.coming, people=())
    left = sum(place.left for some in places.values() for place in some)
    text = facts.lines(
        _("[Volunteers wanted] %(title)s") % {"title": activity.title},
        facts.times(facts.coming),
        facts.place,
        _("Work: %(content)s") % {"content": activity.service_content},
        wanted.in_words(),
        ngettext("%(n)s person more is needed.", "%(n)s people more are needed.", left) % {"n": left} if left else "",
        _("Sign up: %(url)s") % {"url": facts.url},
        _("Or add a line below: building, name, how many people come.") if left else _("All places are taken."),
        "",
    )
    if left:
        text += "\n\n" + _("#Sign-up %(title)s") % {"title": activity.title} + "\n1. "
    return GroupText("call", _("A call"), text)


def _reminder(facts: _Facts) -> GroupText:
    shift = facts.coming[0]
    people = SignUp.objects.filter(shift=shift, cancelled_at=None).count()
    text = facts.lines(
        _("[Reminder] %(title)s") % {"title": facts.activity.title},
        facts.times([shift]),
        facts.place,
        ngettext("%(n)s neighbour is signed up.", "%(n)s neighbours are signed up.", people) % {"n": people},
        _("Please come on time. You cannot come? Then tell us, so that somebody else can take your place."),
        facts.url,
    )
    return GroupText("reminder", _("A reminder"), text)


def _missing(facts: _Facts) -> GroupText | None:
    """Return the text that names who is expected and has not come: masked names, and no minors (N4)."""
    running = [shift for shift in facts.begun if shift.end_with_overtime > facts.at]
    # A noted no-show is private (A4), and not waited for.
    places = SignUp.objects.filter(shift__in=running, cancelled_at=None, absence="")
    expected = places.select_related("volunteer__merged_into")
    came = {
        visit.volunteer.stays.pk
        for visit in Visit.objects.filter(shift__in=running).select_related("volunteer__merged_into")
    }
    people = {one.volunteer.stays.pk: one.volunteer.stays for one in expected}
    waited_for = [person for pk, person in sorted(people.items()) if pk not in came]
    if not waited_for:
        return None
    day = running[0].date
    names = [person.masked_name for person in waited_for if not ages.is_minor(person.birth_date, day)]
    count = len(waited_for)
    text = facts.lines(
        f"{facts.activity.title}",
        facts.place,
        ngettext("We still wait for %(n)s person.", "We still wait for %(n)s people.", count) % {"n": count},
        _(", ").join(names),
        _("Are you on the way? Please tell the leader."),
    )
    return GroupText("missing", _("Who is still missing"), text)


def _thanks(facts: _Facts) -> GroupText | None:
    """Return the thank-you with people and attendances apart (G3), and people of units without names (G1)."""
    visits = Visit.objects.filter(shift__in=facts.begun).values_list("shift", "volunteer", "volunteer__merged_into")
    came = {(shift, stays or own) for shift, own, stays in visits}
    unnamed = heads_at(facts.begun)
    if not came and not unnamed:
        return None
    people, attendances = len({person for _shift, person in came}), len(came)
    figures = ngettext("%(n)s person took part", "%(n)s people took part", people) % {"n": people}
    if attendances != people:
        figures += _(", %(n)s attendances in all") % {"n": attendances}
    if unnamed:
        figures += _(", and %(n)s people of units besides") % {"n": unnamed}
    text = facts.lines(
        _("[Thank you] %(title)s") % {"title": facts.activity.title},
        facts.times(facts.begun),
        _("%(figures)s. Thank you, neighbours!") % {"figures": figures},
        _("Your hours: sign in, then open “My page”. Is something wrong? Tell us."),
    )
    return GroupText("thanks", _("A thank-you"), text)


def text_of_call(call: Call) -> str:
    """Return the text with the person's own link, to send to them alone."""
    shift = call.shift
    return _("%(name)s, can you come? %(title)s, %(when)s, %(place)s. One tap to answer: %(url)s") % {
        "name": call.volunteer.stays.name,
        "title": shift.activity.title,
        "when": period(shift),
        "place": shift.activity.where,
        "url": address_of(call),
    }


def shifts_to_call(activity: Activity, at: dt.datetime) -> list[Shift]:
    """Return the shifts to which people can still be called: the coming ones, then those that run."""
    shifts = activity.shifts.filter(ends_at__gt=at).order_by("starts_at")
    return sorted(shifts, key=lambda shift: shift.starts_at <= at)


def fitting(activity: Activity, wanted: CallFilter, *, at: dt.datetime, shift: Shift | None = None) -> list[Volunteer]:
    """Return the people whom a call looks for, those asked least lately first, `MOST_CALLS` at most.

    Without a `shift` they are called to the next one. Left out are the leader, people who have a place in the shift,
    said no to it or were asked to it, and who fits none of its roles (T3, N3). Once it runs, those who were asked
    before and did not answer can be asked again.
    """
    shift = shift or activity.shifts.filter(starts_at__gt=at).order_by("starts_at").first()
    if shift is None or not wanted:
        return []
    people = Volunteer.objects.taking_part().filter(community=activity.community)
    people = people.exclude(pk=activity.leader.stays.pk)  # who leads is there
    for word in wanted.words:
        people = people.filter(profile__words=word)
    signed_up = SignUp.objects.filter(shift=shift, cancelled_at=None)
    people = people.exclude(Q(sign_ups__in=signed_up) | Q(merged__sign_ups__in=signed_up))
    asked = Call.objects.filter(shift=shift)
    if shift.starts_at <= at:
        asked = asked.exclude(comes=None, called_at__lt=shift.starts_at)
    people = (
        people.exclude(Q(calls__in=asked) | Q(merged__calls__in=asked))
        .annotate(last_called=Max("calls__called_at"))
        .select_related("profile")
    )
    in_order = people.order_by(F("last_called").asc(nulls_first=True), "number")
    found = [person for person in in_order if _lives_in(person, wanted.building)]
    roles = list(activity.roles.prefetch_related("courses").order_by("pk"))
    beside = Suitability(activity, people=found, roles=roles)
    fit = (person for person in found if any(not beside.unmet_needs(person, shift, role) for role in roles))
    return list(islice(fit, MOST_CALLS))


def _lives_in(person: Volunteer, building: str) -> bool:
    if not building:
        return True
    area = person.profile.area if hasattr(person, "profile") else ""
    sought, home = building_of(building), building_of(area)
    return sought.meets(home) if sought and home else bool(area) and building in area
