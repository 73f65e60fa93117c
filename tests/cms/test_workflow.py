"""A trainer writes and submits; a social worker of the same community publishes."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client, TestCase
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Page, WorkflowState
from wagtail.permissions import policy_registry
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from academy.learning.models import CourseVersion
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, HomePage, LessonPage
from cms.writing import write_course
from tests.factories import UserFactory, course_text, found

pytestmark = pytest.mark.slow


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lesson_form(title: str, text: str, **action: str) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": title,
            "slug": "lesson-new",
            "class_hours": "1.5",
            "body": streamfield([("text", rich_text(f"<p>{text}</p>", features=["bold"]))]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
            **action,
        }
    )


class WorkflowTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        cls.elsewhere = found("zhulin")
        cls.trainer = UserFactory(duties=[(cls.community, DutyRole.TRAINER)])
        cls.social_worker = UserFactory(duties=[(cls.community, DutyRole.SOCIAL_WORKER)])
        cls.other_worker = UserFactory(duties=[(cls.elsewhere, DutyRole.SOCIAL_WORKER)])
        cls.course_page = write_course(academy_page=academy_of(cls.community), text=course_text(), by=None)
        cls.foreign_page = write_course(academy_page=academy_of(cls.elsewhere), text=course_text("there"), by=None)

    def submit_lesson(self) -> LessonPage:
        response = signed_in(self.trainer).post(
            reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", self.course_page.pk]),
            lesson_form("新的一节", "讲师写的", **{"action-submit": "1"}),
        )
        self.assertEqual(response.status_code, 302)
        return LessonPage.objects.child_of(self.course_page).get(slug="lesson-new")

    def task_state(self, page: Page) -> Any:
        return page.current_workflow_task_state

    def approve(self, client: Client, page: Page) -> Any:
        address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", self.task_state(page).pk])
        return client.post(address, {"comment": "可以"})

    def test_what_a_trainer_submits_is_published_by_a_social_worker_and_frozen(self) -> None:
        lesson = self.submit_lesson()
        self.assertFalse(lesson.live)
        self.assertEqual(lesson.current_workflow_state.status, WorkflowState.STATUS_IN_PROGRESS)
        self.assertEqual(CourseVersion.objects.filter(course=self.course_page.course).count(), 1)

        self.approve(signed_in(self.social_worker), lesson)

        lesson.refresh_from_db()
        self.assertTrue(lesson.live)
        version = self.course_page.course.versions.first()
        self.assertEqual([one["title"] for one in version.lessons], ["第1节", "第2节", "新的一节"])
        self.assertEqual((version.number, version.published_by), (2, self.social_worker))

    def reject(self, page: Page) -> None:
        address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "reject", self.task_state(page).pk])
        signed_in(self.social_worker).post(address, {"comment": "再改改"})

    def test_a_new_lesson_that_is_sent_back_is_in_no_version(self) -> None:
        lesson = self.submit_lesson()
        self.reject(lesson)
        lesson.refresh_from_db()
        self.assertEqual(lesson.current_workflow_state.status, WorkflowState.STATUS_NEEDS_CHANGES)
        self.assertFalse(lesson.live)
        self.assertEqual(CourseVersion.objects.filter(course=self.course_page.course).count(), 1)

    def test_a_change_that_is_sent_back_leaves_the_published_lesson(self) -> None:
        lesson = LessonPage.objects.child_of(self.course_page).first()
        form = lesson_form("讲师改了题目", "……", **{"action-submit": "1"})
        signed_in(self.trainer).post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), form)
        self.reject(lesson)
        lesson.refresh_from_db()
        self.assertEqual((lesson.live, lesson.title, lesson.draft_title), (True, "第1节", "讲师改了题目"))
        self.assertEqual(CourseVersion.objects.filter(course=self.course_page.course).count(), 1)

    def test_the_other_language_follows_a_new_lesson(self) -> None:
        lesson = self.submit_lesson()
        [alias] = LessonPage.objects.filter(alias_of=lesson)
        self.assertFalse(alias.live)
        self.approve(signed_in(self.social_worker), lesson)
        alias.refresh_from_db()
        self.assertTrue(alias.live)
        self.assertEqual(alias.get_parent().specific.course, self.course_page.course)

    def acts_in_sight(self, user: Any, page: Page) -> list[str]:
        """Return the buttons below the form that stand outside the menu, in their order."""
        edit = BeautifulSoup(
            signed_in(user).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content, "html.parser"
        )
        buttons = edit.select("footer button[name], footer button[data-workflow-action-name]")
        seen = [one for one in buttons if one.find_parent(attrs={"data-controller": "w-dropdown"}) is None]
        return [one.get("data-workflow-action-name") or one["name"] for one in seen]

    def test_submission_and_decision_stand_beside_the_menu(self) -> None:
        lesson = LessonPage.objects.child_of(self.course_page).first()
        self.assertEqual(self.acts_in_sight(self.trainer, lesson), ["action-submit"])
        self.assertEqual(self.acts_in_sight(self.social_worker, lesson), ["action-publish"])

        submitted = self.submit_lesson()
        self.assertEqual(self.acts_in_sight(self.social_worker, submitted), ["approve", "reject"])
        self.assertEqual(self.acts_in_sight(self.trainer, submitted), ["action-cancel-workflow"])  # the only button

    def test_a_page_offers_to_be_unpublished_once(self) -> None:
        lesson = LessonPage.objects.child_of(self.course_page).first()
        edit = signed_in(self.social_worker).get(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
        self.assertContains(edit, reverse("wagtailadmin_pages:unpublish", args=[lesson.pk]), count=1)

    def test_a_page_without_pages_below_it_counts_none(self) -> None:
        lesson = LessonPage.objects.child_of(self.course_page).first()
        for page, count in ((lesson, False), (self.course_page, True)):
            shown = signed_in(self.trainer).get(reverse("wagtailadmin_explore", args=[page.pk]))
            self.assertEqual(bool(re.search(r"共\s+[1-9]\d*\s+条", shown.content.decode())), count)

    def test_a_trainer_publishes_nothing(self) -> None:
        lesson = LessonPage.objects.child_of(self.course_page).first()
        self.assertFalse(lesson.permissions_for_user(self.trainer).can_publish())
        client = signed_in(self.trainer)
        form = lesson_form("讲师想发布", "……", **{"action-publish": "1"})
        client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), form)
        lesson.refresh_from_db()
        self.assertEqual(lesson.title, "第1节")
        self.assertEqual(lesson.draft_title, "讲师想发布")
        client.post(reverse("wagtailadmin_pages:unpublish", args=[lesson.pk]))
        lesson.refresh_from_db()
        self.assertTrue(lesson.live)
        self.assertEqual(CourseVersion.objects.filter(course=self.course_page.course).count(), 1)

    def test_a_trainer_does_not_approve_what_they_submitted(self) -> None:
        lesson = self.submit_lesson()
        self.approve(signed_in(self.trainer), lesson)
        lesson.refresh_from_db()
        self.assertFalse(lesson.live)

    def test_a_social_worker_of_another_community_neither_sees_nor_approves_it(self) -> None:
        lesson = self.submit_lesson()
        client = signed_in(self.other_worker)
        self.approve(client, lesson)
        lesson.refresh_from_db()
        self.assertFalse(lesson.live)
        self.assertNotEqual(client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).status_code, 200)

    def test_nobody_edits_another_communitys_pages(self) -> None:
        home = HomePage.objects.filter(community=self.elsewhere).first()
        lesson = LessonPage.objects.child_of(self.foreign_page).first()
        for user in (self.trainer, self.social_worker):
            for page in (home, self.foreign_page, lesson):
                with self.subTest(user=user, page=page):
                    permissions = page.permissions_for_user(user)
                    self.assertFalse(permissions.can_edit())
                    self.assertFalse(permissions.can_add_subpage())
                    response = signed_in(user).get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
                    self.assertEqual(response.status_code, 404)

    def test_both_languages_are_the_communitys_own(self) -> None:
        for home in HomePage.objects.filter(community=self.community):
            self.assertTrue(home.permissions_for_user(self.trainer).can_edit())
            self.assertFalse(home.permissions_for_user(self.trainer).can_publish())
            self.assertTrue(home.permissions_for_user(self.social_worker).can_publish())
            self.assertIsNotNone(home.get_workflow())

    def test_pictures_go_into_the_communitys_own_collection(self) -> None:
        images = policy_registry.get_by_type(Image)
        [own] = images.collections_user_has_permission_for(self.trainer, "add")
        [foreign] = images.collections_user_has_permission_for(self.other_worker, "add")
        self.assertNotEqual(own, foreign)
        self.assertFalse(images.user_has_permission_for_instance(self.trainer, "change", Image(collection=foreign)))

    def test_the_admin_leads_to_no_other_site_and_to_no_report_on_sites(self) -> None:
        for user in (self.trainer, self.social_worker):
            response = signed_in(user).get(reverse("wagtailadmin_home"))
            self.assertNotContains(response, "wagtail.org")
            self.assertNotContains(response, reverse("wagtailadmin_reports:site_history"))
            self.assertContains(response, reverse("wagtailadmin_reports:workflow"))

    def test_the_editor_tells_of_a_newer_revision(self) -> None:
        lesson = LessonPage.objects.child_of(self.course_page).first()
        older = signed_in(self.social_worker)
        edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
        self.assertEqual(older.get(edit).status_code, 200)
        loaded = lesson.latest_revision_id
        signed_in(self.trainer).post(edit, lesson_form("讲师先存了", "……"))
        ping = reverse("wagtailadmin_editing_sessions:ping", args=["cms", "lessonpage", lesson.pk, 0])
        [other] = older.post(ping, {"revision_id": loaded}).json()["other_sessions"]
        self.assertNotIn(other["revision_id"], (None, loaded))
        older.post(edit, lesson_form("社工后存", "……"))
        titles = [revision.content["title"] for revision in lesson.revisions.order_by("-pk")[:2]]
        self.assertEqual(titles, ["社工后存", "讲师先存了"])

    def test_a_draft_can_be_previewed(self) -> None:
        client = signed_in(self.trainer)
        address = reverse("wagtailadmin_pages:preview_on_add", args=["cms", "lessonpage", self.course_page.pk])
        client.post(address, lesson_form("还没保存", "预览"))
        response = client.get(address)
        self.assertContains(response, "还没保存")
        self.assertEqual(CoursePage.objects.get(pk=self.course_page.pk).get_children().count(), 2)
