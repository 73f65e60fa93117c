"""One message for each person about all their dates that a change moves or cancels."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext

from academy.activities.concerned import Place
from academy.activities.message_kinds import CHANGE
from academy.activities.models import Shift
from academy.activities.responsible import Responsible
from academy.core import formats
from academy.core.look import current_language
from academy.core.sentences import join_sentences
from academy.messaging.kinds import WORK
from academy.messaging.services import Draft, send_all
from academy.people.models import Volunteer
from academy.rotas.models import Series

Span = tuple[dt.datetime, dt.datetime]
NAMED = 3  # dates; the others are counted


@dataclass
class _Mine:
    """The changes for one person."""

    person: Volunteer
    moved: list[tuple[Span, Span]] = field(default_factory=list)
    places: set[tuple[str, str]] = field(default_factory=set)
    cancelled: list[Span] = field(default_factory=list)
    in_charge: Responsible | None = None  # of a person without a place

    def until(self) -> dt.datetime | None:
        """Return the end of the last of these dates: until then the news is of use."""
        return max((end for _start, end in [*(new for _old, new in self.moved), *self.cancelled]), default=None)


class Notices:
    """Collects what changes for whom, and sends each person one message."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._of: dict[int, _Mine] = {}

    def also(self, in_charge: Iterable[Responsible], people: list[Place]) -> list[Place]:
        """Return the people, and those in charge besides, who are noted as such."""
        others = [one for one in in_charge if one.person.pk not in {person.pk for person, _shifts in people}]
        for one in others:
            self._of.setdefault(one.person.pk, _Mine(one.person, in_charge=one))
        return [*people, *((one.person, []) for one in others)]

    def moved(self, people: Iterable[Place], spans: tuple[Span, Span], places: tuple[str, str]) -> None:
        """Note that a date of these people has another time or place."""
        for person, shifts in people:
            mine = self._mine_of(person, shifts)
            mine.moved.append(spans)
            if places[0] != places[1]:
                mine.places.add(places)

    def cancelled(self, people: Iterable[Place], span: Span) -> None:
        """Note that a date of these people no longer takes place."""
        for person, shifts in people:
            self._mine_of(person, shifts).cancelled.append(span)

    def _mine_of(self, person: Volunteer, shifts: Iterable[Shift]) -> _Mine:
        mine = self._of.setdefault(person.pk, _Mine(person))
        if shifts:
            mine.in_charge = None
        return mine

    def send(self, series: Series, *, at: dt.datetime) -> list[Volunteer]:
        """Send the messages, and return the people with a place, or who wait for one."""
        key, path = f"series:{series.pk}:{at.timestamp():.3f}", reverse("rotas:rota", args=[series.pk])
        drafts = [
            Draft(
                WORK if mine.in_charge else CHANGE,
                mine.person,
                key,
                _text(title=self.title, mine=mine),
                path,
                event=f"series:{series.pk}",
                until=mine.until(),
            )
            for mine in self._of.values()
        ]
        if drafts:
            send_all(drafts, at=at)
        return [mine.person for mine in self._of.values() if mine.in_charge is None]


def _written(*, title: str, mine: _Mine) -> str:
    """Return the message in the active language."""
    parts = []
    if mine.moved:
        times = [_when(new) if old == new else f"{_when(old)} → {_when(new)}" for old, new in sorted(mine.moved)]
        parts.append(gettext("“%(title)s” changes: %(times)s.") % {"title": _quoted(title), "times": _listed(times)})
        if mine.places:
            places = "; ".join(f"{old} → {new}" for old, new in sorted(mine.places))
            parts.append(gettext("Place: %(places)s.") % {"places": places})
        if mine.in_charge is None:
            parts.append(gettext("Your places stay. If you cannot come, give them back."))
    if mine.cancelled:
        times = [_when(span) for span in sorted(mine.cancelled)]
        sentence = gettext("“%(title)s” does not take place: %(times)s. You need not come.")
        parts.append(sentence % {"title": _quoted(title), "times": _listed(times)})
    if mine.in_charge is not None and mine.in_charge.unit:
        parts.append(gettext("Please tell the people of %(unit)s.") % {"unit": mine.in_charge.unit})
    elif mine.in_charge is not None:
        parts.append(gettext("You lead these dates."))
    return join_sentences(parts)


_text = lazy(_written, str)


def _quoted(title: str) -> str:
    return formats.inner_quotes(title)


def _when(span: Span) -> str:
    return formats.when(timezone.localtime(span[0]), timezone.localtime(span[1]), current_language())


def _listed(times: list[str]) -> str:
    more = len(times) - NAMED
    if more <= 0:
        return "; ".join(times)
    counted = ngettext("and %(count)s more date", "and %(count)s more dates", more) % {"count": more}
    return f"{'; '.join(times[:NAMED])}; {counted}"
