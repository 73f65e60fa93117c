"""People with something to certify besides hours, for tests."""

import datetime as dt
from typing import Any

from academy.advancement import services as advancement
from academy.advancement.models import StarRating
from academy.certificates import awarding
from academy.certificates.models import Certificate
from academy.learning import attendance, awards, services
from academy.learning.models import Course
from academy.people.models import Volunteer
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene

LESSONS = ("判断与呼救", "胸外按压", "使用 AED")
REASON = "照顾独居的刘奶奶整整一年"


def publish_course(scene: Scene, key: str = "aid", lessons: tuple[str, ...] = LESSONS, **fields: Any) -> Course:
    written = [
        {"key": f"{key}-{place}", "title": title, "class_hours": "1.5", "body": ""}
        for place, title in enumerate(lessons)
    ]
    given = {"tier": "intermediate", "required": True, **fields}
    return services.publish_course(
        community=scene.community, key=key, title="心肺复苏与 AED", lessons=written, by=None, at=ISSUED_AT, **given
    ).course


def complete_class(scene: Scene, volunteer: Volunteer, course: Course, *, day: dt.date = SATURDAY) -> None:
    attendance.record_attendance(
        volunteer=volunteer,
        course=course,
        source=f"run:{day}",
        title="急救班",
        organiser="街道红十字会",
        held_on=day,
        minutes=200,
        at=ISSUED_AT,
    )


def give_all(scene: Scene, volunteer: Volunteer) -> None:
    """Complete a course, award a tier and three stars, and commend the volunteer."""
    complete_class(scene, volunteer, publish_course(scene))
    awards.award_tier(volunteer=volunteer, tier="beginner", evidence={}, by=scene.social_worker, at=ISSUED_AT)
    StarRating.objects.create(
        volunteer=volunteer,
        stars=3,
        standing={},
        asked_by=scene.social_worker,
        asked_at=ISSUED_AT,
        decided_by=scene.leading,
        decided_at=ISSUED_AT,
        accepted=True,
    )
    advancement.commend(
        volunteer=volunteer,
        title="敬老之星",
        text=REASON,
        given_on=SATURDAY,
        by=scene.social_worker,
        at=ISSUED_AT,
    )


def issue(scene: Scene, volunteer: Volunteer, source: str, **kwargs: Any) -> Any:
    given = {"by": scene.social_worker, "at": ISSUED_AT, **kwargs}
    return awarding.issue_award(volunteer=volunteer, source=source, **given)


def issued(answer: Any) -> Certificate:
    assert isinstance(answer, Certificate), answer
    return answer
