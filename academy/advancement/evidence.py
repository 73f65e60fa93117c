"""Facts about people that the tiers ask for (T5), in as many statements for many as for one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from academy.activities.models import CountsAs, Kind, SignUp
from academy.hours.models import Category, HoursTotal, NamedRole, ServiceRecord
from academy.learning import attendance, awards, tiers
from academy.learning.models import Course, CourseCompletion
from academy.people.models import Volunteer


@dataclass(frozen=True)
class Standing:
    """A person's tier, the next one, and all that is missing for it."""

    record: tiers.Record
    next_tier: str  # empty at the top
    missing: list[tiers.Missing]
    courses: Mapping[str, Course] = field(default_factory=dict)  # the published courses by key

    @property
    def is_due(self) -> bool:
        """True if nothing is missing for the next tier, so that the promotion can be proposed."""
        return bool(self.next_tier) and not self.missing


def standing_of(volunteer: Volunteer) -> Standing:
    """Return where one person stands."""
    return standings_of([volunteer], community_id=volunteer.stays.community_id)[volunteer.stays.pk]


def standings_of(people: Collection[Volunteer], *, community_id: int) -> dict[int, Standing]:
    """Return the standing of these people of one community, by the id of the row that stays.

    Takes eleven statements at most.
    """
    required, courses = awards.curriculum_of(community_id)
    found = {}
    for pk, record in _records_of(people, courses).items():
        above = tiers.next_tier(record.held)
        lacks = tiers.missing(above, required=required[above], record=record) if above else []
        found[pk] = Standing(record, above, lacks, courses)
    return found


def as_evidence(standing: Standing) -> dict[str, Any]:
    """Return the standing as JSON, to be frozen with the award."""
    record = standing.record
    required = sorted(record.completed & standing.courses.keys())
    return {
        "tier": standing.next_tier,
        "courses": [
            {"key": key, "title": standing.courses[key].title}
            for key in required
            if standing.courses[key].tier == standing.next_tier
        ],
        "class_hours": str(record.class_hours.get(standing.next_tier, Decimal(0))),
        "minutes": record.minutes,
        "practica": record.practica,
        "led": record.led,
        "taught": record.taught,
    }


def _records_of(people: Collection[Volunteer], courses: Mapping[str, Course]) -> dict[int, tiers.Record]:
    people = [one.stays for one in people]
    held = awards.tiers_of(people)
    completed: dict[int, set[str]] = defaultdict(set)
    done = CourseCompletion.objects.of_all(people).with_person().values_list("person", "course__key")
    for person, key in done:
        completed[person].add(key)
    hours = _class_hours_of(people, courses)
    totals = dict(HoursTotal.objects.filter(volunteer__in=people).values_list("volunteer", "service_minutes"))
    above = {tiers.next_tier(held.get(one.pk, "")) for one in people}
    practica = _practica_of(people) if tiers.INTERMEDIATE in above else {}
    led = _led_of(people) if tiers.ADVANCED in above else {}
    taught = _taught_of(people) if tiers.ADVANCED in above else {}
    return {
        one.pk: tiers.Record(
            held=held.get(one.pk, ""),
            completed=frozenset(completed[one.pk]),
            class_hours=hours.get(one.pk, {}),
            minutes=totals.get(one.pk, 0),
            practica=practica.get(one.pk, 0),
            led=led.get(one.pk, 0),
            taught=taught.get(one.pk, 0),
        )
        for one in people
    }


def _class_hours_of(people: list[Volunteer], courses: Mapping[str, Course]) -> dict[int, dict[str, Decimal]]:
    """Return the class hours of each person by the tier of the course, electives included."""
    tier_of = {course.pk: course.tier for course in courses.values()}
    found: dict[int, dict[str, Decimal]] = {}
    for person, by_course in attendance.class_hours_of(people).items():
        by_tier: dict[str, Decimal] = defaultdict(Decimal)
        for course, hours in by_course.items():
            if course in tier_of:
                by_tier[tier_of[course]] += hours
        found[person] = dict(by_tier)
    return found


def _practica_of(people: list[Volunteer]) -> dict[int, int]:
    """Return how many effective service records each person has in a role marked as practicum.

    A role that was named later replaces the one of the sign-up, as in counting (H9).
    """
    places = SignUp.objects.of_all(people).filter(cancelled_at=None).with_person()
    named = NamedRole.objects.of_all(people).with_person()
    marked: dict[tuple[int, int], bool] = {}
    for facts in (places, named):
        for person, shift, practicum in facts.order_by("pk").values_list("person", "shift", "role__practicum"):
            marked[person, shift] = practicum
    shifts = {shift for (_person, shift), practicum in marked.items() if practicum}
    if not shifts:
        return {}
    return _count(
        (person, shift)
        for person, shift in _served(people).filter(shift__in=shifts).values_list("person", "shift")
        if marked.get((person, shift))
    )


def _led_of(people: list[Volunteer]) -> dict[int, int]:
    """Return how many volunteer-initiated activities with effective hours each person led."""
    led = ServiceRecord.objects.effective().filter(
        minutes__gt=0, activity__volunteer_initiated=True, leader__in=Volunteer.objects.all_with(people)
    )
    pairs = led.values_list("leader__merged_into", "leader", "activity").order_by().distinct()
    return _count((merged_into or pk, activity) for merged_into, pk, activity in pairs)


def _taught_of(people: list[Volunteer]) -> dict[int, int]:
    """Return how many classes each person taught, by effective service as instructor (T7)."""
    taught = _served(people).filter(basis__counts_as=CountsAs.INSTRUCTOR.value, basis__kind=Kind.TRAINING.value)
    return _count(taught.values_list("person", "shift"))


def _served(people: list[Volunteer]) -> Any:
    records = ServiceRecord.objects.effective().of_all(people).filter(category=Category.SERVICE, minutes__gt=0)
    return records.with_person().order_by()


def _count(pairs: Any) -> dict[int, int]:
    """Return how many different second values each first value has."""
    found: dict[int, set[int]] = defaultdict(set)
    for person, thing in pairs:
        found[person].add(thing)
    return {person: len(things) for person, things in found.items()}
