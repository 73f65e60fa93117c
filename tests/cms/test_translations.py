"""The original of a course decides what the rules read; its translations show it."""

from decimal import Decimal

import pytest
from django.test import TestCase
from django.urls import reverse

from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import UserFactory, course_text, found

pytestmark = pytest.mark.slow


class TranslationTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        text = course_text("two", length=2)
        cls.editor = UserFactory(duties=[(cls.community, DutyRole.SOCIAL_WORKER)])
        cls.page = write_course(academy_page=academy_of(cls.community), text=text, translation=text, by=cls.editor)

    def setUp(self) -> None:
        self.page = CoursePage.objects.get(pk=self.page.pk)
        self.translation = CoursePage.objects.exclude(pk=self.page.pk).get(translation_key=self.page.translation_key)

    def decided(self) -> list[tuple[str, bool, bool]]:
        return list(CoursePage.objects.order_by("pk").values_list("tier", "required", "finished"))

    def lessons(self) -> tuple[LessonPage, LessonPage]:
        """Return the first lesson and its translation, as they are stored."""
        lesson = LessonPage.objects.child_of(self.page).first()
        return lesson, LessonPage.objects.child_of(self.translation).get(translation_key=lesson.translation_key)

    def class_hours(self) -> list[Decimal]:
        return [lesson.class_hours for lesson in self.lessons()]

    def edit(self, page: CoursePage | LessonPage, **fields: object) -> None:
        for name, value in fields.items():
            setattr(page, name, value)
        page.save_revision().publish()

    def test_the_form_of_a_translation_leaves_out_what_the_original_decides(self) -> None:
        self.client.force_login(self.editor)
        for page, shown in ((self.page, True), (self.translation, False)):
            response = self.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
            for name in CoursePage.OF_THE_ORIGINAL:
                self.assertEqual(name in response.context["form"].fields, shown)
                self.assertEqual(f'name="{name}"' in response.content.decode(), shown)

    def test_the_original_decides_for_its_translations(self) -> None:
        self.assertEqual(self.decided(), [("beginner", True, True)] * 2)
        self.edit(self.page, finished=False, tier="advanced", required=False)
        self.assertEqual(self.decided(), [("advanced", False, False)] * 2)

    def test_a_translation_decides_nothing_and_is_published_while_a_lesson_waits(self) -> None:
        self.edit(self.page, finished=False)
        LessonPage.objects.child_of(self.translation).last().unpublish()
        self.edit(self.translation, finished=True, tier="advanced", title="First steps")
        self.assertEqual(self.decided(), [("beginner", True, False)] * 2)
        self.assertFalse(self.page.course.versions.first().whole)
        self.assertEqual(CoursePage.objects.get(pk=self.translation.pk).title, "First steps")

    def test_a_translation_whose_original_is_deleted_keeps_what_it_decided(self) -> None:
        CoursePage.objects.get(pk=self.page.pk).delete()
        left = CoursePage.objects.get(pk=self.translation.pk)
        self.assertTrue(left.finished)
        self.assertFalse(left.is_translation)
        self.edit(left, title="First steps")
        self.assertTrue(left.course.versions.first().whole)

    def test_the_form_of_a_translated_lesson_leaves_out_its_class_hours(self) -> None:
        self.client.force_login(self.editor)
        for lesson, shown in zip(self.lessons(), (True, False), strict=True):
            response = self.client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
            self.assertEqual("class_hours" in response.context["form"].fields, shown)
            self.assertEqual('name="class_hours"' in response.content.decode(), shown)

    def test_a_lesson_has_the_class_hours_of_its_original_in_every_language(self) -> None:
        lesson, translated = self.lessons()
        alias = translated.create_alias(parent=self.translation, update_slug="again")
        self.edit(lesson, class_hours=Decimal("2.5"))
        self.assertEqual(self.class_hours(), [Decimal("2.5")] * 2)
        self.assertEqual(LessonPage.objects.get(pk=alias.pk).class_hours, Decimal("2.5"))

    def test_a_translated_lesson_changes_no_class_hours(self) -> None:
        lesson, translated = self.lessons()
        before = lesson.class_hours
        self.edit(translated, class_hours=Decimal(9), title="First")
        self.assertEqual(self.class_hours(), [before] * 2)
        self.assertEqual(self.lessons()[1].title, "First")

    def test_class_hours_that_differ_from_the_original_are_mended_when_the_translation_is_published(self) -> None:
        LessonPage.objects.filter(pk=self.lessons()[1].pk).update(class_hours=9)
        self.edit(self.translation, title="First steps")
        self.assertEqual(len(set(self.class_hours())), 1)

    def test_a_lesson_that_only_the_translation_has_keeps_its_own_class_hours(self) -> None:
        extra = LessonPage(title="More", class_hours=3, body=[("text", "<p>More.</p>")])
        self.translation.add_child(instance=extra)
        self.assertFalse(extra.is_translation)
        self.edit(extra, class_hours=Decimal(4))
        self.assertEqual(LessonPage.objects.get(pk=extra.pk).class_hours, Decimal(4))
