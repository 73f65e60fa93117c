"""Rings, the course to go on with, the joy at the end, covers, the order of headings."""

import re
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as PillowImage
from wagtail.images.models import Image

from academy.classes.models import Assessment
from academy.learning import services
from academy.learning.award_models import TierAward
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import UserFactory, VolunteerFactory, course_text, found

# Wagtail leaves the file of a new rendition to the garbage collector.
pytestmark = [
    pytest.mark.slow,
]

ACADEMY = "/zh-hans/academy/"


def photo() -> ContentFile[bytes]:
    data = BytesIO()
    PillowImage.new("RGB", (1280, 720), "#b3261e").save(data, "PNG")
    return ContentFile(data.getvalue(), "1.png")


class LearningOnTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        cls.academy = academy_of(cls.community)
        cls.first = write_course(academy_page=cls.academy, text=course_text("one", title="第一门"), by=None)
        cls.second = write_course(academy_page=cls.academy, text=course_text("two", title="第二门"), by=None)
        cls.elective = write_course(
            academy_page=cls.academy, text=course_text("three", title="选修课", required=False), by=None
        )
        cls.volunteer = VolunteerFactory(community=cls.community, login=True)

    def setUp(self) -> None:
        self.client.force_login(self.volunteer.user)

    def complete(self, course_page: CoursePage, count: int | None = None) -> LessonPage:
        lessons = list(LessonPage.objects.child_of(course_page).order_by("path"))[:count]
        course_page.refresh_from_db()
        for lesson in lessons:
            services.complete_lesson(
                volunteer=self.volunteer,
                course=course_page.course,
                lesson_key=lesson.key,
                at=course_page.first_published_at,
                by=None,
            )
        return lessons[-1]

    def page(self, address: str) -> str:
        return self.client.get(address).content.decode()

    def test_a_newcomer_is_led_to_the_first_required_course(self) -> None:
        answer = self.client.get(ACADEMY)
        self.assertEqual(answer.context["go_on"].title, "第一门")
        self.assertContains(answer, "从这门课开始")

    def test_a_begun_course_is_the_one_to_go_on_with_and_shows_its_ring(self) -> None:
        self.complete(self.second, count=1)
        answer = self.client.get(ACADEMY)
        self.assertEqual(answer.context["go_on"].title, "第二门")
        self.assertContains(answer, "接着学")
        self.assertContains(answer, 'stroke-dasharray="50 100"')
        self.assertContains(answer, "已学 1 节，共 2 节")

    def test_after_the_last_required_course_comes_an_elective_and_then_none(self) -> None:
        self.complete(self.first)
        self.complete(self.second)
        self.assertEqual(self.client.get(ACADEMY).context["go_on"].title, "选修课")
        self.complete(self.elective)
        self.assertIsNone(self.client.get(ACADEMY).context["go_on"])

    def test_a_signed_in_page_is_kept_by_no_cache(self) -> None:
        for address in (ACADEMY, self.first.get_url(), LessonPage.objects.child_of(self.first).first().get_url()):
            self.assertIn("no-store", self.client.get(address)["Cache-Control"], address)

    def test_an_elective_is_not_called_required_on_the_home_page(self) -> None:
        self.complete(self.first)
        self.complete(self.second)
        page = self.page("/zh-hans/")
        self.assertIn("从第一节开始学", page)
        self.assertNotIn("必修课，从第一节", page)

    def test_a_visitor_sees_the_courses_without_rings(self) -> None:
        self.client.logout()
        page = self.page(ACADEMY)
        self.assertNotIn("stroke-dasharray", page)
        self.assertNotIn("从这门课开始", page)

    def test_the_end_of_a_course_is_a_joy_and_names_the_next_one(self) -> None:
        lesson = self.complete(self.first)
        page = self.page(lesson.get_url())
        self.assertIn("恭喜！您学完了“第一门”。", page)
        self.assertIn("下一门课", page)
        self.assertIn(CoursePage.objects.get(pk=self.second.pk).get_url(), page)

    def test_before_the_end_there_is_no_next_course(self) -> None:
        lesson = self.complete(self.first, count=1)
        page = self.page(lesson.get_url())
        self.assertNotIn("恭喜", page)
        self.assertNotIn("下一门课", page)

    def test_after_the_last_course_the_next_step_is_an_activity(self) -> None:
        for course_page in (self.first, self.second):
            self.complete(course_page)
        page = self.page(self.complete(self.elective).get_url())
        self.assertIn('href="/activities/"', page)
        self.assertNotIn("下一门课", page)

    def test_a_course_assessed_in_the_room_says_what_completes_it_and_what_is_missing(self) -> None:
        self.first.refresh_from_db()
        Assessment.objects.create(course=self.first.course, by="verdict")
        self.complete(self.first, count=1)
        address = self.first.get_url()
        self.assertIn("这门课在课堂上完成", self.page(address))
        self.assertIn("还差", self.page(address))
        lesson = self.complete(self.first)
        self.assertIn("小节都读完了", self.page(lesson.get_url()))
        self.assertNotIn("恭喜", self.page(lesson.get_url()))
        to_classes = f'href="/classes/of/{self.first.course.key}/"'
        self.assertIn(f'<a class="btn btn-primary" {to_classes}', " ".join(self.page(address).split()))
        self.assertEqual(self.client.get(ACADEMY).context["go_on"].title, "第二门")
        for course_page in (self.second, self.elective):
            self.complete(course_page)
        self.assertEqual(self.client.get(ACADEMY).context["go_on"].title, "第一门")
        self.client.logout()
        self.assertIn("这门课在课堂上完成", self.page(address))
        self.assertNotIn("还差", self.page(address))

    def test_a_course_has_its_photo_or_the_drawing_of_its_tier(self) -> None:
        page = self.page(ACADEMY)
        self.assertIn("covers/course-beginner", page)
        self.first.cover = Image.objects.create(title="照片", file=photo())
        self.first.save()
        with CaptureQueriesContext(connection) as before:
            self.page(ACADEMY)  # makes the two sizes
        page = self.page(ACADEMY)
        self.assertEqual(page.count("<picture>"), 2)  # in the card to go on with, and in the list
        self.second.cover = self.first.cover
        self.second.save()
        with CaptureQueriesContext(connection) as one_picture_more:
            self.page(ACADEMY)
        self.assertLessEqual(len(one_picture_more), min(len(before), 12))

    def test_headings_go_down_one_step_at_a_time(self) -> None:
        body: list[tuple[str, Any]] = [("text", "<h3>自愿</h3><p>由您自己决定。</p>"), ("text", "<h3>无偿</h3>")]
        lesson = LessonPage(title="带小标题的一节", class_hours=1, body=body)
        self.first.add_child(instance=lesson)
        levels = [int(level) for level in re.findall(r"<h([1-6])", self.page(lesson.get_url()))]
        self.assertEqual(levels[0], 1)
        self.assertEqual([(a, b) for a, b in pairwise(levels) if b > a + 1], [])
        self.assertIn("<h2>自愿</h2>", self.page(lesson.get_url()).replace(" data-block-key", "").replace('=""', ""))

    def test_the_academy_shows_the_staircase_and_where_one_stands(self) -> None:
        def staircase() -> str:
            found = re.search(r'<svg class="staircase".*?</svg>', self.client.get(ACADEMY).content.decode(), re.DOTALL)
            assert found is not None
            return found[0]

        below = staircase()
        self.assertIn("stair-person", below)
        self.assertNotIn("stair-reached", below)

        now = timezone.now()
        worker = UserFactory(duties=[(self.community, DutyRole.SOCIAL_WORKER)])
        TierAward.objects.create(
            volunteer=self.volunteer,
            tier="beginner",
            awarded_on=timezone.localdate(now),
            evidence={},
            awarded_by=worker,
            awarded_at=now,
        )
        above = staircase()
        self.assertEqual(above.count("stair-reached"), 1)
        self.assertNotEqual(re.findall("aria-label=.*", above)[0], re.findall("aria-label=.*", below)[0])

        self.client.logout()
        self.assertNotIn("stair-person", staircase())
