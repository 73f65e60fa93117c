"""The home page: the same for all signed-out visitors, and of this moment for a signed-in person."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import call_command
from django.test import Client, RequestFactory, TestCase, override_settings
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from academy.activities.models import Activity
from academy.checkin.models import Visit
from academy.learning.services import complete_lesson
from academy.settings.base import cache as cache_at
from cms.founding import academy_of
from cms.models import CoursePage, HomePage
from cms.writing import write_course
from tests.checkin.scans import poster, scan
from tests.factories import (
    ActivityFactory,
    UserFactory,
    VolunteerFactory,
    course_text,
    effective_record,
    found,
    sign_up,
)
from tests.home.my_page import agent_of
from tests.pages import Statements, text_of
from tests.roles import as_owner

pytestmark = pytest.mark.slow

HOME = "/zh-hans/"
NOW = dt.datetime(2026, 1, 12, 2, tzinfo=dt.UTC)  # ten o'clock in Shanghai
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@override_settings(ALLOWED_HOSTS=["*"])
class HomePageTests(TestCase):
    """All tests of the home page, in one class, so that the community is founded once."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.community = found(desk_hours="周一至周五 9:00–17:30")
        cls.academy = academy_of(cls.community)
        cls.course = write_course(academy_page=cls.academy, text=course_text(), by=None)
        cls.volunteer = VolunteerFactory(community=cls.community, name="王秀英", login=True)

    def setUp(self) -> None:
        travel = time_machine.travel(NOW, tick=False)
        travel.start()
        self.addCleanup(travel.stop)

    def signed_in(self) -> Client:
        client = Client()
        client.force_login(self.volunteer.user)
        return client

    def activity(self, starts_at: dt.datetime = NOW + DAY, title: str = "便民服务日", **facts: Any) -> Activity:
        return ActivityFactory(
            community=self.community, title=title, starts_at=starts_at, ends_at=starts_at + 3 * HOUR, **facts
        )

    def check_in(self, activity: Activity, at: dt.datetime) -> None:
        self.assertTrue(scan(poster(activity), self.volunteer, at=at).accepted)

    # Signed out

    def test_all_visitors_get_the_same_page_without_a_token_or_a_cookie(self) -> None:
        self.activity()
        first, second = Client().get(HOME), Client().get(HOME)
        self.assertEqual(first.content, second.content)
        self.assertNotContains(first, "csrfmiddlewaretoken")
        self.assertFalse(first.cookies)
        self.assertNotIn("Cache-Control", first.headers)
        self.assertIn("Cookie", first.headers["Vary"])

    def test_a_visitor_sees_what_one_does_here_what_comes_next_and_where_the_desk_is(self) -> None:
        self.activity(title="便民服务日")
        words = text_of(Client().get(HOME))
        for text in (
            "学一学",
            "来服务",
            "有证明",
            "便民服务日",
            "松林路 8 号",
            "周一至周五 9:00–17:30",
            "0731-12345678",
        ):
            self.assertIn(text, words)

    def test_a_visitor_sees_the_next_activities_with_pictures(self) -> None:
        picture = get_image_model().objects.create(title="理发", file=get_test_image_file(size=(1600, 900)))
        self.activity(title="便民服务日")
        self.activity(title="义剪", cover=picture)
        page = BeautifulSoup(Client().get(HOME).content, "html.parser")
        shown = {one.get_text(" ", strip=True): one.find("img") for one in page.select("main li, main article")}
        for title in ("便民服务日", "义剪"):
            [image] = [image for text, image in shown.items() if title in text]
            self.assertIsNotNone(image, title)
            self.assertTrue(image["src"].startswith("/media/" if title == "义剪" else "/static/covers/"), image)

    def test_a_visitor_at_the_gate_finds_where_to_type_the_code(self) -> None:
        self.assertContains(Client().get(HOME), f'href="{reverse("checkin:typed")}"')

    def test_the_first_visit_in_english_is_english(self) -> None:
        words = text_of(Client().get("/en/"))
        for given in ("songlin社区", "中文", "松林路 8 号", "周一至周五 9:00–17:30"):
            words = words.replace(given, "")
        self.assertEqual(re.findall(r"[\u3000-\u9fff]+", words), [])

    def test_the_drawings_are_small_and_follow_dark_mode(self) -> None:
        for name in ("neighbours", "home-learn", "home-serve", "home-proof"):
            drawing = (settings.BASE_DIR / f"static/covers/{name}.svg").read_text()
            self.assertLess(len(drawing.encode()), 4096)
            self.assertIn("prefers-color-scheme:dark", drawing)

    # The picture

    def test_the_communitys_own_picture_stands_in_the_place_of_our_drawing(self) -> None:
        self.assertContains(Client().get(HOME), "covers/neighbours.svg")
        picture = get_image_model().objects.create(title="社区", file=get_test_image_file(size=(1600, 900)))
        HomePage.objects.filter(locale__language_code="zh-hans").update(cover=picture)
        page = Client().get(HOME)
        self.assertNotContains(page, "covers/neighbours.svg")
        self.assertContains(page, "fill-640x360")
        self.assertContains(page, "fill-1280x720")
        picture.delete()
        self.assertContains(Client().get(HOME), "covers/neighbours.svg")

    # Signed in

    def test_a_signed_in_page_is_kept_by_no_cache(self) -> None:
        page = self.signed_in().get(HOME)
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertIn("Cookie", page.headers["Vary"])

    def test_a_volunteer_is_greeted_and_finds_the_four_ways(self) -> None:
        page = self.signed_in().get(HOME)
        self.assertContains(page, "王秀英，您好")
        tiles = page.content.decode().split('<ul class="tiles">')[1].split("</ul>")[0]
        addresses = [reverse(name) for name in ("home:card", "checkin:typed", "certificates:my", "home:missing")]
        self.assertEqual(re.findall(r'href="([^"]+)"', tiles), addresses)
        self.assertNotIn("怎样加入", text_of(page))
        self.assertNotContains(page, "csrfmiddlewaretoken")

    def test_a_person_in_service_reads_how_long_and_how_to_check_out(self) -> None:
        self.check_in(self.activity(NOW - 3 * HOUR / 2), NOW - HOUR)
        response = self.signed_in().get(HOME)
        self.assertIn("服务中 1 小时 便民服务日 9:00 已签到。 走的时候这样签退：", text_of(response))
        self.assertContains(response, "走的时候这样签退：</b>再扫一次海报")

    def test_a_person_who_checked_in_a_moment_ago_reads_no_zero(self) -> None:
        self.check_in(self.activity(NOW - HOUR), NOW)
        words = text_of(self.signed_in().get(HOME))
        self.assertIn("服务中 刚签到 便民服务日 10:00 已签到。", words)

    def test_a_person_who_signed_up_reads_when_and_where(self) -> None:
        activity = self.activity(NOW + DAY)
        sign_up(self.volunteer, activity.shifts.get(), at=NOW)
        page = self.signed_in().get(HOME)
        self.assertIn("您报了名 明天 10:00 便民服务日 街道敬老院", text_of(page))
        self.assertContains(page, f'href="{reverse("activities:detail", args=[activity.pk])}"')

    def test_a_person_without_a_sign_up_reads_what_has_places(self) -> None:
        self.activity(NOW + 3 * DAY, capacity=5)
        self.assertIn("这周可以参加 便民服务日 1月15日 周四 10:00 还有 5 个名额", text_of(self.signed_in().get(HOME)))

    def test_an_empty_week_says_so(self) -> None:
        self.assertIn("这周还没有安排活动", text_of(self.signed_in().get(HOME)))

    def test_who_leads_today_finds_the_leaders_page(self) -> None:
        activity = self.activity(NOW + HOUR, leader=self.volunteer)
        page = self.signed_in().get(HOME)
        self.assertIn("今天您负责：便民服务日", text_of(page))
        self.assertContains(page, f'href="{reverse("lead:activity", args=[activity.pk])}"')

    def test_an_agent_reads_who_is_in_service(self) -> None:
        elder = VolunteerFactory(community=self.community, name="赵淑珍")
        agent_of(elder, self.volunteer.user)
        self.assertTrue(scan(poster(self.activity(NOW - HOUR)), elder, at=NOW - HOUR).accepted)
        self.assertIn("服务中 赵淑珍 1 小时 便民服务日", text_of(self.signed_in().get(HOME)))

    def test_staff_who_are_no_volunteers_see_the_page_of_visitors(self) -> None:
        client = Client()
        client.force_login(UserFactory())
        page = client.get(HOME)
        self.assertNotContains(page, 'class="tiles"')
        self.assertIn("学一学", text_of(page))
        self.assertIn("0731-12345678", text_of(page))
        self.assertIn("no-store", page.headers["Cache-Control"])

    def test_a_preview_shows_the_page_of_visitors(self) -> None:
        page = HomePage.objects.get(locale__language_code="zh-hans")
        self.assertIsNone(page.get_context(RequestFactory().get("/"))["moment"])

    # The next course

    def test_the_first_required_course_comes_next_then_the_one_in_progress(self) -> None:
        write_course(academy_page=self.academy, text=course_text("second", title="第二门", tier="advanced"), by=None)
        elective = course_text("elective", title="选修", tier="beginner", required=False)
        write_course(academy_page=self.academy, text=elective, by=None)
        self.assertIn("志愿者入门课程 必修课，从第一节开始", text_of(self.signed_in().get(HOME)))
        self.learn("elective", 1)
        self.assertIn("选修 上次学到一半，接着学", text_of(self.signed_in().get(HOME)))
        self.learn("elective", 2)
        self.assertIn("志愿者入门课程 必修课", text_of(self.signed_in().get(HOME)))
        self.learn("first-steps", 2)
        self.assertIn("第二门 必修课", text_of(self.signed_in().get(HOME)))
        self.learn("second", 2)
        self.assertNotIn("接下来学什么", text_of(self.signed_in().get(HOME)))

    def test_the_course_leads_to_its_page_in_the_readers_language(self) -> None:
        self.assertContains(self.signed_in().get("/en/"), 'href="/en/academy/first-steps/"')

    def test_a_course_that_was_closed_is_not_next(self) -> None:
        CoursePage.objects.get(pk=self.course.pk).unpublish()
        self.assertNotIn("接下来学什么", text_of(self.signed_in().get(HOME)))

    def learn(self, key: str, lessons: int) -> None:
        page = CoursePage.objects.get(course__key=key, locale__language_code="zh-hans")
        for lesson in page.lessons[:lessons]:
            done = complete_lesson(
                volunteer=self.volunteer, course=page.course, lesson_key=lesson.key, at=NOW, by=self.volunteer.user
            )
            self.assertTrue(hasattr(done, "pk"), done)

    # A shared link

    def test_a_shared_link_has_a_title_a_sentence_and_a_picture(self) -> None:
        activity = self.activity()
        for address, title in (
            (HOME, "songlin社区志愿者学院"),
            (reverse("activities:detail", args=[activity.pk]), "便民服务日"),
            ("/zh-hans/academy/first-steps/", "志愿者入门课程"),
        ):
            with self.subTest(address):
                html = Client().get(address).content.decode()
                shown = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', html))
                self.assertEqual(shown["title"], title)
                self.assertTrue(shown["description"])
                self.assertEqual(shown["image"], "https://academy.test/static/icons/share.png")

    def test_a_shared_home_page_shows_the_communitys_picture(self) -> None:
        picture = get_image_model().objects.create(title="社区", file=get_test_image_file(size=(1600, 900)))
        HomePage.objects.filter(locale__language_code="zh-hans").update(cover=picture)
        html = Client().get(HOME).content.decode()
        self.assertRegex(html, r'og:image" content="https://academy\.test/media/images/[^"]*fill-1200x630')

    # Cost

    def statements(self) -> int:
        client = self.signed_in()
        with self.settings(CACHES={**settings.CACHES, "default": cache_at("dbcache://academy_cache")}):
            with as_owner():
                call_command("createcachetable", verbosity=0)
            client.get(HOME)  # warm up the caches that all visitors share
            with Statements() as queries:
                self.assertEqual(client.get(HOME).status_code, 200)
        return len(queries.sql)

    def test_the_home_page_takes_at_most_twelve_statements_for_any_history(self) -> None:
        self.activity(NOW + DAY)
        few = self.statements()
        self.assertLessEqual(few, 12)
        for weeks in range(1, 4):
            past = self.activity(NOW - weeks * 7 * DAY, title=f"过去{weeks}")
            effective_record(self.volunteer, past.shifts.get())
            self.activity(NOW + weeks * DAY, title=f"将来{weeks}")
            write_course(academy_page=self.academy, text=course_text(f"course-{weeks}"), by=None)
        self.learn("course-1", 1)
        self.assertEqual(self.statements(), few)

    def test_after_a_forgotten_check_out_it_takes_no_more_than_twelve(self) -> None:
        self.check_in(self.activity(NOW - 12 * HOUR), NOW - 12 * HOUR)
        self.activity(NOW + DAY)
        self.assertIn("这周可以参加", text_of(self.signed_in().get(HOME)))
        self.assertLessEqual(self.statements(), 12)

    def test_in_service_and_leading_it_takes_no_more(self) -> None:
        self.check_in(self.activity(NOW - HOUR, leader=self.volunteer), NOW - HOUR)
        self.assertEqual(Visit.objects.open().count(), 1)
        self.assertLessEqual(self.statements(), 12)
