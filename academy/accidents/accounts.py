"""Accounts of an accident, and where a record stands: its clock, who was told, whether it is closed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.accidents.models import Accident, AccidentKey, Entry, HurtPerson
from academy.activities.models import Activity
from academy.core import encryption
from academy.insurance.cover import REPORT_HOURS, covering, policies_of
from academy.insurance.models import Policy
from academy.people.models import Volunteer

UNREADABLE = _("These words cannot be read with the keys of this server.")


@dataclass(frozen=True)
class Account:
    """The known facts of an accident. All but a first word can follow later."""

    what: str = ""
    place: str = ""
    others: str = ""  # hurt people who are no volunteers, by name
    done: str = ""
    ambulance: bool = False
    witnesses: str = ""


@dataclass(frozen=True)
class Line:
    """One entry in words, for the history."""

    entry: Entry
    account: Account | None
    hurt: list[Volunteer]
    words: str = ""
    number: str = ""


@dataclass(frozen=True)
class Clock:
    """Somebody who has to be told, the insurer or the platform, and the moment until which (A5)."""

    whom: Entry.Kind
    due_at: dt.datetime


@dataclass
class Standing:
    """An accident record as it stands: the latest account, and what was done about it."""

    accident: Accident
    policy: Policy | None = None
    lines: list[Line] = field(default_factory=list)

    def _latest(self, kind: str) -> Line | None:
        return next((line for line in reversed(self.lines) if line.entry.kind == kind), None)

    @property
    def latest(self) -> Line:
        """The latest account. A record begins with one."""
        found = self._latest(Entry.Kind.ACCOUNT)
        assert found is not None and found.account is not None
        return found

    @property
    def account(self) -> Account:
        return self.latest.account or Account()

    @property
    def insurer(self) -> Line | None:
        return self._latest(Entry.Kind.INSURER)

    @property
    def platform(self) -> Line | None:
        return self._latest(Entry.Kind.PLATFORM)

    @property
    def family(self) -> Line | None:
        return self._latest(Entry.Kind.FAMILY)

    @property
    def closed(self) -> Line | None:
        return self._latest(Entry.Kind.CLOSED)

    @property
    def happened_at(self) -> dt.datetime:
        return self.latest.entry.happened_at

    @property
    def is_complete(self) -> bool:
        return self.latest.entry.complete

    @property
    def due_at(self) -> dt.datetime:
        """The moment by which the insurer has to know (A5)."""
        return self.happened_at + dt.timedelta(hours=self.policy.report_hours if self.policy else REPORT_HOURS)

    @property
    def runs(self) -> bool:
        """Return whether the insurer's clock runs."""
        return self.insurer is None and self.closed is None

    @property
    def platform_due_at(self) -> dt.datetime:
        """The moment by which the higher platform has to know, where the community names one (A5)."""
        return self.happened_at + dt.timedelta(hours=REPORT_HOURS)

    @property
    def platform_runs(self) -> bool:
        """Return whether the platform's clock runs."""
        asks = bool(self.accident.activity.community.platform)
        return asks and self.platform is None and self.closed is None

    @property
    def clocks(self) -> list[Clock]:
        """The clocks that run, the one that is due first at the head."""
        running = [Clock(Entry.Kind.INSURER, self.due_at)] if self.runs else []
        if self.platform_runs:
            running.append(Clock(Entry.Kind.PLATFORM, self.platform_due_at))
        return sorted(running, key=lambda clock: clock.due_at)

    @property
    def names(self) -> list[str]:
        """The people hurt: volunteers by name, then the others."""
        others = [self.account.others] if self.account.others else []
        return [person.name for person in self.latest.hurt] + others


def standings_of(accidents: Iterable[Accident]) -> list[Standing]:
    """Return where each record stands. Four statements. The accidents have their activity at hand."""
    listed = list(accidents)
    standings = {one.pk: Standing(one) for one in listed}
    if not listed:
        return []
    entries = list(Entry.objects.filter(accident__in=standings).select_related("written_by__volunteer").order_by("pk"))
    hurt: dict[int, list[Volunteer]] = defaultdict(list)
    for row in HurtPerson.objects.filter(entry__in=entries).select_related("volunteer__merged_into").order_by("pk"):
        hurt[row.entry_id].append(row.volunteer.stays)
    keys = dict(AccidentKey.objects.filter(accident__in=standings).values_list("accident", "wrapped"))
    for entry in entries:
        standings[entry.accident_id].lines.append(_line(entry, keys[entry.accident_id], hurt[entry.pk]))
    policies = policies_of({one.activity.community_id for one in listed})
    for standing in standings.values():
        standing.policy = covering(policies, standing.accident.activity, timezone.localdate(standing.happened_at))
    return list(standings.values())


def standing_of(accident: Accident) -> Standing:
    """Return where one record stands."""
    return standings_of([accident])[0]


def of_activity(activity: Activity) -> list[Standing]:
    """Return the records of an activity, the latest first."""
    return standings_of(Accident.objects.filter(activity=activity).select_related("activity__community"))


def _line(entry: Entry, wrapped: bytes | memoryview, hurt: list[Volunteer]) -> Line:
    try:
        data: dict[str, Any] = encryption.decrypt(wrapped, entry.encrypted)
    except encryption.DecryptionError:
        data = {"what" if entry.kind == Entry.Kind.ACCOUNT else "words": str(UNREADABLE)}
    if entry.kind == Entry.Kind.ACCOUNT:
        return Line(entry, Account(**data), hurt)
    return Line(entry, None, [], words=data.get("words", ""), number=data.get("number", ""))
