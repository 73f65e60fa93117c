"""Cards of activities, for the list and the home page: the next shift, its places and its state."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from wagtail.images.models import Rendition

from academy.activities.models import Activity, ActivityQuerySet, CountsAs, Role, Shift
from academy.activities.seats import heads_in_places
from academy.core import formats
from academy.core.look import STORED_COVERS, current_language
from academy.people.models import Volunteer

# Roles that do the work. The organiser gives each as many places as the work needs people; a class also has chairs.
WORKING = frozenset({CountsAs.VOLUNTEER, CountsAs.LEADER, CountsAs.INSTRUCTOR, CountsAs.ASSISTANT})
SHORT_BEFORE = dt.timedelta(days=3)
SHORT_OF = 5  # people; a larger gap is a plan that has just been published, or too many places by habit


@dataclass(frozen=True)
class Places:
    """A role in a shift with the number of places left."""

    role: Role
    left: int
    mine: bool  # the visitor, or a person they act for, has one


@dataclass(frozen=True)
class Card:
    """An activity with the shift that the reader looks for, which is the next one."""

    activity: Activity
    shift: Shift
    more: int  # further shifts to come
    running: bool
    mine: bool = False  # the visitor, or a person they act for, has a place in one of the shifts
    places: int | None = None  # in this shift; None where they change faster than the page
    left: int | None = None
    short_of: int = 0  # people whom the work still needs, if the shift begins soon and they are few

    @property
    def date_block(self) -> tuple[str, str, str]:
        """Day, month and weekday of the shift's start, in the language of the page."""
        return formats.day_in_parts(self.shift.date, current_language())

    @property
    def taken(self) -> int | None:
        """The places that are no longer free."""
        return None if self.places is None or self.left is None else self.places - self.left


def with_cards(
    activities: ActivityQuerySet, at: dt.datetime, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> ActivityQuerySet:
    """Fetch the rows of a card: the cover, and the shifts not over at `at`, from `since` to `until`."""
    shifts = Shift.objects.filter(ends_at__gt=max(at, since or at)).order_by("starts_at")
    if until is not None:
        shifts = shifts.filter(starts_at__lt=until)
    return with_covers(activities).prefetch_related(Prefetch("shifts", shifts))


def with_covers(activities: ActivityQuerySet) -> ActivityQuerySet:
    """Fetch the pictures with their sizes, in one statement more, or in none without a picture."""
    sizes = Rendition.objects.filter(filter_spec__in=STORED_COVERS)
    return activities.select_related("cover").prefetch_related(
        Prefetch("cover__renditions", sizes, to_attr="prefetched_renditions")
    )


def cards_of(activities: Iterable[Activity], *, at: dt.datetime) -> list[Card]:
    """Return the cards, without places, of activities from `with_cards`. For pages that are cached."""
    return [_card(activity, at) for activity in activities]


def cards_with_places(activities: Sequence[Activity], *, people: Iterable[Volunteer], at: dt.datetime) -> list[Card]:
    """Return the cards with their places, and those of `people` marked. Takes one statement."""
    places = places_in([shift for activity in activities for shift in activity.shifts.all()], people=people)
    return [_card(activity, at, places) for activity in activities]


def short_of_people(
    activities: ActivityQuerySet, at: dt.datetime, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[int]:
    """Return the ids of the activities whose card names how many people are missing. Takes two statements."""
    shifts = Shift.objects.filter(activity__in=activities.order_by().values("pk"), ends_at__gt=max(at, since or at))
    if until is not None:
        shifts = shifts.filter(starts_at__lt=until)
    first: dict[int, Shift] = {}
    for shift in shifts.filter(starts_at__lte=at + SHORT_BEFORE).order_by("starts_at"):
        first.setdefault(shift.activity_id, shift)
    places = places_in(list(first.values()), people=())
    return [pk for pk, shift in first.items() if _short_of(shift, places[shift.pk], at)]


def places_in(shifts: Sequence[Shift], *, people: Iterable[Volunteer]) -> dict[int, list[Places]]:
    """Return the places in each role of these shifts, by shift (id); `mine` are those of `people`.

    Takes one statement. No place is left in a role in which more people have one than it has places now.
    """
    sign_ups = "activity__shifts__sign_ups"
    of_role = Q(activity__shifts__sign_ups__role=F("pk"))
    live = of_role & Q(activity__shifts__sign_ups__cancelled_at=None)
    ours = Q(activity__shifts__sign_ups__volunteer__in=Volunteer.objects.all_with(people))
    roles = Role.objects.filter(activity__shifts__in=shifts).annotate(
        shift=F("activity__shifts"),
        taken=heads_in_places(sign_ups, of=of_role),
        own=Count(sign_ups, filter=live & ours),
        asks_courses=Exists(Role.courses.through.objects.filter(role=OuterRef("pk"))),
    )
    found: dict[int, list[Places]] = defaultdict(list)
    for role in roles:
        found[role.shift].append(Places(role, max(role.capacity - role.taken, 0), role.own > 0))
    return found


def _card(activity: Activity, at: dt.datetime, places: dict[int, list[Places]] | None = None) -> Card:
    shifts = list(activity.shifts.all())
    shift = shifts[0]
    card = Card(activity, shift, more=len(shifts) - 1, running=shift.starts_at <= at)
    if places is None:
        return card
    here = places[shift.pk]
    return replace(
        card,
        mine=any(place.mine for one in shifts for place in places[one.pk]),
        places=sum(place.role.capacity for place in here),
        left=sum(place.left for place in here),
        short_of=_short_of(shift, here, at),
    )


def _short_of(shift: Shift, places: Iterable[Places], at: dt.datetime) -> int:
    """Return how many people the work needs; 0 above `SHORT_OF`, or earlier than `SHORT_BEFORE`."""
    missing = sum(place.left for place in places if place.role.counts_as in WORKING)
    soon = at < shift.starts_at <= at + SHORT_BEFORE
    return missing if soon and missing <= SHORT_OF else 0
