"""The staircase on “My page” and its own page: where one stands, and what is missing, each a link."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from academy.learning import attendance, awards
from academy.learning import services as learning
from tests.hours.scene import SATURDAY, moment

AT = moment("10:00", SATURDAY)

pytestmark = pytest.mark.usefixtures("without_pages")


@pytest.fixture
def sign_in(clock):
    """Return a function that gives a browser in Chinese, signed in as a volunteer."""

    def signed_in(volunteer):
        client = Client()
        client.force_login(volunteer.user)
        return client

    return signed_in


@pytest.fixture
def volunteer(scene):
    return scene.volunteer("王秀英", login=True)


def publish(scene, key, title, tier="beginner", **fields):
    lessons = [{"key": key, "title": title, "class_hours": "2", "body": ""}]
    fields = {"required": True, **fields}
    return learning.publish_course(
        community=scene.community, key=key, title=title, tier=tier, lessons=lessons, by=None, at=AT, **fields
    ).course


def text_of(response):
    return " ".join(response.content.decode().split())


def test_my_page_names_what_is_missing_with_links(scene, volunteer, sign_in, clock):
    clock.move_to(AT)
    publish(scene, "spirit", "志愿精神")
    publish(scene, "rules", "管理办法解读")
    said = text_of(sign_in(volunteer).get(reverse("home:my")))
    assert "2 门课 · 6 学时" in said
    assert reverse("course", args=["spirit"]) in said and "管理办法解读" in said
    assert "您站在第一级台阶前" in said


def test_a_beginner_stands_on_the_first_step_and_reads_hours_and_practicum(scene, volunteer, sign_in, clock):
    clock.move_to(AT)
    awards.award_tier(volunteer=volunteer, tier="beginner", evidence={}, by=scene.social_worker, at=AT)
    first = publish(scene, "elders", "陪伴技巧", "intermediate")
    other = publish(scene, "talk", "口头陪伴", "intermediate", required=False)
    awards.set_equivalent(course=other, stands_for=first, by=scene.social_worker, at=AT)
    said = text_of(sign_in(volunteer).get(reverse("home:tiers")))
    assert "1 门课 · 8 学时 · 20 小时 · 1 次实践" in said
    assert "口头陪伴" in said
    assert "stair-reached" in said
    assert f"{reverse('activities:list')}?about=practicum" in said


def test_qualifications_say_until_when_and_which_rests(scene, volunteer, sign_in, clock):
    course = publish(scene, "aid", "急救", valid_years=3)
    for source, day in (("run:1", dt.date(2023, 2, 1)),):
        attendance.record_attendance(
            volunteer=volunteer, course=course, source=source, title="急救班", organiser="社区", held_on=day,
            minutes=90, at=AT,
        )  # fmt: skip
    client = sign_in(volunteer)
    clock.move_to(AT)
    assert "即将到期" in text_of(client.get(reverse("home:tiers")))
    clock.move_to(AT + dt.timedelta(days=60))
    assert "只有这一项资格暂停" in text_of(client.get(reverse("home:tiers")))


def test_staff_read_anybodys_and_a_stranger_nobodys(scene, volunteer, sign_in, client, clock):
    clock.move_to(AT)
    page = f"{reverse('home:tiers')}?who={volunteer.number}"
    client.force_login(scene.social_worker)
    assert volunteer.name in client.get(page).content.decode()
    other = scene.volunteer("李建国", login=True)
    assert sign_in(other).get(page).status_code == 404


def test_at_the_top_nothing_is_missing(scene, volunteer, sign_in, clock):
    clock.move_to(AT)
    for tier in ("beginner", "intermediate", "advanced"):
        awards.award_tier(volunteer=volunteer, tier=tier, evidence={}, by=scene.social_worker, at=AT)
    assert "您已经站在最高一级" in text_of(sign_in(volunteer).get(reverse("home:tiers")))
