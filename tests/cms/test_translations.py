"""The original of a course decides what the rules read; its translations show it."""

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

    def edit(self, page: CoursePage, **fields: object) -> None:
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
