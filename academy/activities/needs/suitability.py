"""People beside the roles of an activity: all that is missing, read once for all of them (T3).

`services.sign_up` asks for one person, the activity's page for the visitor's people, the back office for one of the
roll. `judging` compares, `reasons` words.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from django.utils import timezone

from academy.activities.models import Activity, CountsAs, Role, Shift
from academy.activities.needs import facts, judging
from academy.activities.needs.exception_models import NeedException
from academy.activities.needs.judging import Needs, Record, UnmetNeed
from academy.agreements import services as agreements
from academy.agreements.models import Agreement, Signature
from academy.families import guardians
from academy.learning import locks
from academy.learning.models import Course, CourseCompletion
from academy.people import ages
from academy.people.models import Consent, Volunteer
from academy.rulebook.models import RuleSet, Timelines


class Suitability:
    """People beside roles of one activity, or of several that ask for the same besides.

    Each fact is read once, when it is first needed.
    """

    def __init__(self, activity: Activity, *, people: Collection[Volunteer], roles: Collection[Role]) -> None:
        self.activity, self.roles = activity, list(roles)
        self.people = {person.stays.pk: person.stays for person in people}
        self.readable: dict[int, bool] = {}  # courses with an open lesson, as far as `reasons` has asked
        self._first: dict[tuple[int, int], tuple[int, ...]] = {}
        self._taught: dict[int, Course] = {}
        self._asked_by_rules: dict[dt.date, bool] = {}

    def unmet_needs(
        self, person: Volunteer, shift: Shift, role: Role, *, signs: bool = True, excepted: bool = True
    ) -> list[UnmetNeed]:
        """Return everything that stands between this person and this role in this shift.

        `signs`: False where the leader hands out the agreement at the place. `excepted`: False shows also what an
        exception lifts.
        """
        person = person.stays
        day, begins = shift.date, timezone.localtime(shift.starts_at).time()
        wanted = self._needs(role, day, signs=signs)
        learnt = self._learnt[person.pk]
        record = Record(
            birth_date=person.birth_date,
            suspended=person.is_suspended,
            consents=not ages.is_minor(person.birth_date, day) or self._has_consent(person, shift),
            signed=not wanted.agreement or self.agreement is None or person.pk in self._signers,
            held=tuple(learnt.held),
            first=self._courses_first(person, shift, role),
            tiers=learnt.tiers,
        )
        found = judging.unmet_needs(wanted, record, day=day, begins=begins)
        if excepted and any(one.is_liftable for one in found) and (role.pk, person.pk) in self._exceptions:
            return judging.unmet_needs(wanted, replace(record, excepted=True), day=day, begins=begins)
        return found

    def course(self, pk: int) -> Course:
        """Return a course that `unmet_needs` names."""
        return self._asked.courses.get(pk) or self._taught[pk]

    def courses_of(self, role: Role) -> list[Course]:
        """Return the courses that the role asks for, by title."""
        return [self._asked.courses[need.course] for need in self._asked.of_role.get(role.pk, ())]

    @cached_property
    def agreement(self) -> Agreement | None:
        """The agreement that people sign today."""
        return agreements.agreement_in_force(self.activity.community_id)

    def asks_agreement(self, role: Role, day: dt.date) -> bool:
        """Return whether the role, or the community's rules, ask for the signed agreement (A3)."""
        if role.needs_agreement:
            return True
        if day not in self._asked_by_rules:
            may_ask = self.activity.dangerous or self.activity.home_visit  # else no rules are read
            self._asked_by_rules[day] = may_ask and agreements.is_needed(
                self.activity.community_id,
                dangerous=self.activity.dangerous,
                home_visit=self.activity.home_visit,
                day=day,
                rules=self._rules,
            )
        return self._asked_by_rules[day]

    @cached_property
    def _rules(self) -> Timelines:
        return RuleSet.objects.timelines([self.activity.community_id])

    def _needs(self, role: Role, day: dt.date, *, signs: bool) -> Needs:
        return Needs(
            courses=tuple(self._asked.of_role.get(role.pk, ())),
            tier=role.tier,
            min_age=role.min_age,
            max_age=role.max_age,
            agreement=signs and self.asks_agreement(role, day),
            dangerous=self.activity.dangerous,
            minors_until=self.activity.minors_until,
        )

    @cached_property
    def _asked(self) -> facts.AskedCourses:
        return facts.courses_of(self.roles)

    @cached_property
    def _learnt(self) -> dict[int, facts.Learnt]:
        tiers = any(role.tier for role in self.roles)
        return facts.learnt_by(list(self.people.values()), courses=self._asked.wanted, tiers=tiers)

    @cached_property
    def _signers(self) -> set[int]:
        signed = Signature.objects.of_all(self.people.values()).filter(agreement=self.agreement).with_person()
        return set(signed.order_by().values_list("person", flat=True))

    @cached_property
    def _exceptions(self) -> set[tuple[int, int]]:
        given = NeedException.objects.of_all(self.people.values()).accepted()
        given = given.filter(role__in=[role.pk for role in self.roles], revoked=None)
        return set(given.with_person().order_by().values_list("role", "person"))

    @cached_property
    def _consents(self) -> guardians.MinorsConsents:
        return guardians.MinorsConsents(self.people.values())

    def deciding_consent(self, person: Volunteer, shift: Shift) -> Consent | None:
        """Return the guardian's latest answer for the activity of the shift, or for all."""
        return self._consents.deciding(person, activity_id=shift.activity_id)

    def _has_consent(self, person: Volunteer, shift: Shift) -> bool:
        # A guardian may agree to one activity alone: that of the shift.
        return self._consents.cover(person, activity_id=shift.activity_id, day=shift.date)

    def _courses_first(self, person: Volunteer, shift: Shift, role: Role) -> tuple[int, ...]:
        """Return the missing courses before the one that the shift teaches to learners.

        A person who has completed the taught course already renews it, and needs no other one (`locks`).
        """
        if shift.teaches is None or role.counts_as != CountsAs.LEARNER:
            return ()
        key = (person.pk, shift.teaches_id)
        if key not in self._first:
            lacking = locks.missing_courses(person, shift.teaches)
            if lacking and CourseCompletion.objects.of(person).filter(course=shift.teaches).exists():
                lacking = []
            self._taught |= {course.pk: course for course in lacking}
            self._first[key] = tuple(course.pk for course in lacking)
        return self._first[key]
