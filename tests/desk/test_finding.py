"""The one search of the back office."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from academy.certificates.models import Certificate, Closure
from academy.core import finders
from academy.desk.finders import ACTS
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.units import services as units
from cms.founding import academy_of
from cms.writing import write_course
from tests.factories import CommunityFactory, UnitFactory, UserFactory, VolunteerFactory, course_text, found
from tests.hours.scene import moment
from tests.pages import Statements, text_of
from tests.people.viewing import looks, somebody

pytestmark = pytest.mark.slow

FIND = "/admin/find/"
SUGGEST = "/admin/find/suggestions/"


@pytest.fixture
def desk(scene, sign_in):
    return sign_in(scene.social_worker)


@pytest.fixture
def wang(scene):
    return VolunteerFactory(community=scene.community, name="王秀英", phone="13900000011")


def hits(client, typed, address=FIND):
    """Return the titles of what is found, in order."""
    page = BeautifulSoup(client.get(address, {"q": typed}).content, "html.parser")
    return [link.b.text for link in page.select("[data-find-hit], [role=option] a")]


def certificate_of(scene, volunteer, number="ZM01-2026-000007", code="ABCD1234EFGH5678"):
    return Certificate.objects.create(
        community=scene.community,
        issuer=scene.issuer,
        volunteer=volunteer,
        number=number,
        code=code,
        period_from=dt.date(2026, 1, 1),
        period_to=dt.date(2026, 6, 30),
        minutes=60,
        snapshot={},
        personal="",
        content_hash="",
        issued_at=moment("09:00"),
        issued_by=scene.social_worker,
    )


# People


@pytest.mark.parametrize(
    "typed",
    [
        "王秀英",
        "秀英",
        "wang xiu ying",
        "WXY",
        "0011",
        "139 0000 0011",
        "+86 139-0000-0011",
        "１３９",
        "王秀英 0011",
        "王秀英0011",
        "0011 wxy",
    ],
)
def test_a_person_is_found_as_people_type_them(desk, scene, wang, typed):
    VolunteerFactory(community=scene.community, name="李建国", phone="13800000022")

    page = text_of(desk.get(FIND, {"q": typed}))

    assert f"王秀英 {wang.number} · phone …0011" in page
    assert "李建国" not in page
    assert hits(desk, typed, SUGGEST) == ["王秀英"]


def test_a_person_is_found_by_number_and_by_its_end(desk, wang):
    other = VolunteerFactory(community=wang.community, name="李建国")

    assert hits(desk, wang.number) == ["王秀英"]
    assert hits(desk, wang.number[-3:]) == ["王秀英"]
    assert "李建国" in hits(desk, other.number[:5]) and "王秀英" in hits(desk, other.number[:5])


def test_people_of_one_name_are_told_apart(desk, scene, wang):
    other = VolunteerFactory(community=scene.community, name="王秀英", phone="13800000022")
    units.put_in_unit(
        volunteer=other, unit=UnitFactory(community=scene.community, name="松林小学"), by=None, at=moment("09:00")
    )

    page = text_of(desk.get(FIND, {"q": "王秀英"}))

    assert f"王秀英 {wang.number} · phone …0011" in page
    assert f"王秀英 {other.number} · phone …0022 · 松林小学" in page


def test_the_nearest_come_first_and_eight_at_most(desk, scene):
    for name in ["王秀", "李王秀", "王秀英", *(f"王秀{sign}" for sign in "梅兰竹菊春夏秋冬")]:
        VolunteerFactory(community=scene.community, name=name)

    people = hits(desk, "王秀")

    assert people[0] == "王秀"
    assert len(people) == finders.MOST
    assert "李王秀" not in people


def test_a_merged_entry_leads_to_the_one_that_stays(desk, scene, wang):
    gone = VolunteerFactory(community=scene.community, name="王绣英")
    Volunteer.objects.filter(pk=gone.pk).update(merged_into=wang)

    assert hits(desk, "绣英") == ["王秀英"]
    assert hits(desk, "wxy") == ["王秀英"]


def test_what_can_be_done_stands_beside_an_activity(desk, scene):
    activity = scene.activity(title="周六探访")

    page = BeautifulSoup(desk.get(FIND, {"q": "周六"}).content, "html.parser")

    verbs = [link["href"] for link in page.select(".find-verbs a")]
    assert reverse("activity_poster", args=[activity.pk]) in verbs
    assert reverse("activity:cancel", args=[activity.pk]) not in verbs  # serious acts are on its own page


def test_the_usual_acts_stand_beside_a_person(desk, wang):
    page = BeautifulSoup(desk.get(FIND, {"q": wang.number[:5]}).content, "html.parser")

    acts = [link.get_text(" ", strip=True) for link in page.select(".find-verbs a")]
    assert acts[:5] == [
        *("Hours and requests", "Sign up for them", "Ask for missing hours"),
        *("Correct, or object", "Issue a certificate"),
    ]


def test_a_child_that_was_found_is_in_the_log(desk, scene):
    child = somebody(scene.community, dt.date(2015, 1, 1), name="林小雨")

    hits(desk, "林小雨")

    assert looks() == [(child.pk, scene.social_worker)]


# Other kinds


def test_activities_are_found_by_title_pinyin_and_place_with_their_dates(desk, scene):
    held = scene.activity(title="八段锦")
    type(held).objects.filter(pk=held.pk).update(place="二楼舞蹈室")
    draft = scene.activity(title="八段锦")
    type(draft).objects.filter(pk=draft.pk).update(published_at=None)
    off = scene.activity(title="八段锦")
    type(off).objects.filter(pk=off.pk).update(cancelled_at=moment("09:00"))

    assert hits(desk, "bdj") == ["八段锦"] * 3
    assert hits(desk, "舞蹈室") == ["八段锦"]
    page = text_of(desk.get(FIND, {"q": "八段锦"}))
    assert "10 Jan 2026" in page
    assert "· draft ·" in page and "· cancelled ·" in page


def test_a_certificate_is_found_by_number_code_and_person(desk, scene, wang):
    certificate = certificate_of(scene, wang)

    for typed in ("ZM01-2026-000007", "000007", "abcd 1234 efgh 5678"):
        assert certificate.number in hits(desk, typed), typed
    assert hits(desk, "王秀英") == ["王秀英", certificate.number]
    Closure.objects.create(
        certificate=certificate,
        reason="revoked",
        note="写错了",
        closed_at=moment("09:00"),
        closed_by=scene.social_worker,
    )
    assert "30 Jun 2026 · revoked" in text_of(desk.get(FIND, {"q": "ZM01"}))


@pytest.fixture
def academy(scene_of_module, db):
    home = found("finding")
    write_course(academy_page=academy_of(home), text=course_text("finding", title="入门课程"), by=None)
    return home


def test_authors_find_courses_lessons_and_pages_and_no_others(academy, sign_in):
    trainer = sign_in(UserFactory(duties=[(academy, DutyRole.TRAINER)]))
    foreign = sign_in(UserFactory(duties=[(found("beside"), DutyRole.TRAINER)]))

    assert hits(trainer, "入门") == ["入门课程"]
    assert "第1节" in hits(trainer, "第1节")
    assert "入门课程 · Lesson" in text_of(trainer.get(FIND, {"q": "第1节"}))
    assert hits(trainer, "rmkc") == ["入门课程"]
    assert hits(foreign, "入门") == []
    assert (
        f'href="{reverse("wagtailadmin_pages:search")}?q=%E5%85%A5%E9%97%A8"'
        in trainer.get(FIND, {"q": "入门"}).content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("slips", "Print sign-in slips for everybody"),
        ("Register a volunteer", "Register a volunteer"),
        ("confirm hours", "Confirm hours of many activities"),
        ("Deadline", "Confirm and evaluate in time"),
        ("make-up", "Ask for missing hours"),
        ("sign-up", "Sign somebody up for an activity"),
        ("evaluation", "Evaluate many activities"),
        ("excel", "Import past service"),
        ("objection", "Object to hours on notice"),
        ("wrong-hours", "Correct hours"),
        ("stars", "Apply for stars"),
        ("month", "Hours of volunteers"),
    ],
)
def test_acts_are_found_by_their_words(desk, typed, expected):
    assert expected in hits(desk, typed)


def test_acts_are_found_in_chinese_and_by_pinyin(desk):
    desk.cookies["django_language"] = "zh-hans"

    for typed in ("登录条", "dydlt", "打印登录条"):
        assert "打印所有人的登录条" in hits(desk, typed), typed
    assert "登记志愿者" in hits(desk, "djzyz")
    for typed, act in (
        ("补录", "补录缺少的时长"),
        ("报名", "替人报名"),
        ("评价", "评价多个活动"),
        ("导入", "导入历史记录"),
    ):
        assert act in hits(desk, typed), typed


def test_lists_of_the_menu_are_found(desk):
    page = BeautifulSoup(desk.get(FIND, {"q": "activities"}).content, "html.parser")

    assert reverse("activity:index") in [link["href"] for link in page.select("[data-find-hit]")]


def test_each_act_is_offered_to_those_who_may_open_its_page(scene, sign_in):
    duties = [(scene.community, role) for role in DutyRole]
    client = sign_in(UserFactory(duties=duties))

    for act in ACTS:
        assert client.get(act.address).status_code == 200, act.label
        assert str(act.label) in hits(client, str(act.label)), act.label


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.STREET_VIEWER])
def test_those_who_do_not_keep_the_roll_find_no_people_and_none_of_its_acts(scene, sign_in, wang, role):
    certificate_of(scene, wang)
    scene.activity(title="王秀英的活动")
    client = sign_in(UserFactory(duties=[(scene.community, role)]))

    assert hits(client, "王秀英") == []
    assert hits(client, "0011") == []
    assert hits(client, "ZM01") == []
    assert "Register a volunteer" not in hits(client, "register")


def test_nothing_of_another_community_is_found(scene, sign_in, wang):
    certificate_of(scene, wang)
    scene.activity(title="王秀英的活动")
    client = sign_in(UserFactory(duties=[(CommunityFactory(), role) for role in DutyRole]))

    for typed in ("王秀英", "wxy", "0011", wang.number, "ZM01"):
        assert hits(client, typed) == [], typed
        assert hits(client, typed, SUGGEST) == [], typed


# The page


def test_enter_opens_the_hit_that_is_surely_meant(desk, wang):
    response = desk.get(FIND, {"q": "wxy", "go": "1"})

    assert response.status_code == 302
    assert str(wang.pk) in response["Location"]


def test_of_two_namesakes_none_is_opened(desk, scene, wang):
    VolunteerFactory(community=scene.community, name="王秀英", phone="13800000022")

    response = desk.get(FIND, {"q": "王秀英", "go": "1"})

    assert response.status_code == 200
    assert text_of(response).count("phone …") == 2


def test_an_activity_named_exactly_comes_before_a_person_named_in_part(desk, scene):
    scene.activity(title="秀英")
    VolunteerFactory(community=scene.community, name="王秀英")

    assert hits(desk, "秀英") == ["秀英", "王秀英"]


@pytest.mark.parametrize("typed", ["", "  ", "·"])
def test_without_words_the_page_says_what_one_can_type(desk, typed):
    page = text_of(desk.get(FIND, {"q": typed}))

    assert "the last digits of a phone" in page


def test_without_a_hit_the_page_says_what_to_try(desk, wang):
    page = text_of(desk.get(FIND, {"q": "不存在的人"}))

    assert "Nothing of yours is found for “不存在的人”" in page
    assert "Nothing of yours is found" in text_of(desk.get(SUGGEST, {"q": "不存在的人"}))


def test_a_long_text_is_cut(desk, wang):
    assert desk.get(FIND, {"q": "王" * 5000}).status_code == 200


def test_the_search_of_everything_is_the_field_of_home_and_of_the_menu(desk):
    page = desk.get("/admin/").content.decode()
    home = BeautifulSoup(page, "html.parser")

    (form,) = home.select("main form[role=search]")
    assert form["action"] == FIND
    assert "Search all pages" not in page
    assert '{"_type": "wagtail.sidebar.SearchModule", "_args": ["/admin/find/"]}' in page
    assert 'data-find="/admin/find/"' in page


@pytest.mark.parametrize("typed", ["王秀", "wx", "13"])
def test_as_many_statements_for_one_hit_as_for_many(desk, scene, typed):
    def add(number):
        for place in range(number):
            person = VolunteerFactory(community=scene.community, name="王秀英", phone=f"1390000{place:04}", login=True)
            certificate_of(scene, scene.leader, f"ZM01-2026-13{person.pk:04}", f"CODE{person.pk:012}")
            scene.activity(title="王秀英 13")

    add(1)
    desk.get(FIND, {"q": typed})
    with Statements() as few:
        desk.get(FIND, {"q": typed})
    add(8)
    with Statements() as many:
        response = desk.get(FIND, {"q": typed})

    assert text_of(response).count("phone …") == finders.MOST
    assert len(many.sql) == len(few.sql)
    assert len(many.sql) < 65
