"""The to-do list of the back office's home: each line is a number in words, one click from done."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.accidents import services as accidents
from academy.accidents.accounts import Clock
from academy.accidents.models import Entry
from academy.accidents.reports import time_left
from academy.agreements.services import agreement_in_force, due
from academy.core import formats
from academy.core.look import current_language, with_certainty
from academy.core.models import Community
from academy.decisions.kinds import KINDS
from academy.decisions.selectors import count_overdue, count_waiting
from academy.desk import no_shows, selectors
from academy.desk.evaluate_views import Row, rows_of
from academy.hours.decisions import ObjectionKind
from academy.hours.services import deadlines
from academy.insurance.services import filing
from academy.learning import qualifications
from academy.messaging import untold
from academy.messaging.services import count_unread
from academy.own_data.services import first_due
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.volunteer_viewsets import marked_url
from academy.photos.selectors import asked_away

NEARLY_DUE = dt.timedelta(hours=12)  # an accident that somebody has to hear of
MOST_AT_ONCE = 12  # overdue activities that the home page lists


@dataclass(frozen=True)
class Line:
    """Something to do: how many, what, and the button that leads there."""

    figure: int
    text: str
    act: str
    url: str
    note: str = ""
    is_urgent: bool = False
    at_once: Sequence[Row] = ()  # overdue activities, in view, that one button evaluates as satisfactory


def list_lines(user: User, at: dt.datetime) -> list[Line]:
    """Return the lines that this user has the right to: what is due first, then in the order of work."""
    confirms = list(user.communities_for(Right.CONFIRM_HOURS))
    lines = [
        *_accidents(user, at),
        *_filings(user, at),
        *(_hours(user, confirms, at) if confirms else ()),
        *_decisions(user, at),
        *_people(user),
        *_untold(user, at),
        *_own_messages(user),
        *_no_shows(user, at),
        *_photos(user),
        *_unsigned(user, at),
        *_expiring(user, timezone.localdate(at)),
        *(_papers(confirms, timezone.localdate(at)) if confirms else ()),
    ]
    return sorted(lines, key=lambda line: not line.is_urgent)


def _accidents(user: User, at: dt.datetime) -> Iterator[Line]:
    """Yield each accident that somebody has to hear of, with the clock, and the open records (A5)."""
    communities = list(user.communities_for(Right.MANAGE_PEOPLE))
    standings = accidents.open_in(communities) if communities else []
    for clock, accident in [(clock, standing.accident) for standing in standings for clock in standing.clocks]:
        local = timezone.localtime(clock.due_at)
        words = {"day": _day(local.date()), "time": formats.clock(local), "left": time_left(clock.due_at, at)}
        yield Line(
            1,
            _to_tell(clock) % {"activity": accident.activity},
            _("Open"),
            reverse("accidents:show", args=[accident.pk]),
            _("until %(day)s %(time)s · %(left)s") % words,
            clock.due_at - at < NEARLY_DUE,
        )
    if told := sum(not standing.clocks for standing in standings):
        text = ngettext("accident record to close", "accident records to close", told)
        yield Line(told, text, _("Open"), reverse("accidents"))


def _to_tell(clock: Clock) -> str:
    if clock.whom == Entry.Kind.PLATFORM:
        return _("accident to report to the higher platform: %(activity)s")
    return _("accident to report to the insurer: %(activity)s")


def _filings(user: User, at: dt.datetime) -> Iterator[Line]:
    """Yield the activities of the next days that are not filed, and those that changed since (A1)."""
    communities = list(user.communities_for(Right.RUN_ACTIVITIES))
    states = filing.coming(communities, at, within=filing.AHEAD) if communities else []
    if missing := [one for one in states if not one.is_filed]:
        text = ngettext(
            "activity of the next days is not filed", "activities of the next days are not filed", len(missing)
        )
        yield Line(len(missing), text, _("File it"), _first_or_all(missing), missing[0].activity.title)
    if changed := [one for one in states if one.count]:
        text = ngettext("filed activity has changed since", "filed activities have changed since", len(changed))
        yield Line(len(changed), text, _("Tell what changed"), _first_or_all(changed), changed[0].activity.title, True)


def _first_or_all(states: list[filing.FilingState]) -> str:
    return reverse("filings") if len(states) > 1 else reverse("activity_filing", args=[states[0].activity.pk])


def _hours(user: User, communities: list[Community], at: dt.datetime) -> Iterator[Line]:
    """Yield the hours to confirm and the activities to evaluate, each with the deadline that is next (K3)."""
    running = deadlines.running(communities, at=at)
    waiting = selectors.hours_waiting(communities)
    if waiting["records"]:
        text = ngettext(
            "hours to confirm, of %(count)d activity",
            "hours to confirm, of %(count)d activities",
            waiting["activities"],
        )
        unconfirmed = [one for one in running if one.unconfirmed]
        yield Line(
            waiting["records"],
            text % {"count": waiting["activities"]},
            _("Confirm hours"),
            reverse("confirm_many"),
            *_due(unconfirmed),
        )
    rows = rows_of(running, by=user)
    if rows:
        text = ngettext("activity to evaluate", "activities to evaluate", len(rows))
        note, is_urgent = _due([row.deadline for row in rows])
        late = [row for row in rows if row.deadline.is_overdue]
        shown = late if len(late) <= MOST_AT_ONCE else []  # one judges no longer list at a glance
        yield Line(len(rows), text, _("Evaluate at once"), reverse("evaluate_many"), note, is_urgent, shown)


def _due(found: list[deadlines.Deadline]) -> tuple[str, bool]:
    """Return the deadline of the first of these in words, and whether it is over."""
    if not found:
        return "", False
    first = found[0]
    late = sum(one.is_overdue for one in found)
    if not late:
        left = first.days_left
        due = ngettext("%(count)d working day left", "%(count)d working days left", left) % {"count": left}
        return f"{_day(first.due_on)} · {due if left else _('due today')}", not left
    over = first.days_overdue
    longest = ngettext("overdue by %(count)d working day", "overdue by %(count)d working days", over) % {"count": over}
    sentence = longest if over else _("overdue")
    if late > 1:
        return _("%(count)d overdue, the first: %(sentence)s") % {"count": late, "sentence": sentence}, True
    return sentence, True


def _day(date: dt.date) -> str:
    return str(with_certainty(formats.day(date, current_language(), weekday=True), date))


def _decisions(user: User, at: dt.datetime) -> Iterator[Line]:
    """Yield the requests that this user may decide, an administrator who is approver too."""
    overdue = count_overdue(KINDS[ObjectionKind.slug], user, at)
    waiting, decides = count_waiting(user), Right.DECIDE in user.rights
    if waiting:
        text = ngettext("matter waits for your decision", "matters wait for your decision", waiting)
        note, is_urgent = _overdue_objections(overdue if decides else 0)
        if not is_urgent:
            note, is_urgent = _due_first(first_due(user), timezone.localdate(at))
        yield Line(waiting, text, _("Decide"), reverse("decisions:list"), note, is_urgent)
    if overdue and not (waiting and decides):
        text = ngettext("objection is overdue", "objections are overdue", overdue)
        url = f"{reverse('decisions:list')}?overdue={ObjectionKind.slug}"
        yield Line(overdue, text, _("Open"), url, is_urgent=True)


def _due_first(due_on: dt.date | None, today: dt.date) -> tuple[str, bool]:
    """Return the last day of the request about own data that is due first (V3), and whether it has come."""
    if due_on is None:
        return "", False
    if due_on < today:
        return _("a request about own data is overdue"), True
    return _("request about own data: until %(day)s") % {"day": _day(due_on)}, due_on == today


def _overdue_objections(count: int) -> tuple[str, bool]:
    if not count:
        return "", False
    text = ngettext("%(count)d objection is overdue", "%(count)d objections are overdue", count)
    return text % {"count": count}, True


def _people(user: User) -> Iterator[Line]:
    """Yield the people marked at the gate: somebody accepts or merges them."""
    marked = Volunteer.objects.present().in_communities(user.communities_for(Right.MANAGE_PEOPLE))
    if count := marked.filter(provisional=True).count():
        text = ngettext(
            "person marked at the gate, to accept or merge", "people marked at the gate, to accept or merge", count
        )
        yield Line(count, text, _("Sort out"), marked_url())


def _untold(user: User, at: dt.datetime) -> Iterator[Line]:
    """Yield the people whom no message reaches: somebody calls or writes to them."""
    communities = list(user.communities_for(Right.RUN_ACTIVITIES))
    if communities and (count := untold.count_people(communities, at=at)):
        text = ngettext("person to tell, whom no message reaches", "people to tell, whom no message reaches", count)
        yield Line(count, text, _("Call or write"), reverse("to_tell"))


def _own_messages(user: User) -> Iterator[Line]:
    """Yield the messages that the user has not read."""
    if count := count_unread(user):
        text = ngettext("new message for you", "new messages for you", count)
        yield Line(count, text, _("Open"), reverse("home:messages"))


def _no_shows(user: User, at: dt.datetime) -> Iterator[Line]:
    """Yield the people with three unexcused no-shows within 90 days (A4)."""
    communities = list(user.communities_for(Right.RUN_ACTIVITIES))
    for person, times in no_shows.frequent(communities, at) if communities else ():
        text = ngettext(
            "no-show of %(name)s in 90 days without a word: ask how they are",
            "no-shows of %(name)s in 90 days without a word: ask how they are",
            times,
        )
        yield Line(times, text % {"name": person.masked_name}, _("Open"), reverse("person", args=[person.pk]))


def _photos(user: User) -> Iterator[Line]:
    """Yield the activities with photos that a person in them asked to take away."""
    for activity, count in asked_away(list(user.communities_for(Right.RUN_ACTIVITIES))):
        text = ngettext("photo to take away: a person in it asked", "photos to take away: people in them asked", count)
        yield Line(count, text, _("Look"), reverse("photos:manage", args=[activity.pk]), activity.title)


def _unsigned(user: User, at: dt.datetime) -> Iterator[Line]:
    """Yield the people with a place who have not signed the agreement that it asks for (A3)."""
    for community in user.communities_for(Right.MANAGE_PEOPLE):
        agreement = agreement_in_force(community.pk)
        if agreement is not None and (count := due(agreement, at).count()):
            text = ngettext(
                "person signed up without the signed agreement",
                "people signed up without the signed agreement",
                count,
            )
            url = f"{reverse('agreement:unsigned', args=[agreement.pk])}?due"
            yield Line(count, text, _("Print the sheets"), url, str(agreement))


def _expiring(user: User, today: dt.date) -> Iterator[Line]:
    """Yield the qualifications that expire within 60 days: their holders need a class (T6)."""
    communities = [community.pk for community in user.communities_for(Right.MANAGE_PEOPLE)]
    soon = qualifications.expiring(communities=communities, day=today) if communities else []
    if soon:
        text = ngettext("qualification expires within 60 days", "qualifications expire within 60 days", len(soon))
        note = _("the first on %(day)s") % {"day": formats.day(soon[0].expires_on, current_language(), weekday=True)}
        yield Line(len(soon), text, _("Open"), reverse("qualification:index"), note)


def _papers(communities: list[Community], today: dt.date) -> Iterator[Line]:
    """Yield the notices to hang and to take down, and the forms of a higher platform (P10)."""
    several = len(communities) > 1
    for batch in selectors.notices_begun(communities, today):
        text = ngettext(
            "record confirmed on %(day)s: hang the notice",
            "records confirmed on %(day)s: hang the notice",
            batch.count,
        ) % {"day": _day(batch.day)}
        note = _("until %(day)s") % {"day": _day(batch.last_day)}
        url = reverse("home:notice_sheet", args=[batch.slug, batch.day])
        hangs = _of(batch.community, note, several)
        yield Line(batch.count, text, _("Print the notice"), url, hangs, is_urgent=True)
    for batch in selectors.notices_ended(communities, today):
        text = ngettext(
            "record confirmed on %(day)s: take the notice down",
            "records confirmed on %(day)s: take the notice down",
            batch.count,
        ) % {"day": _day(batch.day)}
        note = _("ended on %(day)s") % {"day": _day(batch.last_day)}
        yield Line(batch.count, text, _("Public notice"), reverse("home:notices"), _of(batch.community, note, several))
    for handover in selectors.handovers_unconfirmed(communities):
        text = _("form is filled; has it been handed in?")
        yield Line(1, text, _("Open"), reverse("handover:inspect", args=[handover.pk]), handover.name)
    for left in selectors.handovers_left(communities, today):
        text = ngettext(
            "record of this year is not handed over yet", "records of this year are not handed over yet", left.records
        )
        url = reverse("platform_workbook:fill", args=[left.workbook.pk])
        yield Line(left.records, text, _("Fill the form"), url, left.workbook.platform)


def _of(community: str, note: str, several: bool) -> str:
    return f"{community} · {note}" if several else note


def page_of(user: User, at: dt.datetime) -> dict[str, Any]:
    """Return what the panel of the day shows to this user."""
    runs = list(user.communities_for(Right.RUN_ACTIVITIES))
    coming = selectors.coming_shifts(runs, at) if runs else []
    return {
        "runs_activities": bool(runs),
        "running": selectors.activities_now(runs, at) if runs else [],
        "coming": coming[: selectors.SHOWN],
        "more_coming": max(0, len(coming) - selectors.SHOWN),
        "lines": list_lines(user, at),
    }
