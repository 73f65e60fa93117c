"""The public search, which finds Chinese words inside Chinese titles on both databases."""

import pytest
from django.conf import settings
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from academy.people.permissions import DutyRole
from academy.settings import base
from cms import bigrams
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import LessonText, write_course
from tests.factories import UserFactory, course_text, found

pytestmark = [pytest.mark.slow, pytest.mark.both]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("课程", "课程 课 程", id="a pair and its characters"),
        pytest.param("入门课程", "入门 门课 课程 入 门 课 程", id="overlapping pairs"),
        pytest.param("CPR 心肺复苏", "cpr 心肺 肺复 复苏 心 肺 复 苏", id="words in lower case beside Chinese"),
        pytest.param("AED使用", "aed 使用 使 用", id="words that touch Chinese"),
        pytest.param("《条例》，第1条", "条例 条 例 第 1", id="punctuation parts"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_indexed(text: str, terms: str) -> None:
    assert bigrams.index_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("课程", "课程", id="a pair"),
        pytest.param("入门课程", "入门 门课 课程", id="pairs alone"),
        pytest.param("茶", "茶", id="a single character"),
        pytest.param("First aid!", "first aid", id="words"),
        pytest.param("' OR 1=1 --", "or 1", id="what is no word is no term"),
    ],
)
def test_what_is_looked_for(text: str, terms: str) -> None:
    assert bigrams.query_terms(text) == terms


@override_settings(ALLOWED_HOSTS=["*"], WAGTAILSEARCH_BACKENDS=base.WAGTAILSEARCH_BACKENDS)
class SearchTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found()
        cls.academy = academy_of(cls.community)
        cls.page = write_course(
            academy_page=cls.academy,
            text=course_text(
                lessons=[
                    LessonText("one", "认识 AED", 1, [("text", "<p>心肺复苏每分钟按压一百到一百二十次。</p>")]),
                    LessonText("two", "泡茶", 1, [("callout", {"kind": "remember", "text": "<p>小心开水烫伤。</p>"})]),
                ]
            ),
            by=None,
        )

    def titles(self, query: str, **headers: str) -> set[str]:
        response = self.client.get("/search/", {"q": query}, headers=headers)
        self.assertEqual(response.status_code, 200)
        return {page.title for page in response.context["results"]}

    def test_the_back_office_finds_titles_as_they_are_typed(self) -> None:
        client = Client()
        client.force_login(UserFactory(duties=[(self.community, DutyRole.SOCIAL_WORKER)]))
        course = reverse("wagtailadmin_explore", args=[self.page.pk])
        for address, query, titles in (
            (reverse("wagtailadmin_pages:search"), "课程", {"志愿者入门课程"}),
            (reverse("wagtailadmin_pages:search"), "入门课程", {"志愿者入门课程"}),
            (reverse("wagtailadmin_pages:search"), '"者入门"', {"志愿者入门课程"}),
            (reverse("wagtailadmin_pages:search"), "课程 急救", set()),
            (reverse("wagtailadmin_pages:search"), "茶", {"泡茶"}),
            (reverse("wagtailadmin_pages:search"), "AE", {"认识 AED"}),
            (reverse("wagtailadmin_pages:search"), "？", set()),
            (course, "泡茶", {"泡茶"}),
        ):
            with self.subTest(address=address, query=query):
                found = client.get(address, {"q": query}).context["object_list"]
                self.assertEqual({page.title for page in found}, titles)

    def test_the_back_office_says_how_many_pages_it_found(self) -> None:
        self.client.force_login(UserFactory(duties=[(self.community, DutyRole.SOCIAL_WORKER)]))
        response = self.client.get(reverse("wagtailadmin_pages:search"), {"q": "课程"})
        self.assertContains(response, "页面")
        self.assertNotContains(response, "None，")

    def test_a_word_is_found_inside_a_longer_title(self) -> None:
        self.assertIn("志愿者入门课程", self.titles("课程"))
        self.assertIn("志愿者入门课程", self.titles("入门"))

    def test_what_lessons_say_is_found(self) -> None:
        self.assertEqual(self.titles("心肺复苏"), {"认识 AED"})
        self.assertEqual(self.titles("烫伤"), {"泡茶"})

    def test_words_in_latin_letters_are_found_in_any_case(self) -> None:
        self.assertEqual(self.titles("aed"), {"认识 AED"})
        self.assertEqual(self.titles("\u202dＡＥＤ\u202c"), {"认识 AED"})

    def test_one_character_is_enough(self) -> None:
        self.assertEqual(self.titles("茶"), {"泡茶"})

    def test_all_words_have_to_be_there(self) -> None:
        self.assertEqual(self.titles("心肺复苏 烫伤"), set())
        self.assertEqual(self.titles("按压 AED"), {"认识 AED"})

    def test_nothing_typed_and_nothing_found_are_pages_too(self) -> None:
        self.assertEqual(self.titles(""), set())
        self.assertEqual(self.titles("？！"), set())
        self.assertEqual(self.titles("外星人"), set())
        self.assertEqual(self.titles("\"' * ( AND \\ %"), set())

    def test_drafts_are_not_found(self) -> None:
        CoursePage.objects.get(pk=self.page.pk).unpublish()
        self.assertNotIn("志愿者入门课程", self.titles("入门"))

    def test_a_course_is_found_once_it_has_a_published_lesson(self) -> None:
        for lesson in LessonPage.objects.child_of(self.page):
            lesson.unpublish()
        self.assertEqual(self.titles("入门"), set())
        LessonPage.objects.child_of(self.page).first().save_revision().publish()
        self.assertIn("志愿者入门课程", self.titles("入门"))

    def test_a_new_text_is_found_and_the_old_one_no_longer(self) -> None:
        page = CoursePage.objects.get(pk=self.page.pk)
        page.title = "急救基础"
        page.save_revision().publish()
        self.assertEqual(self.titles("急救基础"), {"急救基础"})
        self.assertNotIn("志愿者入门课程", self.titles("入门"))

    def test_each_language_finds_its_own_pages(self) -> None:
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        response = self.client.get("/search/", {"q": "volunteer"})
        self.assertEqual({page.locale.language_code for page in response.context["results"]}, {"en"})

    def test_another_communitys_pages_are_not_found(self) -> None:
        other = found("zhulin")
        write_course(academy_page=academy_of(other), text=course_text("there", title="竹林专有"), by=None)
        self.assertEqual(self.titles("竹林专有"), set())
        self.assertEqual(self.titles("竹林专有", host="zhulin.test"), {"竹林专有"})

    def test_many_results_come_in_pages(self) -> None:
        lessons = [LessonText(f"l-{number}", "太极拳", 1, [("text", "<p>慢慢来。</p>")]) for number in range(12)]
        write_course(academy_page=self.academy, text=course_text("long", title="健身", lessons=lessons), by=None)
        first = self.client.get("/search/", {"q": "太极拳"})
        self.assertEqual((len(first.context["results"]), first.context["page_obj"].paginator.num_pages), (10, 2))
        second = self.client.get("/search/", {"q": "太极拳", "p": 2})
        self.assertEqual(len(second.context["results"]), 2)
