"""Certificates without hours: what somebody could get today, and why not (P9, T5, S1)."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

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
    today = timezone.localdate(at)
    return [award for make in MAKERS.values() for award in make(volunteer, today)]


def offered_awards(
    people: Iterable[Volunteer], certificates: Iterable[Certificate], *, at: dt.datetime
) -> list[tuple[Volunteer, Award]]:
    """Return what these people could get and do not have yet among their `certificates`."""
    held = {(one.volunteer.stays.pk, one.source) for one in certificates if not hasattr(one, "closure")}
    return [
        (person, award)
        for person in people
        for award in awards_of(person, at=at)
        if award.refusal is None and (person.pk, award.source) not in held
    ]


def _day(day: dt.date) -> str:
    return formats.day(day, "zh-hans", year=True)


def _completions(volunteer: Volunteer, today: dt.date) -> Iterator[Award]:
    """Yield the courses that the person completed or studies, each with its latest completion."""
    attended = {one.course_id: one for one in Attendance.objects.of(volunteer).select_related("version").order_by("pk")}
    read = {
        one.course_id: one for one in CourseCompletion.objects.of(volunteer).select_related("version").order_by("pk")
    }
    studied = set(Enrolment.objects.of(volunteer).values_list("course", flat=True))
    expiries = dict(Qualification.objects.of(volunteer).order_by("expires_on").values_list("course", "expires_on"))
    courses = Course.objects.filter(pk__in={*attended, *read, *studied}).select_related("community")
    for course in courses.order_by("title", "pk"):
        class_, reading = attended.get(course.pk), read.get(course.pk)
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
        refusal = REASONS.get(entitlement.no_completion(training, today))
        expiry = expiries.get(course.pk)
        yield Award(
            kind=PaperKind.COMPLETION,
            source=f"completion:{course.pk}:{done_on.isoformat() if done_on else ''}",
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
            refusal=refusal,
        )


def _tiers(volunteer: Volunteer, today: dt.date) -> Iterator[Award]:
    reached = dict(TierAward.objects.of(volunteer).values_list("tier", "awarded_on"))
    for tier, word in TIER_WORDS.items():
        awarded_on = reached.get(tier)
        yield Award(
            kind=PaperKind.TIER,
            source=f"tier:{tier}",
            subject=word,
            day=awarded_on,
            facts={"tier": word, "done_on": _day(awarded_on) if awarded_on else ""},
            refusal=REASONS.get(entitlement.no_tier(awarded_on, today)),
        )


def _stars(volunteer: Volunteer, today: dt.date) -> Iterator[Award]:
    """Yield the highest stars that were awarded."""
    rating = StarRating.objects.of(volunteer).accepted().order_by("-stars", "pk").first()
    decided_on = timezone.localdate(rating.decided_at) if rating and rating.decided_at else None
    stars = rating.stars if rating else 0
    yield Award(
        kind=PaperKind.STARS,
        source=f"stars:{stars}",
        subject=STAR_WORDS[stars] or "星级",
        day=decided_on,
        facts={"stars": STAR_WORDS[stars], "done_on": _day(decided_on) if decided_on else ""},
        refusal=REASONS.get(entitlement.no_stars(stars, decided_on, today)),
    )


def _commendations(volunteer: Volunteer, today: dt.date) -> Iterator[Award]:
    for one in Commendation.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.stays.pk)):
        yield Award(
            kind=PaperKind.COMMENDATION,
            source=f"commendation:{one.pk}",
            subject=one.title,
            day=one.given_on,
            facts={"honour": one.title, "done_on": _day(one.given_on)},
            # The reason may name other people: it goes with the person's data, and no public page shows it.
            private={"reason": one.text},
            refusal=REASONS.get(entitlement.no_commendation(one.given_on, one.text, today)),
        )


# The makers of the awards of a kind.
MAKERS: Final[dict[str, Callable[[Volunteer, dt.date], Iterator[Award]]]] = {
    PaperKind.COMPLETION: _completions,
    PaperKind.TIER: _tiers,
    PaperKind.STARS: _stars,
    PaperKind.COMMENDATION: _commendations,
}
