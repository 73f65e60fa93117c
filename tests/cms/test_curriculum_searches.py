"""Searches in the demonstration's curriculum, whose order is the same on both databases."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import TestCase, override_settings
from django.utils import timezone

from academy.settings import base
from demo.curriculum import write_curriculum
from tests.cms.searching import shown
from tests.factories import ActivityFactory, found

pytestmark = [pytest.mark.slow, pytest.mark.both]

# A typed text, and the title that comes first.
FIRST = {
    "防火": "冬季防火与消防通道劝导",
    "急救": "心肺复苏与AED",
    "救命": "心肺复苏与AED",
    "心肺复苏": "心肺复苏与AED",
    "心肺復甦": "心肺复苏与AED",
    "aed": "心肺复苏与AED",
    "xffs": "心肺复苏与AED",
    "xinfeifusu": "心肺复苏与AED",
    "jijiu": "心肺复苏与AED",
    "fanghuo": "冬季防火与消防通道劝导",
    "消防通道": "冬季防火与消防通道劝导",
    "灭火器": "入户查五样",
    "電瓶車": "入户查五样",
    "诈骗": "防诈骗宣讲",
    "骗子": "骗子的套路",
    "96110": "十分钟讲明白",
    "垃圾分類": "垃圾分类",
    "老人": "关爱长者陪伴技巧",
    "八段锦": "八段锦",
    "bdj": "八段锦",
    "签到": "签到签退与时长管理",
    "打卡": "签到签退与时长管理",
    "时长": "签到签退与时长管理",
    "补录": "常见问题，找哪一条",
    "隐私": "安全须知与隐私保护",
    "条例": "志愿精神与《志愿服务条例》",
    "吵架": "文明劝导与冲突化解",
    "讲课": "授课技巧",
    "复原卧位": "噎住了，昏倒了",
    "资产 地图": "社区资产地图绘制",
    "手机课堂": "长辈手机课堂",
    "冬季防火入户宣传": "冬季防火入户宣传",
    "怎么给老人做心肺复苏": "心肺复苏与AED",
}


@override_settings(ALLOWED_HOSTS=["*"], WAGTAILSEARCH_BACKENDS=base.WAGTAILSEARCH_BACKENDS)
class FindingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        community = found()
        write_curriculum(community, by=None)
        begins = timezone.now() + dt.timedelta(days=3)
        for title in ("冬季防火入户宣传", "长辈手机课堂", "八段锦晨练教学", "消防通道值守劝导"):
            ActivityFactory(
                community=community,
                title=title,
                starts_at=begins,
                ends_at=begins + dt.timedelta(hours=2),
                published=timezone.now() - dt.timedelta(days=1),
            )

    def test_what_is_found_first(self) -> None:
        for query, title in FIRST.items():
            with self.subTest(query=query):
                self.assertEqual(next(iter(shown(self.client.get("/search/", {"q": query}))), None), title)

    def test_the_nearest_texts_come_first_for_a_whole_question(self) -> None:
        titles = shown(self.client.get("/search/", {"q": "怎么给老人做心肺复苏"}))
        self.assertEqual(titles[:2], ["心肺复苏与AED", "噎住了，昏倒了"])

    def test_each_kind_is_a_group_of_its_own(self) -> None:
        found = self.client.get("/search/", {"q": "防火"}).context["found"]
        self.assertEqual([group.kind for group in found.groups][:3], ["course", "activity", "lesson"])
        self.assertFalse(found.is_near)

    def test_the_english_course_is_found_in_english(self) -> None:
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        for query in ("hours", "checking", "public notice"):
            titles = shown(self.client.get("/search/", {"q": query}))
            self.assertTrue({"Checking in, checking out, and your hours", "How hours are counted"} & set(titles), query)
