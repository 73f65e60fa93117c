"""The statements of a course's pages for a signed-in learner, in every state of theirs."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import TestCase
from django.utils import timezone
from PIL import Image as PillowImage
from wagtail.images.models import Image

from academy.classes.models import Assessment, CourseRun
from academy.classes.services import assessing, running
from academy.core.refusals import Refusal
from academy.learning import quiz_services, services, study_services
from academy.learning.models import Course
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.quiz_block import written_quiz
from cms.writing import LessonText, write_course
from tests.activities.practising import plan_practicum
from tests.factories import IssuerFactory, RuleSetFactory, UserFactory, VolunteerFactory, course_text, found
from tests.pages import Statements
from tests.quizzes import TEXT, getter, right_answers

pytestmark = pytest.mark.slow

MOST = 6
WITH_A_NEXT_STEP = 8  # a next course or a renewal, courses to complete first, practica


def lessons(count: int) -> list[LessonText]:
    """Return lessons of which the second has a quiz."""
    quiz = ("quiz", written_quiz(TEXT))
    text = ("text", "<p>正文</p>")
    return [LessonText(f"lesson-{n}", f"第{n}节", 1, [text, quiz] if n == 2 else [text]) for n in range(1, count + 1)]


class StatementTests(TestCase):
    """Each state is measured in a course of three lessons and in one of nine."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        academy = academy_of(cls.community)
        cls.worker = UserFactory(duties=[(cls.community, DutyRole.SOCIAL_WORKER)])
        cls.pages = [
            write_course(academy_page=academy, text=course_text(f"of-{count}", lessons=lessons(count)), by=None)
            for count in (3, 9)
        ]
        cls.others = [
            write_course(academy_page=academy, text=course_text(f"other-{n}", title=f"另一门{n}"), by=None)
            for n in range(3)
        ]
        cls.volunteer = VolunteerFactory(community=cls.community, login=True)
        cls.instructor = VolunteerFactory(community=cls.community, name="陈志强", login=True)
        cls.issuer = IssuerFactory(community=cls.community)
        RuleSetFactory(community=cls.community, at=timezone.now() - dt.timedelta(days=400))

    def setUp(self) -> None:
        self.pages = [CoursePage.objects.get(pk=page.pk) for page in self.pages]
        self.client.force_login(self.volunteer.user)

    def assert_few(self, state: str, most: int = MOST) -> None:
        """Open the course, its first lesson, and the one with the quiz; a long course takes as many."""
        counts = []
        for page in self.pages:
            for one in (page, *LessonPage.objects.child_of(page).order_by("path")[:2]):
                self.client.get(one.get_url())  # caches that all readers share
                with Statements() as seen:
                    self.assertEqual(self.client.get(one.get_url()).status_code, 200)
                self.assertLessEqual(len(seen.sql), most, f"{state}: {one.get_url()}\n" + "\n".join(seen.sql))
                counts.append(len(seen.sql))
        self.assertEqual(counts[:3], counts[3:], state)

    def do(self, count: int | None = None) -> None:
        """Do the first lessons of each course, or all."""
        for page in self.pages:
            for lesson in LessonPage.objects.child_of(page).order_by("path")[:count]:
                if lesson.slug == "lesson-2":
                    self.answer(page.course, lesson)
                else:
                    done = services.complete_lesson(
                        volunteer=self.volunteer, course=page.course, lesson_key=lesson.key, at=timezone.now(), by=None
                    )
                    self.assertNotIsInstance(done, Refusal)

    def answer(self, course: Course, lesson: LessonPage, wrong: int = 0) -> None:
        common: dict[str, Any] = {"volunteer": self.volunteer, "at": timezone.now()}
        sheet = quiz_services.open_sheet(course=course, lesson_key=lesson.key, language="zh-hans", **common)
        assert isinstance(sheet, quiz_services.Sheet), sheet
        sent = getter(right_answers(sheet.drawn, wrong=wrong))
        answer = quiz_services.send_answers(sheet=sheet, sent=sent, by=self.volunteer.user, **common)
        assert not isinstance(answer, Refusal), answer

    def assess_in_room(self, pages: list[CoursePage]) -> None:
        for page in pages:
            answer = assessing.set_assessment(
                course=page.course, kind="checklist", items="按压\n呼吸", by=self.worker, at=timezone.now()
            )
            assert isinstance(answer, Assessment), answer

    def join_a_run(self, page: CoursePage) -> None:
        starts_at = timezone.now() + dt.timedelta(days=3)
        run = running.plan_run(
            course=page.course,
            title="急救班 第 1 期",
            instructor=self.instructor,
            issuer=self.issuer,
            classes=[(starts_at + dt.timedelta(days=n), starts_at + dt.timedelta(days=n, hours=2)) for n in range(3)],
            places=5,
            place="活动中心",
            by=self.worker,
            at=timezone.now(),
        )
        assert isinstance(run, CourseRun), run
        joined = running.join(run=run, volunteer=self.volunteer, by=self.worker, at=timezone.now())
        assert isinstance(joined, list), joined

    def test_before_the_first_lesson(self) -> None:
        self.assert_few("new")

    def test_with_an_enrolment(self) -> None:
        for page in self.pages:
            services.enrol(volunteer=self.volunteer, course=page.course, by=self.volunteer.user, at=timezone.now())
        self.assert_few("enrolled")

    def test_half_way(self) -> None:
        self.do(1)
        self.assert_few("half")

    def test_after_a_failed_quiz(self) -> None:
        self.do(1)
        for page in self.pages:
            self.answer(page.course, LessonPage.objects.child_of(page).get(slug="lesson-2"), wrong=3)
        self.assert_few("failed")

    def test_completed_with_a_next_course(self) -> None:
        self.do()
        self.assert_few("done", WITH_A_NEXT_STEP)

    def test_with_covers(self) -> None:
        photo = BytesIO()
        PillowImage.new("RGB", (1280, 720), "#6b7a52").save(photo, "PNG")
        cover = Image.objects.create(title="照片", file=ContentFile(photo.getvalue(), "1.png"))
        another = Image.objects.create(title="另一张", file=ContentFile(photo.getvalue(), "2.png"))
        CoursePage.objects.update(cover=cover)
        CoursePage.objects.filter(pk__in=[page.pk for page in self.others]).update(cover=another)
        self.pages = [CoursePage.objects.get(pk=page.pk) for page in self.pages]
        self.do()
        self.assert_few("done, with covers", 9)
        for page in self.pages:
            self.assertContains(self.client.get(page.get_url()), "fill-480x270")

    def test_with_a_qualification_near_its_end(self) -> None:
        Course.objects.update(valid_years=1)
        with time_machine.travel(timezone.now() - dt.timedelta(days=350), tick=False):
            self.do()
        self.assert_few("renewal", WITH_A_NEXT_STEP)
        page = self.client.get(self.pages[0].get_url())
        self.assertContains(page, 'aria-labelledby="renewal-heading"')
        self.assertIsNone(page.context.get("next_course"))  # the renewal comes next
        lesson = LessonPage.objects.child_of(self.pages[0]).order_by("path")[0]
        self.assertContains(self.client.get(lesson.get_url()), 'href="/course/of-3/"')

    def test_with_prerequisites(self) -> None:
        for page in self.pages:
            page.course.requires.set([one.course_id for one in self.others])
        self.assert_few("locked", WITH_A_NEXT_STEP)

    def test_with_practica(self) -> None:
        for page, count in zip(self.pages, (1, 3), strict=True):
            for days in range(1, count + 1):
                plan_practicum(page.course, timezone.now() + dt.timedelta(days=days))
        self.assert_few("practica", WITH_A_NEXT_STEP)
        self.assertContains(self.client.get(self.pages[1].get_url()), "practica-heading")

    def test_with_notes(self) -> None:
        for page in self.pages:
            for lesson in LessonPage.objects.child_of(page):
                study_services.save_note(
                    volunteer=self.volunteer,
                    course=page.course,
                    lesson_key=lesson.key,
                    text="记下",
                    seen="",
                    by=self.volunteer.user,
                    at=timezone.now(),
                )
        self.assert_few("notes")

    def test_assessed_in_the_room(self) -> None:
        self.assess_in_room(self.pages)
        self.assert_few("in the room", 7)
        self.do()
        self.assert_few("in the room, read", 7)
        for page in self.pages:
            self.join_a_run(page)
        self.assert_few("in the room, in a class", 9)
        self.assertContains(self.client.get(self.pages[1].get_url()), "class-standing")

    def test_completed_with_a_next_course_that_is_assessed_in_the_room(self) -> None:
        self.do()
        self.assess_in_room(self.others)
        self.assert_few("the next one in the room", WITH_A_NEXT_STEP)
