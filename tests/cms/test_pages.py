"""The pages as visitors see them: in both languages, signed out and signed in."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY, SITE_ROOT_PATHS_CACHE_VERSION

from academy.learning.services import complete_lesson
from academy.settings.base import cache as cache_at
from cms.founding import academy_of
from cms.models import CoursePage, HomePage, LessonPage, RecruitmentPage
from cms.writing import write_course
from tests.factories import ActivityFactory, RuleSetFactory, UserFactory, VolunteerFactory, course_text, found
from tests.pages import text_of
from tests.roles import as_owner

pytestmark = pytest.mark.slow

LESSON = "/zh-hans/academy/first-steps/lesson-1/"
COURSE = "/zh-hans/academy/first-steps/"


@override_settings(ALLOWED_HOSTS=["*"])
class PageTests(TestCase):
    """All tests of pages, in one class, so that the community is founded once."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found(desk_hours="周一至周五 9:00–17:30")
        cls.academy = academy_of(cls.community)
        cls.page = write_course(academy_page=cls.academy, text=course_text(), by=None)
        cls.volunteer = VolunteerFactory(community=cls.community, login=True)

    def choose(self, language: str) -> None:
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    def complete(self, *lessons: LessonPage) -> None:
        for lesson in lessons:
            complete_lesson(
                volunteer=self.volunteer,
                course=self.page.course,
                lesson_key=lesson.key,
                at=timezone.now(),
                by=self.volunteer.user,
            )

    def lessons(self) -> list[LessonPage]:
        return list(LessonPage.objects.child_of(self.page).order_by("path"))

    # Addresses

    def test_addresses_without_a_language_lead_to_the_visitors_own(self) -> None:
        course = ("/course/first-steps/", "academy/first-steps/")
        fixed = (("/", ""), ("/academy/", "academy/"), ("/rules/", "rules/"), course)
        for address, page in fixed:
            self.assertRedirects(self.client.get(address), f"/zh-hans/{page}")
        self.choose("en")
        for address, page in fixed:
            self.assertRedirects(self.client.get(address), f"/en/{page}")

    def test_every_page_is_there_in_both_languages(self) -> None:
        for language in ("zh-hans", "en"):
            for path in ("", "academy/", "academy/first-steps/", "academy/first-steps/lesson-1/", "join/", "rules/"):
                with self.subTest(language=language, path=path):
                    response = self.client.get(f"/{language}/{path}")
                    self.assertEqual((response.status_code, response["Content-Language"]), (200, language))

    def test_what_is_shown_in_the_original_language_says_so(self) -> None:
        response = self.client.get("/en/academy/first-steps/lesson-1/")
        self.assertContains(response, "Nobody has translated this page yet")
        self.assertContains(response, '<article class="article" lang="zh-hans">')
        self.assertNotContains(self.client.get("/en/join/"), "Nobody has translated this page yet")

    def test_a_moved_course_keeps_its_fixed_address(self) -> None:
        page = CoursePage.objects.get(pk=self.page.pk)
        page.slug = "renamed"
        page.save_revision().publish()
        self.assertRedirects(self.client.get("/course/first-steps/"), "/zh-hans/academy/renamed/")

    def test_a_fixed_address_leads_on_though_old_root_paths_are_cached(self) -> None:
        old = [(Site.objects.get().pk, "/home/", "http://localhost", "zh-hans")]
        cache.set(SITE_ROOT_PATHS_CACHE_KEY, old, 3600, version=SITE_ROOT_PATHS_CACHE_VERSION)

        response = self.client.get("/course/first-steps/")

        self.assertRedirects(response, COURSE)

    def test_a_course_in_one_language_alone_is_shown_in_that(self) -> None:
        CoursePage.objects.filter(alias_of=self.page).get().unpublish()
        self.choose("en")
        self.assertRedirects(self.client.get("/course/first-steps/"), COURSE)

    def test_unknown_and_unpublished_pages_are_not_found(self) -> None:
        self.lessons()[0].unpublish()
        for address in (LESSON, "/zh-hans/nothing/", "/course/nothing/", "/zh-hans/academy/nothing/lesson-1/"):
            self.assertEqual(self.client.get(address).status_code, 404, address)
        CoursePage.objects.get(pk=self.page.pk).unpublish()
        self.assertEqual(self.client.get("/course/first-steps/").status_code, 404)

    def test_without_any_site_there_is_nothing_to_show(self) -> None:
        Site.objects.all().delete()
        for address in ("/", "/academy/", "/search/?q=x"):
            self.assertEqual(self.client.get(address).status_code, 404, address)

    def test_each_community_is_served_at_its_own_address(self) -> None:
        found("zhulin")
        self.assertContains(self.client.get("/zh-hans/", headers={"host": "zhulin.test"}), "zhulin社区志愿者学院")
        self.assertContains(self.client.get("/zh-hans/", headers={"host": "songlin.test"}), "songlin社区志愿者学院")
        self.assertEqual(self.client.get(COURSE, headers={"host": "zhulin.test"}).status_code, 404)

    # Content

    def test_the_home_page_says_what_it_is_and_leads_on(self) -> None:
        response = self.client.get("/zh-hans/")
        self.assertContains(response, "songlin社区志愿者学院")
        for address in ("/academy/", "/activities/", "/zh-hans/join/", "/rules/"):
            self.assertContains(response, f'href="{address}"')

    def test_the_academy_lists_each_tiers_courses_with_their_class_hours(self) -> None:
        write_course(
            academy_page=self.academy,
            text=course_text("elective", title="八段锦", tier="advanced", required=False, length=3),
            by=None,
        )
        response = self.client.get("/zh-hans/academy/")
        tiers = {
            group["tier"].value: [
                [(page.title, page.listed_class_hours) for page in group[kind]] for kind in ("required", "electives")
            ]
            for group in response.context["tiers"]
        }
        self.assertEqual(
            tiers,
            {"beginner": [[("志愿者入门课程", 2)], []], "intermediate": [[], []], "advanced": [[], [("八段锦", 3)]]},
        )

    def test_the_recruitment_page_names_the_risks_and_the_desk(self) -> None:
        response = self.client.get("/zh-hans/join/")
        page = RecruitmentPage.objects.get(locale__language_code="zh-hans")
        self.assertIn("可能发生的风险", page.risks)
        self.assertContains(response, 'href="tel:0731-12345678"')
        for text in ("松林路 8 号", "周一至周五 9:00–17:30", "0731-12345678", "交通事故"):
            self.assertIn(text, text_of(response))

    def test_the_rules_page_shows_every_clause_in_force_with_its_source(self) -> None:
        response = self.client.get("/zh-hans/rules/")
        rule_set = response.context["rule_set"]
        self.assertEqual(rule_set.community, self.community)
        for clause in rule_set.clauses.all():
            self.assertContains(response, f'id="{clause.code}"')
            self.assertContains(response, reverse("rulebook:clause", args=[rule_set.pk, clause.code]))
        english = self.client.get("/en/rules/")
        self.assertContains(english, rule_set.clauses.first().text_en, html=True)

    def test_the_rules_page_tells_of_the_version_to_come(self) -> None:
        page = self.client.get("/zh-hans/rules/")
        self.assertIsNone(page.context["coming"])
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        coming = RuleSetFactory(community=self.community, effective_from=tomorrow)
        page = self.client.get("/zh-hans/rules/")
        self.assertEqual(page.context["rule_set"].version, 1)
        self.assertContains(page, reverse("rulebook:rules", args=[coming.pk]))

    def test_the_course_shows_its_lessons_in_order(self) -> None:
        html = self.client.get(COURSE).content.decode()
        self.assertLess(html.index(f'href="{LESSON}"'), html.index(f'href="{COURSE}lesson-2/"'))

    def test_a_lesson_leads_to_the_next_and_the_last_one_back_to_the_course(self) -> None:
        first = " ".join(self.client.get(LESSON).content.decode().split())
        self.assertIn(f'href="{COURSE}lesson-2/" rel="next"', first)
        last = self.client.get(f"{COURSE}lesson-2/")
        self.assertIsNone(last.context["following_lesson"])
        self.assertIn(f'class="btn btn-primary" href="{COURSE}"', " ".join(last.content.decode().split()))

    # Signed in

    def test_reading_marking_and_completing_a_course(self) -> None:
        self.client.force_login(self.volunteer.user)
        first, second = self.lessons()
        self.assertEqual(self.client.get(COURSE).context["next_lesson"], first)
        for lesson in (first, second):
            response = self.client.get(lesson.url)
            address = reverse("learning:lesson_done", args=["first-steps", lesson.key])
            self.assertContains(response, f'action="{address}"')
            after = self.client.post(address, {"next": f"{lesson.url}#done"}, follow=True)
            self.assertTrue(after.context["is_done"])
            self.assertNotContains(after, f'action="{address}"')
        response = self.client.get(COURSE)
        self.assertIsNotNone(response.context["progress"].completed_at)
        self.assertIsNone(response.context["next_lesson"])
        academy = self.client.get("/zh-hans/academy/")
        self.assertEqual(academy.context["class_hours"], 2)
        self.assertContains(academy, "chip-done", count=1)

    def test_progress_is_the_same_in_every_language(self) -> None:
        self.client.force_login(self.volunteer.user)
        self.complete(self.lessons()[0])
        response = self.client.get("/en/academy/first-steps/")
        self.assertContains(response, "1 of 2 lessons done")
        self.assertContains(response, "Earned so far: 1 class hour")
        self.assertContains(self.client.get("/en/academy/first-steps/lesson-1/"), "This lesson is done.")

    def test_t4_the_academy_counts_each_lesson_that_is_done(self) -> None:
        self.client.force_login(self.volunteer.user)
        self.choose("en")
        self.assertNotContains(self.client.get("/en/academy/"), "The lessons that you have done")
        self.complete(self.lessons()[0])
        response = self.client.get("/en/academy/")
        self.assertContains(response, "The lessons that you have done add up to 1 class hour.")
        self.assertNotContains(response, "chip-done")

    def test_t4_a_lesson_that_is_done_shows_what_it_earned_and_another_what_it_states(self) -> None:
        self.client.force_login(self.volunteer.user)
        first, second = self.lessons()
        self.complete(first)
        for lesson in (first, second):
            lesson.class_hours = Decimal(3)
            lesson.save_revision().publish()
        rows = self.client.get(COURSE).context["rows"]
        self.assertEqual([(row.is_done, row.class_hours) for row in rows], [(True, 1), (False, 3)])
        self.assertEqual([self.client.get(page.url).context["class_hours"] for page in (first, second)], [1, 3])

    def test_one_persons_progress_is_not_anothers(self) -> None:
        self.client.force_login(self.volunteer.user)
        self.complete(self.lessons()[0])
        self.client.force_login(VolunteerFactory(community=self.community, login=True).user)
        self.assertEqual(self.client.get(COURSE).context["done"], frozenset())

    def test_a_sign_in_of_no_volunteer_reads_without_marking(self) -> None:
        self.client.force_login(UserFactory())
        response = self.client.get(LESSON)
        self.assertIsNone(response.context["learner"])
        self.assertNotContains(response, f"{reverse('account_login')}?next=")
        self.assertNotContains(response, '<form class="act"')

    # Cost

    def statements(self, address: str) -> int:
        with self.settings(CACHES={"default": cache_at("dbcache://academy_cache")}):
            with as_owner():
                call_command("createcachetable", verbosity=0)
            self.client.get(address)  # warm up the caches that all visitors share
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.client.get(address).status_code, 200)
        return len(queries)

    def long_course(self) -> None:
        write_course(academy_page=self.academy, text=course_text("long", length=12), by=None)

    def test_a_signed_in_page_takes_at_most_ten_statements_however_long_the_course(self) -> None:
        self.long_course()
        self.client.force_login(self.volunteer.user)
        for short, long in (
            (COURSE, "/zh-hans/academy/long/"),
            (LESSON, "/zh-hans/academy/long/lesson-1/"),
            ("/en/academy/first-steps/lesson-1/", "/en/academy/long/lesson-1/"),
        ):
            with self.subTest(short):
                self.assertLessEqual(self.statements(short), 10)
                self.assertEqual(self.statements(short), self.statements(long))

    def test_the_academy_takes_as_many_statements_for_five_courses_as_for_one(self) -> None:
        self.client.force_login(self.volunteer.user)
        one = self.statements("/zh-hans/academy/")
        self.assertLessEqual(one, 10)
        for number in range(4):
            write_course(academy_page=self.academy, text=course_text(f"course-{number}"), by=None)
        self.assertEqual(self.statements("/zh-hans/academy/"), one)

    def test_signed_out_pages_set_no_cookie_and_hold_no_token(self) -> None:
        for path in ("", "academy/", "academy/first-steps/", "academy/first-steps/lesson-1/", "join/", "rules/"):
            response: Any = self.client.get(f"/zh-hans/{path}")
            self.assertFalse(response.cookies, path)
            self.assertNotContains(response, "csrfmiddlewaretoken")

    # Activities on the home page

    def test_the_home_page_names_the_communitys_next_activities_that_are_not_over(self) -> None:
        now = dt.datetime(2026, 1, 10, 2, tzinfo=dt.UTC)
        day = dt.timedelta(days=1)
        for title, begins in (("今天的活动", now), ("明天的活动", now + day), ("昨天的活动", now - day)):
            ActivityFactory(community=self.community, title=title, starts_at=begins, ends_at=begins + day / 24)
        ActivityFactory(title="别处的活动", starts_at=now, ends_at=now + day)
        with time_machine.travel(now + day / 48, tick=False):
            response = self.client.get("/zh-hans/")
        html = response.content.decode()
        self.assertLess(html.index("今天的活动"), html.index("明天的活动"))
        self.assertIn("1月11日 周日 10:00–11:00", text_of(response))
        self.assertNotContains(response, "昨天的活动")
        self.assertNotContains(response, "别处的活动")

    def test_the_home_page_of_a_community_without_activities_leads_to_the_courses(self) -> None:
        self.assertEqual(HomePage.objects.filter(community=self.community).count(), 2)
        self.assertContains(self.client.get("/en/"), "No activity is planned at the moment.")
