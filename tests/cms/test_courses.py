"""Publishing freezes a course; later changes of its pages leave the volunteers' records unchanged."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import TestCase
from django.utils import timezone
from wagtail.log_actions import LogContext
from wagtail.models import Locale

from academy.learning.attendance import class_hours
from academy.learning.models import Course, CourseCompletion, CourseVersion, LessonCompletion
from academy.learning.services import complete_lesson
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import AcademyPage, CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import UserFactory, VolunteerFactory, course_text, found

pytestmark = [pytest.mark.slow, pytest.mark.both]


def revise(page: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


class CourseTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        cls.academy = academy_of(cls.community)
        cls.author = UserFactory(duties=[(cls.community, DutyRole.SOCIAL_WORKER)])
        cls.page = write_course(academy_page=cls.academy, text=course_text(), by=cls.author)

    def setUp(self) -> None:
        self.page = CoursePage.objects.get(pk=self.page.pk)
        self.first, self.second = LessonPage.objects.child_of(self.page).order_by("path")

    def versions(self) -> list[CourseVersion]:
        return list(CourseVersion.objects.filter(course=self.page.course).order_by("number"))

    def lesson_titles(self) -> list[str]:
        return [lesson["title"] for lesson in self.versions()[-1].lessons]

    def new_lesson(self, title: str, *, live: bool) -> LessonPage:
        lesson = LessonPage(title=title, class_hours=1, body=[("text", "<p>新的一节。</p>")], live=live)
        return self.page.add_child(instance=lesson)


class FreezingTests(CourseTests):
    # Versions

    def test_a_course_published_with_its_lessons_is_one_version(self) -> None:
        [version] = self.versions()
        self.assertEqual((version.title, version.class_hours), ("志愿者入门课程", Decimal(2)))
        self.assertEqual(self.lesson_titles(), ["第1节", "第2节"])
        self.assertEqual(version.lessons[0]["body"], [{"type": "text", "value": "<p>这是第1节的正文。</p>"}])
        self.assertEqual(version.published_by, self.author)

    def test_the_course_is_called_by_its_first_address_for_ever(self) -> None:
        self.assertEqual(self.page.course.key, "first-steps")
        revise(self.page, slug="somewhere-else")
        self.assertEqual(CoursePage.objects.get(pk=self.page.pk).course.key, "first-steps")

    def test_publishing_again_without_a_change_makes_no_version(self) -> None:
        revise(self.page)
        revise(self.first)
        self.assertEqual(len(self.versions()), 1)

    def test_a_changed_lesson_makes_a_version(self) -> None:
        revise(self.first, body=[("text", "<p>改过的正文。</p>")])
        self.assertEqual([version.number for version in self.versions()], [1, 2])
        self.assertEqual(self.versions()[0].lessons[0]["body"][0]["value"], "<p>这是第1节的正文。</p>")

    def test_a_draft_changes_nothing(self) -> None:
        self.first.title = "还没想好"
        self.first.save_revision()
        self.new_lesson("草稿", live=False)
        self.assertEqual(len(self.versions()), 1)

    def test_only_lessons_that_are_published_at_that_time_are_frozen(self) -> None:
        draft = self.new_lesson("第3节", live=False)
        revise(self.page, title="新的名称")
        self.assertEqual(self.lesson_titles(), ["第1节", "第2节"])
        draft.save_revision().publish()
        self.assertEqual(self.lesson_titles(), ["第1节", "第2节", "第3节"])

    def test_an_unpublished_lesson_leaves_the_course(self) -> None:
        self.first.unpublish()
        self.assertEqual(self.lesson_titles(), ["第2节"])

    def test_a_deleted_lesson_leaves_the_course(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.first.delete()
        self.assertEqual(self.lesson_titles(), ["第2节"])

    def test_lessons_in_another_order_are_another_version(self) -> None:
        self.second.move(self.first, pos="left")
        self.assertEqual(self.lesson_titles(), ["第2节", "第1节"])

    def test_a_lesson_moved_to_another_course_leaves_one_and_joins_the_other(self) -> None:
        revise(self.first, slug="moved")
        self.first = LessonPage.objects.get(pk=self.first.pk)
        other = write_course(academy_page=self.academy, text=course_text("other", length=1), by=None)
        self.first.move(other, pos="last-child")
        self.assertEqual(self.lesson_titles(), ["第2节"])
        self.assertEqual(other.course.versions.first().class_hours, Decimal(2))

    def test_a_course_is_not_frozen_before_it_is_published_itself(self) -> None:
        draft = CoursePage(title="草稿", intro="…", live=False)
        self.academy.add_child(instance=draft)
        draft.add_child(instance=LessonPage(title="一", body=[("text", "<p>一</p>")])).save_revision().publish()
        self.assertIsNone(CoursePage.objects.get(pk=draft.pk).course)

    def test_a_course_without_lessons_is_shown_and_not_frozen(self) -> None:
        empty = CoursePage(title="空", intro="…")
        self.academy.add_child(instance=empty).save_revision().publish()
        self.assertIsNone(CoursePage.objects.get(pk=empty.pk).course)
        self.assertEqual(self.client.get(f"/zh-hans/academy/{empty.slug}/").status_code, 200)

    def test_a_revision_from_before_the_first_publication_does_not_forget_the_course(self) -> None:
        draft = CoursePage(title="先写", intro="…", live=False)
        self.academy.add_child(instance=draft)
        draft.add_child(instance=LessonPage(title="一", body=[("text", "<p>一</p>")]))
        early = draft.save_revision()
        early.publish()
        course = CoursePage.objects.get(pk=draft.pk).course
        self.assertIsNotNone(course)
        early.publish()
        self.assertEqual(CoursePage.objects.get(pk=draft.pk).course, course)
        self.assertEqual(course.versions.count(), 1)

    def test_who_publishes_is_written_down(self) -> None:
        worker = UserFactory()
        with LogContext(user=worker):
            revise(self.first, title="改名")
        self.assertEqual(self.versions()[-1].published_by, worker)

    # Copies and translations

    def test_a_copy_is_a_course_of_its_own(self) -> None:
        copy = self.page.copy(recursive=True, update_attrs={"slug": "copied", "title": "另一门"}, keep_live=True)
        copy = CoursePage.objects.get(pk=copy.pk)
        self.assertNotEqual(copy.course, self.page.course)
        self.assertEqual(copy.course.key, "copied")
        self.assertFalse(
            {lesson["key"] for lesson in copy.course.versions.first().lessons}
            & {lesson["key"] for lesson in self.versions()[0].lessons}
        )

    def test_a_second_course_of_the_same_address_gets_another_key(self) -> None:
        other = found("zhulin")
        page = write_course(academy_page=academy_of(other), text=course_text(), by=None)
        self.assertEqual(page.course.community, other)
        self.assertRegex(page.course.key, r"^first-steps-\w+$")
        self.assertEqual(self.page.course.key, "first-steps")

    def test_what_nobody_has_translated_is_shown_in_its_original_language(self) -> None:
        alias = self.page.get_translation(Locale.objects.get(language_code="en"))
        self.assertEqual(
            (alias.alias_of_id, alias.course, alias.original_language), (self.page.pk, self.page.course, "zh-hans")
        )
        self.assertEqual(LessonPage.objects.child_of(alias).live().count(), 2)
        self.assertEqual(self.page.original_language, "")

    def test_a_translation_shares_the_course_and_makes_no_version(self) -> None:
        text = course_text("translated", title="第一步")
        english = course_text("translated", title="First steps")
        page = write_course(academy_page=self.academy, text=text, by=None, translation=english)
        translated = page.get_translation(Locale.objects.get(language_code="en"))
        self.assertEqual(translated.course, page.course)
        revise(translated, title="The first steps")
        revise(LessonPage.objects.child_of(translated).first(), title="Lesson one")
        [version] = page.course.versions.all()
        self.assertEqual(version.title, "第一步")
        keys = {lesson.key for lesson in LessonPage.objects.child_of(translated)}
        self.assertEqual(keys, version.lesson_keys)

    def test_a_course_first_written_in_english_is_frozen_in_english(self) -> None:
        english = self.academy.get_translation(Locale.objects.get(language_code="en"))
        page = CoursePage(title="In English", slug="in-english", intro="…", live=False)
        english.add_child(instance=page)
        page.add_child(instance=LessonPage(title="One", body=[("text", "<p>One</p>")]))
        page.copy_for_translation(Locale.objects.get(language_code="zh-hans"), alias=True)
        page.save_revision().publish()
        chinese = page.get_translation(Locale.objects.get(language_code="zh-hans"))
        self.assertEqual(chinese.course.title, "In English")
        self.assertEqual(chinese.course.versions.count(), 1)

    def test_one_language_shows_a_course_on_one_page(self) -> None:
        twin = CoursePage(title="双胞胎", slug="twin", intro="…", course=self.page.course, locale=self.page.locale)
        with self.assertRaises(ValidationError) as caught:
            self.academy.add_child(instance=twin)
        self.assertEqual(caught.exception.error_dict["__all__"][0].code, "course_shown_twice")


class RecordsOutliveThePagesTests(CourseTests):
    def setUp(self) -> None:
        super().setUp()
        self.volunteer = VolunteerFactory(community=self.community)
        for lesson in (self.first, self.second):
            complete_lesson(
                volunteer=self.volunteer,
                course=self.page.course,
                lesson_key=lesson.key,
                at=timezone.now(),
                by=None,
            )

    def assert_record_stands(self) -> None:
        completion = CourseCompletion.objects.get(volunteer=self.volunteer)
        self.assertEqual(completion.course.key, "first-steps")
        self.assertEqual(LessonCompletion.objects.filter(volunteer=self.volunteer).count(), 2)
        self.assertEqual(class_hours(volunteer=self.volunteer), Decimal(2))

    def test_unpublishing(self) -> None:
        self.page.unpublish()
        self.assert_record_stands()
        self.assertEqual(len(self.versions()), 1)

    def test_deleting(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.page.delete()
        self.assert_record_stands()
        self.assertEqual(CourseVersion.objects.count(), 1)

    def test_deleting_and_writing_it_again_is_another_course(self) -> None:
        self.page.delete()
        again = write_course(academy_page=self.academy, text=course_text(), by=None)
        self.assertNotEqual(again.course.key, "first-steps")
        self.assert_record_stands()

    def test_moving_to_another_community(self) -> None:
        other = academy_of(found("zhulin"))
        self.page.move(other, pos="last-child")
        self.assert_record_stands()
        moved = CoursePage.objects.get(pk=self.page.pk)
        revise(moved)
        moved.refresh_from_db()
        self.assertEqual(moved.course.community, other.home.community)
        self.assertEqual(Course.objects.get(key="first-steps").community, self.community)
        self.assert_record_stands()


class WriteCourseTests(CourseTests):
    def test_writing_the_same_course_again_changes_nothing(self) -> None:
        again = write_course(academy_page=self.academy, text=course_text(title="另一个标题"), by=None)
        self.assertEqual((again.pk, again.title), (self.page.pk, "志愿者入门课程"))

    def test_the_academy_of_a_community_is_the_original_one(self) -> None:
        self.assertEqual(academy_of(self.community), AcademyPage.objects.get(pk=self.academy.pk))
        self.assertEqual(self.academy.locale.language_code, "zh-hans")
