"""Pages of the desk and of authors, and more pages, which tests open in one dress."""

import datetime as dt
from typing import Any

from academy.accidents.models import Accident
from academy.activities.models import Role
from academy.activities.waiting.models import WaitingEntry
from academy.certificates.batch_models import Batch
from academy.certificates.letter_models import Letter
from academy.certificates.models import Certificate
from academy.classes.models import CourseRun
from academy.designs.models import Design
from academy.learning.models import CourseVersion
from academy.people.models import Volunteer
from cms.models import CoursePage, LessonPage
from demo import accounts, classes
from tests.e2e.faces import LEADER, NOBODY, SOCIAL_WORKER, VOLUNTEER, Pages

ADMINISTRATOR = accounts.ADMINISTRATOR.phone

OFFICE: Pages = {
    VOLUNTEER: [
        "/course/cpr-and-aed/",  # which a class completes
        "/course/our-resources/{quiz_of_kinds}/quiz/",  # passed: why each answer is right
        "/learning/our-resources/{quiz_of_kinds}/note/",
        "/my/year/{this_year}/",
        "/activities/{asking}/",
        "/activities/{waited}/",
    ],
    LEADER: [
        "/admin/",
        "/admin/reports/quizzes/",
        "/admin/reports/quizzes/our-resources/{quiz_of_kinds}/",
        "/admin/lessons/{lesson_of_kinds}/quiz/",
        "/course/our-resources/{quiz_of_kinds}/quiz/",
        "/admin/courses/{course}/submit/",
        "/admin/courses/{course}/changes/",
        "/admin/courses/{course}/word/",
        "/admin/courses/{course}/translate/",
    ],
    SOCIAL_WORKER: [
        "/accidents/{accident}/",
        "/admin/",
        "/admin/activities/{waited}/texts/",
        "/admin/activity/",
        "/admin/activity/edit/{waited}/",
        "/admin/activity/new/",
        "/admin/certificate-batch/",
        "/admin/certificate-batch/inspect/{batch}/",
        "/admin/certificate/",
        "/admin/certificate/inspect/{certificate}/",
        "/admin/certificate/many/",
        "/admin/certificate/new/",
        "/admin/confirm/",
        "/admin/courses/{course}/review/",
        "/admin/design/",
        "/admin/design/new/",
        "/admin/design/preview/{design}/",
        "/admin/evaluate/",
        "/admin/filings/",
        "/admin/filings/{waited}/",
        "/admin/people/{person}/",
        "/admin/people/{person}/certificates/",
        "/admin/reports/hours/",
        "/admin/series/rota/{series}/",
        "/admin/sign-ups/activity/{waited}/",
        "/admin/sign-ups/activity/{waited}/thread/",
        "/admin/sign-ups/activity/{asking}/why/{person}/",
        "/admin/to-tell/",
        "/admin/units/{letter_unit}/letter/",
        "/admin/volunteer/",
    ],
    ADMINISTRATOR: ["/admin/", "/admin/staff/", "/admin/settings/community/", "/admin/settings/system/"],
    NOBODY: ["/verify/{letter}/", "/activities/place/{offered}/"],
}


def keys_of_office(at: dt.datetime) -> dict[str, Any]:
    """Return the keys of the demonstration's objects that these addresses name."""
    volunteer = Volunteer.objects.get(phone=VOLUNTEER)
    asking = Role.objects.exclude(tier="", courses=None).filter(activity__published_at__isnull=False).first()
    waiting = WaitingEntry.objects.filter(ended_at=None).order_by("-offered_at").first()
    course = CourseRun.objects.get(title__startswith=classes.HELD).course
    version = CourseVersion.objects.filter(course__key="our-resources").latest("number")
    letter = Letter.objects.latest("pk")
    assert asking is not None and waiting is not None
    lesson = LessonPage.objects.get(url_path__endswith="/our-resources/lesson-2/", locale__language_code="zh-hans")
    return {
        "person": volunteer.pk,
        "this_year": at.year,
        "quiz_of_kinds": next(iter(version.quiz_keys)),  # of each kind but a spot (tests/e2e/test_quiz.py)
        "lesson_of_kinds": lesson.pk,
        "asking": asking.activity_id,
        "waited": waiting.shift.activity_id,
        "offered": waiting.key,
        "course": CoursePage.objects.get(title=course.title, alias_of=None, locale__language_code="zh-hans").pk,
        "certificate": Certificate.objects.of(volunteer).filter(closure=None).latest("pk").pk,
        "batch": Batch.objects.latest("pk").pk,
        "design": Design.objects.published().latest("pk").pk,
        "letter": letter.code,
        "letter_unit": letter.unit_id,
        "accident": Accident.objects.latest("pk").pk,
    }
