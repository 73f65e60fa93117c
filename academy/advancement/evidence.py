"""Facts about people that the tiers ask for (T5), in one statement for any number of people (ADR 115)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from academy.activities.models import CountsAs, Kind, Role, SignUp
from academy.core.together import Together
from academy.hours.models import Category, HoursTotal, NamedRole, ServiceRecord
from academy.learning import tier_facts, tiers
from academy.learning.models import Course
from academy.people.models import Volunteer

ByTier = dict[str, Decimal]  # class hours
Counts = Callable[[], dict[int, int]]


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
    """Return where one person stands. One statement."""
    return standing_beside(volunteer, together=Together())()


def standing_beside(volunteer: Volunteer, *, together: Together) -> Callable[[], Standing]:
    """Return where one person stands, read with the other lists of a page."""
    person = volunteer.stays
    standings = _standings([person], community_id=person.community_id, together=together)
    return lambda: standings()[person.pk]


def standings_of(people: Collection[Volunteer], *, community_id: int) -> dict[int, Standing]:
    """Return the standing of these people of one community, by the id of the row that stays.

    Takes one statement.
    """
    return _standings([one.stays for one in people], community_id=community_id, together=Together())()


def _standings(people: list[Volunteer], *, community_id: int, together: Together) -> Callable[[], dict[int, Standing]]:
    curriculum = tier_facts.curriculum(community_id, together=together)
    tier_of = tier_facts.tiers(people, together=together)
    completed = tier_facts.completed(people, together=together)
    by_course = tier_facts.class_hours(people, together=together)
    totals = together.add(HoursTotal.objects.filter(volunteer__in=people), "volunteer", "service_minutes")
    practica, led, taught = (facts(people, together) for facts in (_practica, _led, _taught))

    def read() -> dict[int, Standing]:
        required, courses = curriculum()
        held, done, earned = tier_of(), completed(), _by_tier(by_course(), courses)
        pairs: Any = totals()
        minutes: dict[int, int] = dict(pairs)
        counts = practica(), led(), taught()
        found = {}
        for pk in (one.pk for one in people):
            record = tiers.Record(
                held=held.get(pk, ""),
                completed=frozenset(done.get(pk, ())),
                class_hours=earned.get(pk, {}),
                minutes=minutes.get(pk, 0),
                practica=counts[0].get(pk, 0),
                led=counts[1].get(pk, 0),
                taught=counts[2].get(pk, 0),
            )
            above = tiers.next_tier(record.held)
            lacks = tiers.missing(above, required=required[above], record=record) if above else []
            found[pk] = Standing(record, above, lacks, courses)
        return found

    return read


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


def _by_tier(earned: Mapping[int, tier_facts.ByCourse], courses: Mapping[str, Course]) -> dict[int, ByTier]:
    """Return the class hours of each person by the tier of the course, electives included."""
    tier_of = {course.pk: course.tier for course in courses.values()}
    found: dict[int, ByTier] = {}
    for person, by_course in earned.items():
        by_tier: dict[str, Decimal] = defaultdict(Decimal)
        for course, hours in by_course.items():
            if course in tier_of:
                by_tier[tier_of[course]] += hours
        found[person] = dict(by_tier)
    return found


def _practica(people: list[Volunteer], together: Together) -> Counts:
    """Return how many effective service records each person has in a role marked as practicum.

    A role that was named later replaces the one of the sign-up, as in counting (H9).
    """
    with_practicum = Role.objects.filter(practicum=True).order_by().values("activity")
    places, named = (
        together.add(
            facts.of_all(people).filter(shift__activity__in=with_practicum).with_person(),
            "pk",
            "person",
            "shift",
            "role__practicum",
        )
        for facts in (SignUp.objects.filter(cancelled_at=None), NamedRole.objects.all())
    )
    served = together.add(_served(people).filter(activity__in=with_practicum), "person", "shift")

    def read() -> dict[int, int]:
        marked: dict[tuple[int, int], bool] = {}
        for facts in (places, named):
            for _pk, person, shift, practicum in sorted(facts()):
                marked[person, shift] = bool(practicum)
        return _count((person, shift) for person, shift in served() if marked.get((person, shift)))

    return read


def _led(people: list[Volunteer], together: Together) -> Counts:
    """Return how many volunteer-initiated activities with effective hours each person led."""
    led = ServiceRecord.objects.effective().filter(
        minutes__gt=0, activity__volunteer_initiated=True, leader__in=Volunteer.objects.all_with(people)
    )
    rows = together.add(led.distinct(), "leader__merged_into", "leader", "activity")
    return lambda: _count((merged_into or pk, activity) for merged_into, pk, activity in rows())


def _taught(people: list[Volunteer], together: Together) -> Counts:
    """Return how many classes each person taught, by effective service as instructor (T7)."""
    taught = _served(people).filter(basis__counts_as=CountsAs.INSTRUCTOR.value, basis__kind=Kind.TRAINING.value)
    rows = together.add(taught, "person", "shift")
    return lambda: _count(rows())


def _served(people: list[Volunteer]) -> Any:
    records = ServiceRecord.objects.effective().of_all(people).filter(category=Category.SERVICE, minutes__gt=0)
    return records.with_person()


def _count(pairs: Any) -> dict[int, int]:
    """Return how many different second values each first value has."""
    found: dict[int, set[int]] = defaultdict(set)
    for person, thing in pairs:
        found[person].add(thing)
    return {person: len(things) for person, things in found.items()}
