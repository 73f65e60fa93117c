"""The public search, which finds Chinese words inside Chinese titles on both databases."""

import datetime as dt
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from academy.core.models import Community
from academy.people.permissions import DutyRole
from academy.settings import base
from cms import asking, bigrams, practice, public_search
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import LessonText, write_course
from tests.cms.searching import shown
from tests.factories import ActivityFactory, UserFactory, course_text, found

pytestmark = [pytest.mark.slow, pytest.mark.both]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("课程", "课程 课 程", id="a pair and its characters"),
        pytest.param("入门课程", "入门 门课 课程 入 门 课 程", id="overlapping pairs"),
        pytest.param("CPR 心肺复苏", "cpr 心肺 肺复 复苏 心 肺 复 苏", id="words in lower case beside Chinese"),
        pytest.param("AED使用", "aed 使用 使 用", id="words that touch Chinese"),
        pytest.param("《条例》，第1条", "条例 条 例 第 1", id="punctuation parts"),
        pytest.param("急救課程", "急救 救课 课程 急 救 课 程", id="traditional characters"),
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
        return set(shown(response))

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

    def test_a_text_with_all_words_comes_alone(self) -> None:
        response = self.client.get("/search/", {"q": "按压 AED"})
        self.assertEqual((shown(response), response.context["found"].is_near), (["认识 AED"], False))

    def test_without_a_text_with_all_words_the_nearest_are_shown_as_such(self) -> None:
        response = self.client.get("/search/", {"q": "心肺复苏 烫伤"})
        self.assertEqual((shown(response), response.context["found"].is_near), (["认识 AED"], True))
        self.assertContains(response, "没有哪一页包含所有的词")

    def test_only_the_nearest_that_are_shown_are_made_into_results(self) -> None:
        asked = asking.read("防火 烫伤")
        assert isinstance(asked, asking.Question)
        near = [public_search._Text(public_search.Kind.PAGE, f"防火{n}", "", "", "/") for n in range(20)]
        best = public_search._Text(public_search.Kind.PAGE, "烫伤和防火", "", "", "/")
        with patch("cms.public_search._result", wraps=public_search._result) as made:
            found = public_search._near([*near, best], asked)
        self.assertEqual((len(found), made.call_count), (public_search.NEAR, public_search.NEAR))
        self.assertEqual(["".join(part for part, _ in one.title) for one in found[:2]], ["烫伤和防火", "防火0"])

    def test_nothing_typed_and_nothing_found_are_pages_too(self) -> None:
        for query in ("", "   ", "外星人", "\"' * ( AND \\ %"):
            self.assertEqual(self.titles(query), set(), query)

    def test_signs_and_long_texts_are_refused_and_stay_in_the_field(self) -> None:
        for query, code in (
            ("？！，", "search_without_word"),
            ("防火" * 250, "search_too_long"),
            ("<b></b>", "search_without_word"),
        ):
            response = self.client.get("/search/", {"q": query})
            self.assertEqual(response.context["refusal"].code, code)
            self.assertContains(response, f'value="{escape(query)}"')
            self.assertContains(response, 'aria-describedby="q-error"')

    def test_a_hundred_characters_are_searched(self) -> None:
        self.assertNotIn("refusal", self.client.get("/search/", {"q": "茶" * 100}).context)
        self.assertIn("refusal", self.client.get("/search/", {"q": "茶" * 101}).context)

    def test_markup_is_shown_as_text_and_its_words_are_found(self) -> None:
        response = self.client.get("/search/", {"q": "<b>泡茶</b><script>"})
        self.assertEqual(shown(response), ["泡茶"])
        self.assertNotContains(response, "<b>泡茶")

    def test_found_words_are_marked_in_the_title_and_in_the_text_around_them(self) -> None:
        self.assertContains(self.client.get("/search/", {"q": "泡茶"}), "<mark>泡茶</mark>", html=True)
        response = self.client.get("/search/", {"q": "按壓"})
        self.assertContains(response, "心肺复苏每分钟<mark>按压</mark>一百到一百二十次。")
        self.assertContains(response, "志愿者入门课程")  # the course of the lesson

    def test_pinyin_and_traditional_characters_find_titles(self) -> None:
        for query in ("paocha", "pao cha", "pc", "泡茶"):
            self.assertIn("泡茶", self.titles(query), query)
        self.assertIn("志愿者入门课程", self.titles("入門課程"))

    def test_words_of_the_same_meaning_are_found(self) -> None:
        for query in ("急救", "jijiu", "救命", "除顫"):
            self.assertIn("认识 AED", self.titles(query), query)

    def test_activities_to_come_are_found_and_no_others(self) -> None:
        now = timezone.now()
        coming = {"starts_at": now + dt.timedelta(days=2), "ends_at": now + dt.timedelta(days=2, hours=2)}
        held = {"starts_at": now - dt.timedelta(days=3), "ends_at": now - dt.timedelta(days=3, hours=-2)}
        published = now - dt.timedelta(days=9)
        for title, fields in (
            ("防火宣传", {**coming, "published": published}),
            ("防火草稿", {**coming, "published": None}),
            ("防火旧闻", {**held, "published": published}),
        ):
            ActivityFactory(community=self.community, title=title, place="东门", **fields)
        ActivityFactory(community=found("other"), title="防火别处", published=published, **coming)
        for query in ("防火", "fanghuo"):
            self.assertEqual({title for title in self.titles(query) if "防火" in title}, {"防火宣传"})
        self.assertIn("防火宣传", self.titles("東門"))
        self.assertContains(self.client.get("/search/", {"q": "防火"}), "· 东门")

    def test_practice_is_never_found(self) -> None:
        worker = UserFactory(duties=[(self.community, DutyRole.ADMINISTRATOR)])
        self.assertIsInstance(
            practice.set_up_practice(community=self.community, by=worker, at=timezone.now()), Community
        )
        self.assertEqual({title for title in self.titles("演练") if "演练" in title}, set())

    def test_the_statements_do_not_grow_with_the_results(self) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.titles("志愿者")
            return len(captured)

        def write(slug: str, length: int) -> None:
            lessons = [LessonText(f"l-{n}", f"志愿者{n}", 1, [("text", "<p>慢。</p>")]) for n in range(length)]
            write_course(academy_page=self.academy, text=course_text(slug, title="志愿者", lessons=lessons), by=None)

        write("few", 1)
        self.titles("志愿者")
        before = count()
        write("more", 4)
        self.assertEqual(count(), before)
        self.assertLessEqual(before, 14)

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
        results = [result for group in response.context["found"].groups for result in group.results]
        self.assertTrue(results)
        self.assertTrue(all(result.url.startswith("/en/") for result in results))

    def test_another_communitys_pages_are_not_found(self) -> None:
        other = found("zhulin")
        write_course(academy_page=academy_of(other), text=course_text("there", title="竹林专有"), by=None)
        self.assertEqual(self.titles("竹林专有"), set())
        self.assertEqual(self.titles("竹林专有", host="zhulin.test"), {"竹林专有"})

    @patch("cms.views.RESULTS_PER_PAGE", 4)
    def test_many_results_of_a_kind_are_a_list_in_pages(self) -> None:
        lessons = [LessonText(f"l-{number}", "太极拳", 1, [("text", "<p>慢慢来。</p>")]) for number in range(6)]
        write_course(academy_page=self.academy, text=course_text("long", title="健身", lessons=lessons), by=None)
        for address, count in (
            ({}, 5),  # the best of each kind
            ({"kind": "lesson"}, 4),
            ({"kind": "lesson", "p": 2}, 2),
            ({"kind": "nonsense"}, 5),
        ):
            response = self.client.get("/search/", {"q": "太极拳", **address})
            self.assertContains(response, '<a class="row-title"', count)
            self.assertContains(response, "kind=lesson")
