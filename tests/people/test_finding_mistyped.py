"""People found in spite of a typing error, by every reading of a character, in few statements."""

import datetime as dt

import pytest
from django.urls import reverse

from academy.core.finders import MISTYPED
from academy.core.typing_errors import has_one_error
from academy.people import finding
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def woman(home):
    return VolunteerFactory(community=home, name="王秀英", phone="13900000011")


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("abc", "abc", True),
        ("abc", "abx", True),
        ("abc", "xbc", True),
        ("abc", "acb", True),
        ("abc", "ab", True),
        ("abc", "bc", True),
        ("abc", "abcd", True),
        ("abc", "aabc", True),
        ("abc", "cba", False),
        ("abc", "axx", False),
        ("abc", "a", False),
        ("abc", "abcde", False),
        ("", "a", True),
    ],
)
def test_one_error(one, other, is_near):
    assert has_one_error(one, other) is is_near
    assert has_one_error(other, one) is is_near


@pytest.mark.parametrize(
    "typed",
    [
        "wngxiuying",  # a letter is missing
        "wagnxiuying",  # two changed places
        "wangxiuyinh",
        "wanxiuying",
        "王秀瑛",  # another character with the same sound
        "汪秀英",
        "王秀兰",  # one character is another one
        "13900000012",
        "1390000011",
        "13900000101",
        "3900000012",  # without its first digit
    ],
)
def test_one_typing_error_still_finds_the_person(home, woman, typed):
    VolunteerFactory(community=home, name="李建国", phone="13788886666")

    found = list(finding.find(Volunteer.objects.all(), typed))

    assert [one.pk for one in found] == [woman.pk]
    assert found[0].nearness == MISTYPED


def test_a_volunteer_number_may_have_one_wrong_sign(home, woman):
    VolunteerFactory(community=home, phone="13788886666")
    wrong = woman.number[:-1] + ("A" if woman.number[-1] != "A" else "B")

    assert woman in finding.find(Volunteer.objects.all(), wrong)


def test_an_exact_hit_comes_alone(home, woman):
    other = VolunteerFactory(community=home, name="王秀瑛")

    assert list(finding.find(Volunteer.objects.all(), "王秀瑛")) == [other]
    assert list(finding.find(Volunteer.objects.all(), "0011")) == [woman]


def test_the_other_words_have_no_error(home, woman):
    VolunteerFactory(community=home, name="王秀英", phone="13788886666")

    assert list(finding.find(Volunteer.objects.all(), "王秀瑛 0011")) == [woman]
    assert not finding.find(Volunteer.objects.all(), "王秀瑛 0012")


@pytest.mark.parametrize("typed", ["wx1", "李四", "1777", "zhangsan", "王"])
def test_two_errors_find_nobody(home, typed):
    VolunteerFactory(community=home, name="赵敏", phone="13900000011")

    assert not finding.find(Volunteer.objects.all(), typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单秀兰", "shanxiulan"),
        ("单秀兰", "danxiulan"),
        ("单秀兰", "chanxiulan"),
        ("沈长乐", "shenchangle"),
        ("沈长乐", "shenzhangyue"),
        ("沈长乐", "chenchangle"),  # a rare reading of a family name, in full
        ("曾重庆", "zengchongqing"),
        ("曾重庆", "cengzhongqing"),
    ],
)
def test_all_readings_are_found(home, name, typed):
    person = VolunteerFactory(community=home, name=name)

    assert list(finding.find(Volunteer.objects.all(), typed)) == [person]


def test_go_opens_no_page_by_a_typing_error(client, home, woman):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))

    assert client.get("/admin/find/", {"q": "wngxiuying", "go": "1"}).status_code == 200
    assert client.get("/admin/find/", {"q": "wangxiuying", "go": "1"}).status_code == 302


def test_the_roll_is_sorted_by_pinyin(client, home):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))
    for name in ("张三", "阿丽", "曾国", "陈静", "单秀兰"):
        VolunteerFactory(community=home, name=name)

    def names(ordering):
        page = client.get(reverse("volunteer:index"), {"ordering": ordering})
        return [one.name for one in page.context["object_list"]]

    assert names("name") == ["阿丽", "陈静", "单秀兰", "曾国", "张三"]
    assert names("-name") == ["张三", "曾国", "单秀兰", "陈静", "阿丽"]


def test_a_long_roll_takes_no_more_statements(home, woman, django_assert_max_num_queries):
    Volunteer.objects.bulk_create(
        Volunteer(community=home, number=f"V2027{one:06}X", name="李建国", phone=f"138{one:08}", registered_at=NOW)
        for one in range(500)
    )
    for typed in ("王秀英", "wangxiuying", "wxy", "0011", "wngxiuying", "王秀瑛", "13900000012"):
        with django_assert_max_num_queries(4):
            assert woman in list(finding.find(Volunteer.objects.all(), typed)[:8])
