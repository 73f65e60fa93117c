"""A unit's link: name and phone are the acceptance (R8)."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity, SignUp
from academy.groups import views
from academy.groups.models import Acceptance, GroupLink
from academy.groups.services import links
from academy.messaging.models import Message
from academy.people.models import Volunteer
from academy.people.services import volunteers
from academy.units.models import UnitMembership
from tests.factories import ActivityFactory, UnitFactory, VolunteerFactory, sign_up
from tests.groups.samples import BEFORE, START, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return build()


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(BEFORE, tick=False):
        yield


def post(client, link, name="李建国", phone="13800000002"):
    return client.post(reverse("groups:link", args=[link.key]), {"name": name, "phone": phone})


def code_of(response):
    return response.context["refusal"].code


def test_a_member_accepts_with_name_and_phone(client, group):
    response = post(client, group.link)

    acceptance = Acceptance.objects.get()
    assert response.url == reverse("groups:done", args=[group.link.key])
    assert (acceptance.volunteer, acceptance.sign_up.shift, acceptance.is_newcomer) == (group.one, group.shift, False)


def test_the_same_name_and_phone_accept_once(client, group):
    first, second = post(client, group.link), post(client, group.link, phone="+86 138 0000 0002")

    assert first.url == second.url
    assert Acceptance.objects.count() == SignUp.objects.count() == 1


def test_a_person_who_was_signed_up_before_accepts_too(client, group):
    place = sign_up(group.one, group.shift, at=BEFORE)

    post(client, group.link)

    assert Acceptance.objects.get().sign_up == place


def test_an_unknown_person_becomes_provisional_and_joins_nobody(client, group):
    post(client, group.link, name="李建国", phone="13900000009")

    newcomer = Volunteer.objects.get(phone="13900000009")
    assert newcomer.provisional and newcomer != group.one and newcomer.merged_into is None
    assert newcomer.consents.get().evidence == "在湘江机械厂的单位报名链接里自己填了姓名和手机号"
    assert Acceptance.objects.get().is_newcomer
    assert not UnitMembership.objects.filter(volunteer=newcomer).exists()


def test_no_answer_says_whether_a_person_is_known(client, group):
    known, unknown = post(client, group.link), post(client, group.link, name="周强", phone="13900000009")
    done = client.get(known.url).content.decode()

    assert known.url == unknown.url
    assert "已收到您的报名" in done
    for text in ("李建国", "13800000002", group.one.number, "周强"):
        assert text not in done


def test_a_strangers_page_shows_the_activity_and_no_names(client, group):
    post(client, group.link)

    page = client.get(reverse("groups:link", args=[group.link.key]))

    assert group.activity.title in page.content.decode()
    for name in ("李建国", "张桂兰", "陈静", "刘伟"):
        assert name not in page.content.decode()


def test_a_suspended_person_gets_the_sentence_that_says_nothing(client, group):
    volunteers.suspend(volunteer=group.one, reason="待核实", by=group.worker, at=BEFORE)

    response = post(client, group.link)

    assert (response.status_code, code_of(response)) == (409, "ask_at_desk")
    assert "用这个链接没法为您报名。请联系单位联系人，或到服务台办理。" in response.content.decode()
    assert "待核实" not in response.content.decode() and not SignUp.objects.exists()


def test_a_minor_without_consent_gets_the_same_sentence(client, group):
    VolunteerFactory(community=group.home, name="小明", phone="13800000005", birth_date=dt.date(2012, 1, 1))

    assert code_of(post(client, group.link, name="小明", phone="13800000005")) == "ask_at_desk"


def test_a_dangerous_activity_takes_nobody_whose_age_is_not_known(client, group):
    Activity.objects.update(dangerous=True, insurance="PICC 1")
    Volunteer.objects.filter(pk=group.one.pk).update(birth_date=None)

    assert code_of(post(client, group.link, name="小明", phone="13900000009")) == "ask_at_desk"
    assert code_of(post(client, group.link)) == "ask_at_desk"
    assert not SignUp.objects.exists() and not Volunteer.objects.filter(name="小明").exists()


def test_a_full_link_answers_known_unknown_and_earlier_names_alike(client):
    group = build(places=3)
    for number in range(2):
        assert post(client, group.link, name=f"周{'强刚'[number]}", phone=f"1390000000{number}").status_code == 302

    for name, phone in (("周明", "13900000008"), ("李建国", "13800000002"), ("周强", "13900000000")):
        assert code_of(post(client, group.link, name=name, phone=phone)) == "link_full"


def test_a_new_link_takes_the_members_whom_invented_names_kept_out(client):
    group = build(places=1)
    post(client, group.link, name="周强", phone="13900000009")
    assert code_of(post(client, group.link)) == "link_full"
    assert links.full_links([group.link]) == {group.link.pk}

    links.withdraw_link(link=group.link, by=group.contact.user, at=BEFORE)
    fresh = links.make_link(
        unit=group.unit, shift=group.shift, role=group.role, places=2, by=group.contact.user, at=BEFORE
    )
    assert not links.full_links([fresh])
    assert post(client, fresh).status_code == 302


def test_a_full_shift_leaves_no_newcomer_behind(client):
    group = build(capacity=1)
    post(client, group.link)

    response = post(client, group.link, name="周强", phone="13900000009")

    assert code_of(response) == "shift_full"
    assert not Volunteer.objects.filter(phone="13900000009").exists()


def test_the_places_of_the_unit_are_a_limit_of_their_own(client):
    group = build(places=1)
    post(client, group.link)

    assert code_of(post(client, group.link, name="陈静", phone="13800000003")) == "link_full"

    activities.cancel_sign_up(sign_up=SignUp.objects.get(), by=None, at=BEFORE)
    assert post(client, group.link, name="陈静", phone="13800000003").status_code == 302


def test_a_link_takes_a_limited_number_of_unknown_people(client, group, monkeypatch):
    monkeypatch.setattr(links, "MOST_NEWCOMERS", 1)
    post(client, group.link, name="周强", phone="13900000009")

    assert code_of(post(client, group.link, name="周刚", phone="13900000008")) == "link_full"
    assert code_of(post(client, group.link)) == "link_full"


def test_a_link_is_slowed_down(client, group, monkeypatch):
    monkeypatch.setattr(views, "OF_A_NETWORK", views.Limit(free=1, half_life=60))
    post(client, group.link)

    response = post(client, group.link, name="陈静", phone="13800000003")

    assert (response.status_code, code_of(response)) == (429, "too_many_attempts")
    assert int(response.headers["Retry-After"]) > 0
    assert "现在用这个链接的人很多。请等一分钟，再提交一次。" in response.content.decode()
    assert "陈静" in response.content.decode()  # what was typed stays in the form


def test_what_was_typed_wrong_gets_a_sentence_in_its_place(client, group):
    response = post(client, group.link, phone="12345")

    assert list(response.context["form"].errors) == ["phone"]
    assert 'value="李建国"' in response.content.decode()


def test_a_withdrawn_link_is_over_and_places_stay(client, group):
    post(client, group.link)
    links.withdraw_link(link=group.link, by=group.contact.user, at=BEFORE)

    response = post(client, group.link, name="陈静", phone="13800000003")

    assert (response.status_code, code_of(response)) == (410, "link_over")
    assert SignUp.objects.filter(cancelled_at=None).count() == 1


def test_a_link_ends_with_its_shift(client, group):
    with time_machine.travel(group.shift.ends_at, tick=False):
        assert code_of(post(client, group.link)) == "link_over"
    with time_machine.travel(START, tick=False):
        assert code_of(post(client, group.link)) == "too_late"


def test_a_cancelled_activity_ends_its_links(client, group):
    activities.cancel_activity(activity=group.activity, by=group.worker, at=BEFORE)

    assert code_of(post(client, group.link)) == "link_over"


def test_an_unknown_link_has_a_clear_answer(client, group):
    response = client.get(reverse("groups:link", args=["ABCDABCDABCDABCD"]))

    assert (response.status_code, code_of(response)) == (404, "link_over")


def test_the_person_whose_name_was_typed_is_told(client, group):
    post(client, group.link)

    message = Message.objects.get(volunteer=group.one)
    assert "湘江机械厂" in message.texts["zh-hans"] and message.path == f"/activities/{group.activity.pk}/"


def test_contacts_and_workers_make_links_and_get_the_live_one(group):
    again = links.make_link(
        unit=group.unit, shift=group.shift, role=group.role, places=5, by=group.contact.user, at=BEFORE
    )
    refused = links.make_link(
        unit=group.unit, shift=group.shift, role=group.role, places=5, by=group.one.user, at=BEFORE
    )

    assert again == group.link
    assert refused.code == links.withdraw_link(link=group.link, by=group.one.user, at=BEFORE).code == "not_allowed"


def test_no_link_leads_to_a_foreign_a_past_or_an_unpublished_activity(group):
    def refused(activity, at=BEFORE, unit=group.unit, by=group.worker):
        shift, role = activity.shifts.get(), activity.roles.get()
        return links.make_link(unit=unit, shift=shift, role=role, places=5, by=by, at=at).code

    assert refused(ActivityFactory()) == "foreign_unit"
    assert refused(ActivityFactory(community=group.home, published=None)) == "not_published"
    assert refused(ActivityFactory(community=group.home), at=START) == "too_late"
    assert refused(group.activity, unit=UnitFactory()) == "not_allowed"


def test_the_database_keeps_one_live_link(group):
    twin = GroupLink(
        unit=group.unit, shift=group.shift, role=group.role, key="X", places=1, made_by=None, made_at=BEFORE
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()

    twin.withdrawn_at = BEFORE
    twin.save()


def test_the_contact_of_a_unit_with_a_live_link_hears_that_the_activity_is_cancelled(group):
    activities.cancel_activity(activity=group.activity, by=group.worker, at=BEFORE)

    (message,) = Message.objects.of(group.contact)
    assert "请转告湘江机械厂的人" in message.texts["zh-hans"]
    assert Message.objects.of(group.leader).count() == 1 and not Message.objects.of(group.one).exists()


def test_the_contact_of_a_unit_whose_link_was_withdrawn_hears_nothing(group):
    links.withdraw_link(link=group.link, by=group.worker, at=BEFORE)
    activities.cancel_activity(activity=group.activity, by=group.worker, at=BEFORE)

    assert not Message.objects.of(group.contact).exists()
