"""The pages of a quiz, as a learner meets them without JavaScript."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.learning import open_lessons, quiz_services, services
from academy.learning.models import Course, Enrolment, LessonCompletion, Note, QuizAttempt
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.quiz_block import written_quiz
from cms.writing import LessonText, write_course
from tests.factories import UserFactory, VolunteerFactory, course_text, found
from tests.pages import text_of
from tests.quizzes import TEXT, form_of, right_answers

pytestmark = [pytest.mark.slow]

ENGLISH = "1. Which number?\nA. 110\nB. 119\nAnswer: B\nExplanation: Remember it.\n"


def course_with_quiz(slug: str, text: str = TEXT, **fields: Any) -> Any:
    lessons = [
        LessonText("lesson-1", "第一节", 1, [("text", "<p>正文</p>"), ("quiz", written_quiz(text, tries=2))]),
        LessonText("lesson-2", "第二节", 1, [("text", "<p>更多</p>")]),
    ]
    return course_text(slug, lessons=lessons, **fields)


class QuizPagesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        cls.academy = academy_of(cls.community)
        cls.page = write_course(
            academy_page=cls.academy,
            text=course_with_quiz("first-aid", title="急救"),
            translation=course_with_quiz("first-aid", ENGLISH, title="First aid"),
            by=None,
        )
        cls.course = Course.objects.get()
        cls.volunteer = VolunteerFactory(community=cls.community, login=True)

    def setUp(self) -> None:
        self.first, self.second = LessonPage.objects.child_of(self.page).order_by("path")
        self.quiz = reverse("quiz", args=[self.course.key, self.first.key])
        self.client.force_login(self.volunteer.user)

    def answers(self, *, wrong: int = 0) -> dict[str, Any]:
        """Return a form as it is shown now, filled in."""
        form = form_of(self.client.get(f"{self.quiz}?again=1"))
        sheet = quiz_services.read_form(
            volunteer=self.volunteer, course=self.course, lesson_key=self.first.key, form=form
        )
        assert isinstance(sheet, quiz_services.Sheet)
        return {"form": form, **right_answers(sheet.drawn, wrong=wrong)}

    def test_passing_leads_to_why_and_to_the_next_lesson_which_is_open_at_once(self) -> None:
        self.assertContains(self.client.get(self.second.get_url()), "第一节")
        self.assertEqual(self.client.get(self.second.get_url()).context["waits_for"], self.first)
        answer = self.client.post(self.quiz, self.answers())
        self.assertRedirects(answer, self.quiz, fetch_redirect_response=False)
        result = self.client.get(self.quiz)
        self.assertContains(result, "119 是火警。")
        self.assertContains(result, f'href="{self.second.get_url()}"')
        self.assertIsNone(self.client.get(self.second.get_url()).context.get("waits_for"))
        self.assertTrue(LessonCompletion.objects.filter(lesson_key=self.first.key).exists())

    def test_the_card_of_a_translation_says_the_terms_of_the_original(self) -> None:
        translated = LessonPage.objects.get(
            translation_key=self.first.translation_key, locale__language_code="en", alias_of=None
        )
        value = written_quiz(ENGLISH, pass_mark=1, tries=9)
        translated.body = [("text", "<p>Text</p>"), ("quiz", value)]
        translated.save_revision().publish()
        for is_reader in (True, False):
            if not is_reader:
                self.client.logout()
            page = text_of(self.client.get(translated.get_url(), HTTP_ACCEPT_LANGUAGE="en"))
            self.assertIn("2 tries a day", page)
            self.assertNotIn("9 tries", page)

    def test_the_answers_are_not_sent_before_they_are_graded(self) -> None:
        for address in (self.first.get_url(), self.quiz):
            page = self.client.get(address).content.decode()
            self.assertNotIn("119 是火警", page)
            self.assertNotIn("data-right", page)
        self.client.logout()
        self.assertNotContains(self.client.get(self.first.get_url()), "公益")

    def test_the_lesson_says_how_it_is_completed_and_has_no_button_of_its_own(self) -> None:
        page = self.client.get(self.first.get_url())
        self.assertContains(page, f'href="{self.quiz}"')
        self.assertNotContains(page, reverse("learning:lesson_done", args=[self.course.key, self.first.key]))

    def test_a_question_without_an_answer_is_marked_and_the_others_keep_theirs(self) -> None:
        sent = self.answers()
        name = next(name for name in sent if name != "form")
        page = self.client.post(self.quiz, {**sent, name: []})
        self.assertContains(page, 'data-refusal="quiz_incomplete"')
        self.assertContains(page, f'href="#{name}"')
        self.assertEqual(
            page.content.decode().count(" checked"),
            sum(len(value) for key, value in sent.items() if key not in ("form", name)),
        )
        self.assertEqual(form_of(page), sent["form"])
        self.assertRedirects(self.client.post(self.quiz, sent), self.quiz, fetch_redirect_response=False)

    def test_a_form_sent_twice_counts_once(self) -> None:
        sent = self.answers(wrong=3)
        for _again in range(2):
            self.assertRedirects(self.client.post(self.quiz, sent), self.quiz, fetch_redirect_response=False)
        self.assertEqual(QuizAttempt.objects.count(), 1)

    def test_a_second_form_of_the_same_draw_is_refused_and_the_next_questions_are_shown(self) -> None:
        self.first.body = [("quiz", written_quiz(TEXT, pool=2))]
        self.first.save_revision().publish()
        second = self.answers()
        self.client.post(self.quiz, self.answers(wrong=2))
        page = self.client.post(self.quiz, second)
        self.assertContains(page, 'data-refusal="quiz_form_unknown"')
        self.assertNotEqual(form_of(page), second["form"])
        self.assertEqual(QuizAttempt.objects.count(), 1)

    def test_after_the_last_try_of_the_day_the_page_says_when_it_goes_on(self) -> None:
        third = self.answers()
        for _try in range(2):
            self.client.post(self.quiz, self.answers(wrong=3))
        result = self.client.get(self.quiz)
        self.assertNotContains(result, "again=1")
        self.assertContains(result, "0:00")
        refused = self.client.post(self.quiz, third, follow=True)
        self.assertContains(refused, "0:00")
        self.assertEqual(QuizAttempt.objects.count(), 2)
        self.assertFalse(LessonCompletion.objects.exists())

    def test_forged_forms_and_answers_count_nothing_and_ask_again(self) -> None:
        sent = self.answers()
        name = next(name for name in sent if name != "form")
        other = write_course(academy_page=self.academy, text=course_with_quiz("other"), by=None)
        elsewhere = LessonPage.objects.child_of(other).order_by("path")[0]
        other.refresh_from_db()
        cases = [
            (self.quiz, {**sent, name: ["77"]}, "quiz_forged"),
            (self.quiz, {**sent, "form": "x"}, "quiz_form_unknown"),
            (reverse("quiz", args=[other.course.key, elsewhere.key]), sent, "quiz_elsewhere"),
        ]
        for address, data, code in cases:
            with self.subTest(code):
                page = self.client.post(address, data)
                self.assertContains(page, f'data-refusal="{code}"')
                form_of(page)
        self.assertFalse(QuizAttempt.objects.exists())

    def test_a_locked_quiz_leads_back_with_the_reason(self) -> None:
        services.publish_course(
            community=self.community,
            key="before",
            title="先学这门",
            tier="beginner",
            required=True,
            lessons=[{"key": "x", "title": "甲", "class_hours": 1, "body": ""}],
            by=None,
            at=timezone.now(),
        )
        before = Course.objects.get(key="before")
        self.course.requires.set([before])
        with patch.object(open_lessons, "_pages", []):
            answer = self.client.get(self.quiz)
            self.assertEqual(answer["Location"], self.first.get_url())
            self.assertIn("先学这门", str(next(iter(get_messages(answer.wsgi_request)))))
            for page in (self.page, self.first):
                self.assertContains(self.client.get(page.get_url()), reverse("course", args=["before"]))

    def test_a_page_closed_under_a_learner_keeps_the_try(self) -> None:
        sent = self.answers()
        for page in LessonPage.objects.filter(translation_key=self.first.translation_key):
            page.unpublish()
        self.assertEqual(self.client.get(self.quiz).status_code, 404)
        self.assertEqual(self.client.post(self.quiz, sent)["Location"], reverse("academy"))
        self.assertTrue(QuizAttempt.objects.get().passed)

    def test_an_edit_under_a_learner_spoils_no_try(self) -> None:
        sent = self.answers()
        self.first.body = [("quiz", written_quiz("1. 新题（√）"))]
        self.first.save_revision().publish()
        self.client.post(self.quiz, sent)
        self.assertEqual(QuizAttempt.objects.get().asked, 3)
        self.assertContains(self.client.get(self.quiz), "119 是火警。")

    def test_both_languages_are_asked_and_progress_is_one(self) -> None:
        self.client.cookies["django_language"] = "en"
        page = self.client.get(self.quiz)
        self.assertContains(page, "Which number?")
        self.client.cookies["django_language"] = "zh-hans"
        self.client.post(self.quiz, self.answers())
        english = LessonPage.objects.get(translation_key=self.first.translation_key, locale__language_code="en")
        self.assertTrue(self.client.get(english.get_url()).context["is_done"])

    def translated(self) -> LessonPage:
        return LessonPage.objects.get(translation_key=self.first.translation_key, locale__language_code="en")

    def test_the_terms_of_the_original_hold_in_every_language(self) -> None:
        english = self.translated()
        english.body = [("quiz", written_quiz(ENGLISH, tries=9, pass_mark=1))]
        english.save_revision().publish()
        found = self.course.versions.latest("number").quiz_of(self.first.key, "en")
        self.assertEqual((found[0], found[1].tries, found[1].pass_mark), ("en", 2, None))
        self.first.body = [("quiz", written_quiz(TEXT, pass_mark=3))]
        self.first.save_revision().publish()
        found = self.course.versions.latest("number").quiz_of(self.first.key, "en")
        self.assertEqual((found[0], found[1].pass_mark), ("zh-hans", 3))  # one question never gives three right answers

    def test_a_translation_without_the_quiz_leads_to_it_all_the_same(self) -> None:
        english = self.translated()
        english.body = [("text", "<p>Text</p>")]
        english.save_revision().publish()
        self.assertContains(self.client.get(english.get_url()), f'href="{self.quiz}"')

    def test_a_quiz_that_only_a_translation_has_is_not_offered(self) -> None:
        self.first.body = [("text", "<p>正文</p>")]
        self.first.save_revision().publish()
        self.assertNotContains(self.client.get(self.translated().get_url()), f'href="{self.quiz}"')

    def test_a_visitor_signs_in_first_and_a_login_of_nobody_is_told(self) -> None:
        self.client.logout()
        self.assertIn("next=", self.client.get(self.quiz)["Location"])
        self.client.force_login(UserFactory())
        self.assertEqual(self.client.get(self.quiz)["Location"], self.first.get_url())

    def test_an_unknown_lesson_has_no_quiz(self) -> None:
        self.assertEqual(self.client.get(reverse("quiz", args=[self.course.key, "nothing"])).status_code, 404)
        self.assertEqual(self.client.get(reverse("lesson", args=[self.course.key, "nothing"])).status_code, 404)
        plain = self.client.get(reverse("quiz", args=[self.course.key, self.second.key]))
        self.assertEqual(plain["Location"], self.second.get_url())

    # Studying

    def test_one_tap_enrols_and_begins(self) -> None:
        page = self.client.get(self.page.get_url())
        self.assertContains(page, reverse("learning:enrol", args=[self.course.key]))
        self.assertContains(page, "· 有测验", count=1)
        answer = self.client.post(reverse("learning:enrol", args=[self.course.key]), {"next": self.first.get_url()})
        self.assertEqual(answer["Location"], self.first.get_url())
        self.assertEqual(Enrolment.objects.get().course, self.course)

    def test_one_goes_on_where_one_stopped_in_another_language_too(self) -> None:
        services.enrol(volunteer=self.volunteer, course=self.course, by=None, at=timezone.now())
        self.client.get(self.first.get_url())
        self.client.post(self.quiz, self.answers())
        self.client.get(self.second.get_url())
        page = self.client.get("/en/academy/first-aid/")
        self.assertEqual(page.context["next_lesson"].key, self.second.key)
        self.assertContains(page, "Go on: 第二节")

    def test_reading_without_enrolling_writes_nothing(self) -> None:
        self.client.get(self.first.get_url())
        self.assertFalse(Enrolment.objects.exists())

    def test_what_moves_progress_stands_on_every_course(self) -> None:
        for _signed_in in (True, False):
            self.assertContains(
                self.client.get("/en/academy/first-aid/"), "A lesson with a quiz counts when you pass it"
            )
            self.client.logout()
        write_course(academy_page=self.academy, text=course_text("plain"), by=None)
        self.assertContains(self.client.get("/en/academy/plain/"), "A lesson counts when you mark it as done")

    def test_a_note_is_written_at_the_lesson_and_only_its_author_sees_it(self) -> None:
        address = reverse("learning:note", args=[self.course.key, self.first.key])
        back = self.client.post(address, {"text": "按压要快", "seen": "", "next": self.first.get_url()})
        self.assertEqual(back["Location"], self.first.get_url())
        self.assertContains(self.client.get(self.first.get_url()), "按压要快")
        self.client.force_login(VolunteerFactory(community=self.community, login=True).user)
        self.assertNotContains(self.client.get(self.first.get_url()), "按压要快")
        self.assertNotContains(self.client.get(address), "按压要快")

    def test_nothing_unseen_reaches_a_note_or_the_search_for_one(self) -> None:
        address = reverse("learning:note", args=[self.course.key, self.first.key])
        self.client.post(address, {"text": "按压\0要快", "seen": ""})
        self.assertEqual(Note.objects.get().text, "按压要快")
        unknown = f"/learning/{self.course.key}/x%00y/note/"
        self.assertEqual(self.client.get(unknown).status_code, 404)

    def test_a_note_that_is_too_long_is_shown_again(self) -> None:
        address = reverse("learning:note", args=[self.course.key, self.first.key])
        page = self.client.post(address, {"text": "长" * (Note.MOST_CHARACTERS + 1), "seen": ""})
        self.assertContains(page, 'data-refusal="note_too_long"')
        self.assertIn("长" * 100, text_of(page))

    def test_a_lesson_with_a_quiz_and_a_note_stays_within_its_statements(self) -> None:
        services.enrol(volunteer=self.volunteer, course=self.course, by=None, at=timezone.now())
        self.client.post(self.quiz, self.answers(wrong=3))
        for address in (self.first.get_url(), self.page.get_url()):
            self.client.get(address)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(address)
            self.assertLessEqual(len(queries), 11, [query["sql"][:90] for query in queries])

    # Trainers

    def test_a_trainer_sees_figures_of_their_own_community_and_no_name(self) -> None:
        self.client.post(self.quiz, self.answers(wrong=3))
        self.client.force_login(UserFactory(duties=[(self.community, DutyRole.TRAINER)]))
        self.assertContains(self.client.get(reverse("quizzes")), "第一节")
        figures = reverse("quiz_figures", args=[self.course.key, self.first.key])
        page = self.client.get(figures)
        self.assertContains(page, "火警电话")
        self.assertNotContains(page, self.volunteer.name)
        self.client.force_login(UserFactory(duties=[(found("elsewhere"), DutyRole.TRAINER)]))
        self.assertEqual(self.client.get(figures).status_code, 404)
        self.assertNotContains(self.client.get(reverse("quizzes")), "第一节")

    def test_a_preview_shows_the_questions_with_their_answers_to_the_trainer(self) -> None:
        self.client.force_login(UserFactory(duties=[(self.community, DutyRole.TRAINER)]))
        asking = self.client.get("/").wsgi_request
        shown = self.first.get_latest_revision_as_object().make_preview_request(asking, "")
        self.assertIn("119 是火警。", shown.content.decode())

    def test_a_deleted_course_page_leaves_its_tries(self) -> None:
        self.client.post(self.quiz, self.answers(wrong=3))
        CoursePage.objects.get(pk=self.page.pk).delete()
        self.assertEqual(QuizAttempt.objects.count(), 1)
        self.assertIsNotNone(re.search("first-aid", self.course.key))
