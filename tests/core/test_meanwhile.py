"""Two users have the same edit form open: the second save does not put the first one back."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.people.permissions import DutyRole
from academy.rulebook import services as rulebook
from academy.rulebook.models import Clause, RuleSet
from academy.transfers.models import PlatformWorkbook
from academy.transfers.services import handing_over
from academy.units.models import UnitMembership
from academy.units.services import put_in_unit
from tests.edit_forms import asked, edit, opened, read, send
from tests.factories import (
    CommunityFactory,
    IssuerFactory,
    RuleSetFactory,
    UnitFactory,
    UserFactory,
    VolunteerFactory,
    workbook,
)

NOW = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _before_the_activity():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def signed_in(community) -> Callable[[str], Client]:
    """Return a function that signs a social worker of this name in."""

    def make(name: str, language: str = "zh-hans") -> Client:
        client = Client()
        client.force_login(UserFactory(first_name=name, duties=[(community, DutyRole.SOCIAL_WORKER)]))
        client.cookies["django_language"] = language
        return client

    return make


@pytest.fixture
def first(signed_in):
    return signed_in("王敏")


@pytest.fixture
def second(signed_in):
    return signed_in("李娜")


# One field


def test_an_older_form_does_not_put_the_old_phone_back(community, first, second):
    issuer = IssuerFactory(community=community, telephone="010-11111111")
    address = edit("issuer", issuer.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), telephone="010-22222222")

    answer = send(second, address, older, handler="周洁")

    assert asked(answer) == {"联系电话": ("010-22222222", "010-11111111", "stored")}
    issuer.refresh_from_db()
    assert (issuer.telephone, issuer.handler) == ("010-22222222", "孙丽")
    page = answer.content.decode()
    assert "王敏" in page and "还没有保存" in page and 'value="周洁"' in page

    # The suggestion keeps what the first one saved, and stores what the second one changed.
    assert send(second, address, read(answer)).status_code == 302
    issuer.refresh_from_db()
    assert (issuer.telephone, issuer.handler) == ("010-22222222", "周洁")


def test_a_field_that_both_changed_waits_for_a_choice(community, first, second):
    issuer = IssuerFactory(community=community, telephone="010-11111111")
    address = edit("issuer", issuer.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), telephone="010-22222222")

    answer = send(second, address, older, telephone="010-33333333")
    assert asked(answer) == {"联系电话": ("010-22222222", "010-33333333", "")}
    again = send(second, address, read(answer))
    assert asked(again) == asked(answer)
    issuer.refresh_from_db()
    assert issuer.telephone == "010-22222222"

    send(second, address, read(again), meanwhile__telephone="mine")
    issuer.refresh_from_db()
    assert issuer.telephone == "010-33333333"


def test_a_person_may_keep_what_is_stored(community, first, second):
    issuer = IssuerFactory(community=community)
    address = edit("issuer", issuer.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), telephone="010-22222222")
    answer = send(second, address, older, telephone="010-33333333")

    send(second, address, read(answer), meanwhile__telephone="stored")

    issuer.refresh_from_db()
    assert issuer.telephone == "010-22222222"


def test_a_third_save_asks_again(community, first, second, signed_in):
    issuer = IssuerFactory(community=community)
    address, third = edit("issuer", issuer.pk), signed_in("赵静")
    older = opened(second, address)
    send(first, address, opened(first, address), telephone="010-22222222")
    answer = send(second, address, older, telephone="010-33333333")
    send(third, address, opened(third, address), telephone="010-44444444")

    answer = send(second, address, read(answer), meanwhile__telephone="mine")

    assert asked(answer) == {"联系电话": ("010-44444444", "010-33333333", "")}


def test_other_fields_and_equal_values_are_no_difference(community, first, second):
    issuer = IssuerFactory(community=community, telephone="010-11111111")
    address = edit("issuer", issuer.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), telephone="010-22222222")

    assert send(second, address, older, telephone=" 010-22222222 ", handler="周洁").status_code == 302

    issuer.refresh_from_db()
    assert (issuer.telephone, issuer.handler) == ("010-22222222", "周洁")


def test_saving_unchanged_forms_one_after_another_asks_nothing(community, first, second):
    address = edit("unit", UnitFactory(community=community).pk)
    older = opened(second, address)
    assert send(first, address, opened(first, address)).status_code == 302
    assert send(second, address, older).status_code == 302


def test_a_mistake_in_the_form_forgets_nothing(community, first, second):
    issuer = IssuerFactory(community=community, telephone="010-11111111")
    address = edit("issuer", issuer.pk)
    mistaken = send(second, address, opened(second, address), name="", handler="周洁")
    assert mistaken.context["form"].errors
    send(first, address, opened(first, address), telephone="010-22222222")

    answer = send(second, address, read(mistaken), name="服务队")

    assert list(asked(answer)) == ["联系电话"]


def test_the_page_reads_in_english(community, first, signed_in):
    issuer = IssuerFactory(community=community)
    address, second = edit("issuer", issuer.pk), signed_in("李娜", "en")
    older = opened(second, address)
    send(first, address, opened(first, address), telephone="010-22222222")

    answer = send(second, address, older)

    assert list(asked(answer)) == ["Telephone"]
    page = answer.content.decode()
    assert "Somebody else has changed this" in page and "put the old value back: you did not change it" in page


def test_a_form_cannot_be_saved_over_another_object(community, first, second):
    one, other = IssuerFactory.create_batch(2, community=community)
    foreign = opened(second, edit("issuer", one.pk))["meanwhile"]
    form = opened(second, edit("issuer", other.pk)) | {"meanwhile": foreign}
    assert send(second, edit("issuer", other.pk), form).status_code == 302


# Forms that save through a service, and forms with more than fields


def test_a_volunteer(community, first, second):
    volunteer = VolunteerFactory(community=community, phone="13800000001", birth_date=dt.date(1960, 1, 1))
    address = edit("volunteer", volunteer.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), phone="138 0000 0002", birth_date="1961-02-03")

    answer = send(second, address, older, name="王秀芳")

    assert asked(answer) == {
        "电话": ("13800000002", "13800000001", "stored"),
        "出生日期": ("1961年2月3日", "1960年1月1日", "stored"),
    }
    send(second, address, read(answer))
    volunteer.refresh_from_db()
    assert (volunteer.name, volunteer.phone) == ("王秀芳", "13800000002")


def test_the_member_of_a_unit(community, first, second):
    school, shop = UnitFactory(community=community, name="小学"), UnitFactory(community=community, name="商店")
    volunteer = VolunteerFactory(community=community)
    membership = put_in_unit(volunteer=volunteer, unit=school, by=None, at=timezone.now())
    address = edit("unit_membership", membership.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), unit=str(shop.pk))

    answer = send(second, address, older, is_contact="on")

    [(stored, mine, _suggestion)] = asked(answer).values()
    assert (stored, mine) == ("商店", "小学")
    send(second, address, read(answer))
    membership = UnitMembership.objects.get()
    assert (membership.unit, membership.is_contact) == (shop, True)


@pytest.fixture
def draft(community):
    RuleSetFactory(community=community, at=NOW - dt.timedelta(days=30))
    writer = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    return rulebook.draft_rule_set(community=community, by=writer, at=timezone.now())


def test_the_draft_of_the_rules(draft, first, second):
    address = edit("rule_set", draft.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), minimum_minutes="20")

    answer = send(second, address, older, title="新办法")

    assert [(stored, mine) for stored, mine, _ in asked(answer).values()] == [("20", "15")]
    send(second, address, read(answer))
    stored = RuleSet.objects.get(pk=draft.pk)
    assert (stored.title, stored.parameters["minimum_minutes"]) == ("新办法", 20)


def test_the_wording_of_a_clause(draft, first, second):
    address = reverse("rule_set:wording", args=[draft.pk, "H1"])
    older = opened(second, address)
    send(first, address, opened(first, address), zh="甲改过的条文")

    answer = send(second, address, older, zh="乙改过的条文")

    assert [(stored, mine) for stored, mine, _ in asked(answer).values()] == [("甲改过的条文", "乙改过的条文")]
    assert Clause.objects.get(rule_set=draft, code="H1").wording_zh == "甲改过的条文"
    send(second, address, read(answer), meanwhile__zh="mine")
    assert Clause.objects.get(rule_set=draft, code="H1").wording_zh == "乙改过的条文"


def test_the_columns_of_the_platforms_form(community, first, second, signed_in):
    form = handing_over.add_workbook(
        community=community,
        platform="省平台",
        name="form.xlsx",
        data=workbook(["姓名", "时长"]),
        by=UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)]),
        at=timezone.now(),
    )
    address = reverse("platform_workbook:columns", args=[form.pk])
    older = opened(second, address)
    send(first, address, opened(first, address), field_0="=", text_0="志愿者")

    answer = send(second, address, older, first_row="5")

    assert {suggestion for _stored, _mine, suggestion in asked(answer).values()} == {"stored"}
    send(second, address, read(answer))
    form = PlatformWorkbook.objects.get()
    assert (form.columns["0"], form.first_row) == ({"text": "志愿者"}, 5)
