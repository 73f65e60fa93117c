"""Changes since a filing: who came, who left, what moved (A1)."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core import formats
from academy.core.look import current_language
from academy.insurance.models import FiledPlace, Filing
from academy.insurance.snapshots import Place, Snapshot
from academy.people.models import Volunteer

CAME, LEFT, ROLE, MOVED, NEW_TIME, NO_TIME, PLACE, CANCELLED = (
    "came",
    "left",
    "role",
    "moved",
    "new_time",
    "no_time",
    "place",
    "cancelled",
)
_WORDS: dict[str, Any] = {
    CAME: _("joined"),
    LEFT: _("left the list"),
    ROLE: _("other role"),
    MOVED: _("time moved"),
    NEW_TIME: _("new shift"),
    NO_TIME: _("shift dropped"),
    PLACE: _("other place"),
    CANCELLED: _("The activity is cancelled."),
}


@dataclass(frozen=True)
class Change:
    """One change that the recipient of a filing has to hear."""

    kind: str
    person: Volunteer | None = None
    when: str = ""  # the shift
    was: str = ""
    now: str = ""

    @property
    def word(self) -> Any:
        return _WORDS[self.kind]


def changes_between(
    activity: Activity, filing: Filing, filed: Collection[FiledPlace], places: Collection[Place], now: Snapshot
) -> list[Change]:
    """Return the changes since the filing. A person who was merged is the one who stays."""
    if activity.cancelled_at is not None:
        # A filing that was noted after it has been told of it.
        return [] if filing.noted_at >= activity.cancelled_at else [Change(CANCELLED)]
    return [*_of_plan(filing, now), *_of_people(filed, places)]


def _of_plan(filing: Filing, now: Snapshot) -> Iterator[Change]:
    if filing.place != now.place:
        yield Change(PLACE, was=filing.place, now=now.place)
    for key in sorted({*filing.times, *now.times}, key=int):
        before, after = filing.times.get(key), now.times.get(key)
        if before is None and after is not None:
            yield Change(NEW_TIME, now=_when(after))
        elif after is None and before is not None:
            yield Change(NO_TIME, was=_when(before))
        elif before != after and before is not None and after is not None and _span(before) != _span(after):
            yield Change(MOVED, was=_when(before), now=_when(after))


def _of_people(filed: Collection[FiledPlace], places: Collection[Place]) -> Iterator[Change]:
    before = {(one.volunteer.stays.pk, one.shift_id): one for one in filed}
    after = {(one.person.pk, one.shift.pk): one for one in places}
    for key, place in after.items():
        if key not in before:
            yield Change(CAME, place.person, when=_shift(place.shift), now=place.role_name)
        elif before[key].role_name != place.role_name:
            yield Change(ROLE, place.person, when=_shift(place.shift), was=before[key].role_name, now=place.role_name)
    for key, row in before.items():
        if key not in after:
            yield Change(LEFT, row.volunteer.stays, when=_shift(row.shift), was=row.role_name)


def _shift(shift: Any) -> str:
    return _in_words(shift.starts_at, shift.ends_at)


def _when(span: list[str]) -> str:
    return _in_words(*_span(span))


def _span(span: list[str]) -> tuple[dt.datetime, dt.datetime]:
    start, end = map(dt.datetime.fromisoformat, span)
    return start, end


def _in_words(start: dt.datetime, end: dt.datetime) -> str:
    return formats.when(timezone.localtime(start), timezone.localtime(end), current_language())
