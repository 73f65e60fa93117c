"""Each way in which a page changes its state: what readers can open, find and complete afterwards."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import TestCase, override_settings
from django.utils import timezone
from wagtail.models import Page

from academy.core.refusals import Refusal
from academy.learning.attendance import class_hours
from academy.learning.models import CourseCompletion, CourseVersion, LessonCompletion
from academy.learning.services import complete_lesson
from academy.settings import base
from cms.founding import academy_of
from cms.models import AcademyPage, CoursePage, HomePage, LessonPage
from cms.writing import locale_of, write_course
from tests.cms.searching import shown
from tests.factories import VolunteerFactory, course_text, found

pytestmark = pytest.mark.slow

LATER = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
COURSE = "/zh-hans/academy/first-steps/"
LESSON = f"{COURSE}lesson-1/"


@override_settings(WAGTAILSEARCH_BACKENDS=base.WAGTAILSEARCH_BACKENDS)
class StateTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        cls.academy = academy_of(cls.community)
        cls.page = write_course(academy_page=cls.academy, text=course_text(), by=None)
        cls.course = cls.page.course
        cls.volunteer = VolunteerFactory(community=cls.community, login=True)

    def setUp(self) -> None:
        self.page = CoursePage.objects.get(pk=self.page.pk)
        self.first, self.second = LessonPage.objects.child_of(self.page).order_by("path")
        self.client.force_login(self.volunteer.user)

    def found_titles(self, query: str = "正文") -> list[str]:
        return shown(self.client.get("/search/", {"q": query}))

    def mark_done(self, lesson: LessonPage) -> None:
        course = LessonPage.objects.get(pk=lesson.pk).course_page.course
        self.client.post(f"/learning/{course.key}/{lesson.key}/done/")

    def hours(self) -> Decimal:
        return class_hours(volunteer=self.volunteer)

    def attempt(self, lesson: LessonPage) -> LessonCompletion | Refusal:
        return complete_lesson(
            volunteer=self.volunteer, course=self.course, lesson_key=lesson.key, at=timezone.now(), by=None
        )

    def assert_open(self, address: str = LESSON) -> None:
        self.assertEqual(self.client.get(address).status_code, 200)
        self.assertIn("第1节", self.found_titles())
        self.mark_done(self.first)
        self.assertEqual(self.hours(), Decimal(1))

    def assert_closed(self, code: str = "lesson_closed", address: str = LESSON) -> None:
        self.assertEqual(self.client.get(address).status_code, 404)
        self.assertNotIn("第1节", self.found_titles())
        refusal = self.attempt(self.first)
        self.assertIsInstance(refusal, Refusal)
        self.assertEqual(refusal.code, code)
        self.assertEqual(self.hours(), 0)


class OpenTests(StateTests):
    """`lesson-1` of a course, after its page or a page above it has changed."""

    def test_published(self) -> None:
        self.assert_open()

    def test_the_course_unpublished_and_published_again(self) -> None:
        self.page.unpublish()
        self.assert_closed()
        self.page.save_revision().publish()
        self.assert_open()
        self.assertEqual(CourseVersion.objects.count(), 1)

    def test_a_closed_lesson_sends_its_reader_to_the_academy(self) -> None:
        self.page.unpublish()
        response = self.client.post(f"/learning/first-steps/{self.first.key}/done/", follow=True)
        self.assertEqual(response.redirect_chain[-1][0], "/zh-hans/academy/")
        self.assertContains(response, "这一节")

    def test_the_academy_or_the_home_page_unpublished(self) -> None:
        for model in (AcademyPage, HomePage):
            with self.subTest(model=model):
                page = model.objects.get(locale=self.page.locale)
                page.unpublish()
                self.assertEqual(self.client.get(LESSON).status_code, 404)
                self.assertEqual(self.client.get("/course/first-steps/").get("Location"), "/en/academy/first-steps/")
                self.assertNotIn("第1节", self.found_titles() if model is AcademyPage else [])
                page.save_revision().publish()

    def test_the_course_expired(self) -> None:
        self.page.expire_at = LATER
        self.page.save_revision().publish()
        with time_machine.travel(LATER - dt.timedelta(minutes=1), tick=False):
            call_command("tick")
            self.assertEqual(self.client.get(LESSON).status_code, 200)
        with time_machine.travel(LATER + dt.timedelta(minutes=1), tick=False):
            call_command("tick")
            self.assert_closed()
        self.page.refresh_from_db()
        self.assertTrue(self.page.expired)

    def test_a_lesson_expired(self) -> None:
        self.first.expire_at = LATER
        self.first.save_revision().publish()
        with time_machine.travel(LATER + dt.timedelta(minutes=1), tick=False):
            call_command("tick")
            call_command("tick")
            self.assert_closed("unknown_lesson")
        self.assertEqual([one["title"] for one in self.course.versions.first().lessons], ["第2节"])

    def test_a_lesson_published_on_time(self) -> None:
        lesson = LessonPage(
            title="第3节", slug="lesson-3", go_live_at=LATER, body=[("text", "<p>第三节。</p>")], live=False
        )
        self.page.add_child(instance=lesson)
        lesson.save_revision().publish()
        lesson.copy_for_translation(locale_of("en"), alias=True)
        lesson.save_revision().publish()
        with time_machine.travel(LATER - dt.timedelta(minutes=1), tick=False):
            call_command("tick")
            for language in ("zh-hans", "en"):
                self.assertEqual(self.client.get(f"/{language}/academy/first-steps/lesson-3/").status_code, 404)
            self.assertEqual(self.course.versions.count(), 1)
        with time_machine.travel(LATER + dt.timedelta(minutes=1), tick=False):
            call_command("tick")
            call_command("tick")
            for language in ("zh-hans", "en"):
                self.assertEqual(self.client.get(f"/{language}/academy/first-steps/lesson-3/").status_code, 200)
            self.assertEqual(self.found_titles("第三节"), ["第3节"])
            self.assertEqual([version.class_hours for version in self.course.versions.all()], [3, 2])

    def test_a_whole_course_published_on_time(self) -> None:
        self.page.unpublish()
        self.page.go_live_at = LATER
        self.page.save_revision().publish()
        self.assert_closed()
        with time_machine.travel(LATER + dt.timedelta(minutes=1), tick=False):
            call_command("tick")
            self.assert_open()

    def test_a_lesson_moved_under_an_unpublished_course(self) -> None:
        draft = CoursePage(title="没写完", slug="draft", intro="…", live=False)
        self.academy.add_child(instance=draft)
        self.first.move(draft, pos="last-child")
        self.assert_closed("unknown_lesson", address="/zh-hans/academy/draft/lesson-1/")

    def test_a_course_moved_into_an_unpublished_academy(self) -> None:
        other = academy_of(found("zhulin"))
        other.unpublish()
        CoursePage.objects.get(alias_of=self.page).delete()
        self.page.move(other, pos="last-child")
        moved = CoursePage.objects.get(pk=self.page.pk)
        self.assertEqual(moved.course.community, other.home.community)
        refusal = complete_lesson(
            volunteer=self.volunteer, course=moved.course, lesson_key=self.first.key, at=timezone.now(), by=None
        )
        self.assertEqual(refusal.code, "lesson_closed")

    def test_a_course_moved_to_another_community_belongs_to_it_at_once(self) -> None:
        other = found("zhulin")
        self.page.move(academy_of(other), pos="last-child")
        self.assertEqual(CoursePage.objects.get(pk=self.page.pk).course.community, other)
        english = CoursePage.objects.get(alias_of=self.page)
        self.assertEqual(english.course, CoursePage.objects.get(pk=self.page.pk).course)
        self.assertEqual(self.attempt(self.first).code, "lesson_closed")

    def test_the_course_deleted(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            CoursePage.objects.filter(alias_of=self.page).get().delete()
            self.page.delete()
        self.assert_closed()
        self.assertEqual(self.client.get("/course/first-steps/").status_code, 404)

    def test_a_deleted_lesson(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.first.delete()
        self.assert_closed("unknown_lesson")

    def test_an_earlier_revision_restored(self) -> None:
        early = self.first.save_revision()
        early.publish()
        self.first.title, self.first.class_hours = "新题目", Decimal(3)
        self.first.save_revision().publish()
        early.publish()
        self.assertEqual([version.class_hours for version in self.course.versions.all()], [2, 4, 2])
        self.assert_open()


class EarnedOnceTests(StateTests):
    """A lesson on several pages earns its class hours once (T4)."""

    def test_a_translation(self) -> None:
        page = write_course(
            academy_page=self.academy,
            text=course_text("two", length=1),
            translation=course_text("two", length=1, title="In English"),
            by=None,
        )
        chinese = LessonPage.objects.child_of(page).get()
        english = LessonPage.objects.exclude(pk=chinese.pk).get(translation_key=chinese.translation_key)
        for lesson in (english, chinese):
            self.mark_done(lesson)
        self.assertEqual((self.hours(), LessonCompletion.objects.count()), (Decimal(1), 1))
        self.assertEqual(CourseCompletion.objects.get().course, page.course)

    def test_a_course_shown_in_english_stays_open_there_when_the_original_closes(self) -> None:
        text = course_text("two", length=1)
        page = write_course(academy_page=self.academy, text=text, translation=text, by=None)
        page.unpublish()
        english = LessonPage.objects.get(url_path__endswith="/two/lesson-1/", locale=locale_of("en"))
        self.assertEqual(self.client.get("/en/academy/two/lesson-1/").status_code, 200)
        self.mark_done(english)
        self.assertEqual(self.hours(), Decimal(1))

    def test_a_lesson_of_the_translation_alone_has_no_button(self) -> None:
        text = course_text("two", length=2)
        page = write_course(academy_page=self.academy, text=text, translation=text, by=None)
        LessonPage.objects.child_of(page).first().unpublish()
        self.assertNotContains(self.client.get("/en/academy/two/lesson-1/"), "/done/")
        self.assertContains(self.client.get("/en/academy/two/lesson-2/"), "/done/")
        following = self.client.get("/en/academy/two/").context["next_lesson"]
        self.assertEqual(following.slug, "lesson-2")

    def test_an_alias_in_the_same_language(self) -> None:
        alias = self.page.create_alias(recursive=True, parent=self.academy, update_slug="again")
        twin = LessonPage.objects.child_of(alias).first()
        self.assertNotEqual(twin.translation_key, self.first.translation_key)
        self.assertEqual((twin.key, alias.specific.course), (self.first.key, self.course))
        self.mark_done(twin)
        self.mark_done(self.first)
        self.assertEqual(self.hours(), Decimal(1))

    def test_an_alias_of_a_lesson_in_the_same_course_is_one_lesson(self) -> None:
        alias = self.first.create_alias(parent=self.page, update_slug="again")
        self.page.save_revision().publish()
        self.assertEqual(alias.key, self.first.key)
        [version] = self.course.versions.all()
        self.assertEqual(version.class_hours, Decimal(2))

    def test_a_lesson_moved_to_another_course_is_done_there_too(self) -> None:
        self.mark_done(self.first)
        other = write_course(academy_page=self.academy, text=course_text("other", length=1), by=None)
        Page.objects.filter(pk=self.first.pk).update(slug="moved")
        LessonPage.objects.get(pk=self.first.pk).move(other, pos="last-child")
        response = self.client.get("/zh-hans/academy/other/moved/")
        self.assertTrue(response.context["is_done"])
        self.mark_done(self.first)
        self.assertEqual(self.hours(), Decimal(1))
        self.mark_done(LessonPage.objects.child_of(other).first())
        self.assertEqual(self.hours(), Decimal(2))
        self.assertTrue(CourseCompletion.objects.filter(course=other.course).exists())

    def test_a_copy_is_another_course_that_nobody_completes_yet(self) -> None:
        copy = self.page.copy(recursive=True, update_attrs={"slug": "copied"}, keep_live=True)
        copy = CoursePage.objects.get(pk=copy.pk)
        self.assertFalse(copy.finished)
        self.assertFalse(copy.course.versions.first().whole)

    def test_an_unpublished_copy_is_no_course(self) -> None:
        copy = self.page.copy(recursive=True, update_attrs={"slug": "copied"}, keep_live=False)
        self.assertIsNone(CoursePage.objects.get(pk=copy.pk).course)
        self.assertEqual(self.client.get("/zh-hans/academy/copied/lesson-1/").status_code, 404)


class LessonByLessonTests(StateTests):
    """A course whose four lessons are published one after another."""

    def setUp(self) -> None:
        super().setUp()
        self.growing = CoursePage(title="急救", slug="first-aid", intro="…")
        self.academy.add_child(instance=self.growing).save_revision().publish()
        self.lessons = [self.draft(number) for number in (1, 2, 3, 4)]

    def draft(self, number: int) -> LessonPage:
        body = [("text", f"<p>急救第{number}节</p>")]
        return self.growing.add_child(instance=LessonPage(title=f"急救{number}", body=body, live=False))

    def publish(self, *lessons: LessonPage) -> None:
        for lesson in lessons:
            lesson.save_revision().publish()

    def finish(self, finished: bool = True) -> None:
        self.growing = CoursePage.objects.get(pk=self.growing.pk)
        self.growing.finished = finished
        self.growing.save_revision().publish()

    def completed(self) -> list[int]:
        return [completion.version.number for completion in CourseCompletion.objects.all()]

    def test_one_lesson_of_four_earns_its_hours_and_does_not_complete_the_course(self) -> None:
        self.publish(self.lessons[0])
        self.mark_done(self.lessons[0])
        self.assertEqual((self.hours(), self.completed()), (Decimal(1), []))
        page = self.client.get(self.lessons[0].get_url())
        self.assertContains(page, "后面还有")

    def test_the_course_is_completed_by_all_lessons_once_they_are_published(self) -> None:
        self.publish(*self.lessons)
        for lesson in self.lessons[:3]:
            self.mark_done(lesson)
        self.finish()
        self.assertEqual(self.completed(), [])
        self.mark_done(self.lessons[3])
        self.assertEqual(self.completed(), [5])

    def test_a_reader_who_has_done_them_all_completes_the_course_when_it_is_finished(self) -> None:
        self.publish(*self.lessons)
        for lesson in self.lessons:
            self.mark_done(lesson)
        self.assertEqual(self.completed(), [])
        self.finish()
        self.assertEqual(self.completed(), [5])

    def test_a_lesson_added_later_leaves_the_completion_of_its_version(self) -> None:
        self.publish(*self.lessons)
        for lesson in self.lessons:
            self.mark_done(lesson)
        self.finish()
        fifth = self.draft(5)
        self.publish(fifth)
        self.assertEqual(self.completed(), [5])
        self.mark_done(fifth)
        self.assertEqual((self.completed(), self.hours()), ([5], Decimal(5)))
        newcomer = VolunteerFactory(community=self.community)
        course = CoursePage.objects.get(pk=self.growing.pk).course
        for lesson in self.lessons:
            complete_lesson(volunteer=newcomer, course=course, lesson_key=lesson.key, at=timezone.now(), by=None)
        self.assertFalse(CourseCompletion.objects.filter(volunteer=newcomer).exists())

    def test_a_course_is_not_finished_while_a_lesson_waits(self) -> None:
        self.publish(*self.lessons[:3])
        with self.assertRaises(ValidationError) as caught:
            self.finish()
        self.assertEqual(caught.exception.error_dict["finished"][0].code, "lesson_waits")
        self.lessons[3].delete()
        self.finish()
        self.assertTrue(CoursePage.objects.get(pk=self.growing.pk).course.versions.first().whole)

    def test_a_course_is_not_finished_without_a_lesson(self) -> None:
        empty = CoursePage(title="空", slug="empty", intro="…", finished=True)
        with self.assertRaises(ValidationError) as caught:
            self.academy.add_child(instance=empty)
        self.assertEqual(caught.exception.error_dict["finished"][0].code, "no_lesson")

    def test_a_finished_course_can_be_edited_while_another_lesson_is_written(self) -> None:
        self.publish(*self.lessons)
        self.finish()
        self.draft(5)
        self.growing.title = "急救基础"
        self.growing.save_revision().publish()
        self.assertTrue(CoursePage.objects.get(pk=self.growing.pk).course.versions.first().whole)

    def test_a_course_is_open_for_more_lessons_again(self) -> None:
        self.publish(*self.lessons)
        self.finish()
        self.finish(False)
        for lesson in self.lessons:
            self.mark_done(lesson)
        self.assertEqual(self.completed(), [])

    def test_a_revision_without_the_mark_keeps_it(self) -> None:
        revision: Any = self.page.save_revision()
        del revision.content["finished"]
        revision.save()
        revision.publish()
        self.assertTrue(CoursePage.objects.get(pk=self.page.pk).finished)
