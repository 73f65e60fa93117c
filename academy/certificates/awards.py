"""Certificates without hours: what somebody could get today, and why not (P9, T5, S1)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any, Final

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.advancement.models import Commendation, StarRating
from academy.certificates import entitlement
from academy.certificates.entitlement import Training
from academy.certificates.models import Certificate
from academy.core import formats
from academy.core.refusals import Refusal
from academy.designs.models import PaperKind
from academy.learning.award_models import Attendance, Qualification, TierAward
from academy.learning.models import Course, CourseCompletion, CourseVersion, Enrolment, Tier
from academy.people.models import Volunteer

CLASS_HOUR = 45  # minutes (T4)
TIER_WORDS = {Tier.BEGINNER.value: "初级", Tier.INTERMEDIATE.value: "中级", Tier.ADVANCED.value: "高级"}
STAR_WORDS = ("", "一星级", "二星级", "三星级", "四星级", "五星级")

# The reasons of `entitlement`, in sentences.
REASONS = {
    "not_completed": Refusal("not_completed", _("The course is not completed yet.")),
    "no_learning_time": Refusal(
        "no_learning_time", _("The course states no learning time. Ask its trainer to enter the class hours.")
    ),
    "no_main_content": Refusal("no_main_content", _("The course has no lessons that could stand as its main content.")),
    "no_organiser": Refusal("no_organiser", _("The class names no organiser. Enter the organiser first.")),
    "tier_not_reached": Refusal(
        "tier_not_reached", _("This tier is not reached yet. The page of the tiers shows the missing steps.")
    ),
    "stars_not_awarded": Refusal(
        "stars_not_awarded", _("No stars are awarded yet. They are applied for on the page of the stars.")
    ),
    "not_given_yet": Refusal(
        "not_given_yet", _("The day of this commendation is still to come. Issue it from that day on.")
    ),
    "no_reason": Refusal("no_reason", _("The commendation says no reason. Record it again with one.")),
}


# The public facts in words, for pages; the paper says them in its template.
FACT_WORDS = {
    "course": _("Course"),
    "main_content": _("Main content"),
    "class_hours": _("Class hours"),
    "learning_time": _("Learning time"),
    "organiser": _("Organiser"),
    "done_on": _("Date"),
    "valid_until": _("Valid until"),
    "tier": _("Tier"),
    "stars": _("Stars"),
    "honour": _("Title of honour"),
    "recipient": _("Unit thanked"),
    "contribution": _("Its contribution"),
}


@dataclass(frozen=True)
class Award:
    """A fact that a certificate could state. `facts` are public, `private` stands on the paper alone."""

    kind: str
    source: str  # the fact's name, such as ``tier:beginner``: it has one valid certificate of each unit
    subject: str  # for lists: the course, the tier …
    day: dt.date | None
    facts: dict[str, str] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)
    organiser: str = ""  # of the class, if one held it
    refusal: Refusal | None = None  # why there is no certificate

    @property
    def kind_words(self) -> str:
        """The kind in words."""
        return str(PaperKind(self.kind).label)


def awards_of(volunteer: Volunteer, *, at: dt.datetime) -> list[Award]:
    """Return what certificates could state of this person, and what not yet, with its reason."""
    return awards_of_each([volunteer], at=at)[volunteer.stays.pk]


def awards_of_each(
    people: Sequence[Volunteer], *, at: dt.datetime, kinds: Iterable[str] = ()
) -> dict[int, list[Award]]:
    """Return the awards of each of these people by the id of the one who stays, of all kinds by default.

    The statements are as many for a thousand people as for one.
    """
    today, found = timezone.localdate(at), defaultdict[int, list[Award]](list)
    for kind in tuple(kinds) or MAKERS:
        for person, award in MAKERS[kind](people, today):
            found[person].append(award)
    return found


def offered_awards(
    people: Sequence[Volunteer], certificates: Iterable[Certificate], *, at: dt.datetime
) -> list[tuple[Volunteer, Award]]:
    """Return what these people could get and do not have yet among their `certificates`."""
    held = {(one.volunteer.stays.pk, one.source) for one in certificates if not hasattr(one, "closure")}
    found = awards_of_each(people, at=at)
    return [
        (person, award)
        for person in people
        for award in found[person.pk]
        if award.refusal is None and (person.pk, award.source) not in held
    ]


def _day(day: dt.date) -> str:
    return formats.day(day, "zh-hans", year=True)


def _completions(people: Sequence[Volunteer], today: dt.date) -> Iterator[tuple[int, Award]]:
    """Yield the courses that each person completed or studies, each with its latest completion."""
    attended = _latest(Attendance.objects.of_all(people).select_related("version"))
    read = _latest(CourseCompletion.objects.of_all(people).select_related("version"))
    studied = set(Enrolment.objects.of_all(people).with_person().values_list("person", "course"))
    terms = Qualification.objects.of_all(people).with_person().order_by("expires_on")
    expiries = {(person, course): day for person, course, day in terms.values_list("person", "course", "expires_on")}
    known = {*attended, *read, *studied}
    courses = Course.objects.filter(pk__in={course for _person, course in known}).select_related("community")
    places = {course.pk: (place, course) for place, course in enumerate(courses.order_by("title", "pk"))}
    for person, pk in sorted(known, key=lambda one: (one[0], places[one[1]][0])):
        course = places[pk][1]
        class_, reading = attended.get((person, pk)), read.get((person, pk))
        version: CourseVersion | None = class_.version if class_ else reading.version if reading else None
        done_on = class_.held_on if class_ else timezone.localdate(reading.completed_at) if reading else None
        class_hours = class_.class_hours if class_ else version.class_hours if version else Decimal(0)
        training = Training(
            completed_on=done_on,
            title=version.title if version else course.title,
            main_content="、".join(lesson["title"] for lesson in version.lessons) if version else "",
            minutes=class_.minutes if class_ else int(class_hours * CLASS_HOUR),
            organiser=class_.organiser if class_ else course.community.name,
        )
        expiry = expiries.get((person, pk))
        yield (
            person,
            Award(
                kind=PaperKind.COMPLETION,
                source=f"completion:{pk}:{done_on.isoformat() if done_on else ''}",
                subject=training.title,
                day=done_on,
                facts={
                    "course": training.title,
                    "main_content": training.main_content,
                    "class_hours": f"{class_hours.normalize():f}",
                    "learning_time": formats.duration(training.minutes, "zh-hans"),
                    "organiser": training.organiser,
                    "done_on": _day(done_on) if done_on else "",
                    **({"valid_until": _day(expiry - dt.timedelta(days=1))} if expiry else {}),
                },
                organiser=class_.organiser if class_ else "",
                refusal=REASONS.get(entitlement.no_completion(training, today)),
            ),
        )


def _latest(facts: Any) -> dict[tuple[int, int], Any]:
    """Return the latest of these facts, by person and course."""
    return {(one.person, one.course_id): one for one in facts.with_person().order_by("pk")}


def _tiers(people: Sequence[Volunteer], today: dt.date) -> Iterator[tuple[int, Award]]:
    rows = TierAward.objects.of_all(people).with_person().values_list("person", "tier", "awarded_on")
    reached = {(person, tier): awarded_on for person, tier, awarded_on in rows}
    for volunteer, (tier, word) in product(people, TIER_WORDS.items()):
        person = volunteer.stays.pk
        awarded_on = reached.get((person, tier))
        award = Award(
            kind=PaperKind.TIER,
            source=f"tier:{tier}",
            subject=word,
            day=awarded_on,
            facts={"tier": word, "done_on": _day(awarded_on) if awarded_on else ""},
            refusal=REASONS.get(entitlement.no_tier(awarded_on, today)),
        )
        yield person, award


def _stars(people: Sequence[Volunteer], today: dt.date) -> Iterator[tuple[int, Award]]:
    """Yield the highest stars that were awarded to each."""
    ratings: dict[int, StarRating] = {}
    for rating in StarRating.objects.of_all(people).accepted().with_person().order_by("-stars", "pk"):
        ratings.setdefault(rating.person, rating)
    for volunteer in people:
        person = volunteer.stays.pk
        found = ratings.get(person)
        decided_on = timezone.localdate(found.decided_at) if found and found.decided_at else None
        stars = found.stars if found else 0
        award = Award(
            kind=PaperKind.STARS,
            source=f"stars:{stars}",
            subject=STAR_WORDS[stars] or "星级",
            day=decided_on,
            facts={"stars": STAR_WORDS[stars], "done_on": _day(decided_on) if decided_on else ""},
            refusal=REASONS.get(entitlement.no_stars(stars, decided_on, today)),
        )
        yield person, award


def _commendations(people: Sequence[Volunteer], today: dt.date) -> Iterator[tuple[int, Award]]:
    given = Commendation.objects.filter(volunteer__in=Volunteer.objects.all_with(people))
    for one in given.annotate(person=Coalesce("volunteer__merged_into", "volunteer")):
        award = Award(
            kind=PaperKind.COMMENDATION,
            source=f"commendation:{one.pk}",
            subject=one.title,
            day=one.given_on,
            facts={"honour": one.title, "done_on": _day(one.given_on)},
            # The reason may name other people: it goes with the person's data, and no public page shows it.
            private={"reason": one.text},
            refusal=REASONS.get(entitlement.no_commendation(one.given_on, one.text, today)),
        )
        yield one.person, award


# The makers of the awards of a kind: each yields the person who stays, with an award.
MAKERS: Final[dict[str, Callable[[Sequence[Volunteer], dt.date], Iterator[tuple[int, Award]]]]] = {
    PaperKind.COMPLETION: _completions,
    PaperKind.TIER: _tiers,
    PaperKind.STARS: _stars,
    PaperKind.COMMENDATION: _commendations,
}
