"""The guardian's page behind the link, and the page that makes the link (N2)."""

import datetime as dt
import re
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from academy.activities.models import SignUp
from academy.checkin.services import codes, scanning
from academy.families import guardian_services, guardians
from academy.families.models import GuardianLink
from academy.people.models import Consent, Volunteer
from academy.people.services import consents, logins
from tests.factories import VolunteerFactory, sign_up
from tests.home.minors import NOW, YES, activity, ask, child, community, five_days_before, text_of, worker

pytestmark = pytest.mark.django_db

__all__ = ["activity", "child", "community", "five_days_before", "worker"]  # fixtures


def check(child, activity, direction):
    gate, now = codes.checkpoint_for(activity, rotating=True), timezone.now()
    code = codes.rotating_codes(gate, at=now)[0].code
    answer = scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=gate.key,
        code=code,
        volunteer=child,
        operator=child.user,
        direction=direction,
        at=now,
    )
    assert answer.accepted, answer


# The answer


def test_the_page_says_what_is_asked_and_shows_no_full_name(client, child):
    page = client.get(f"/g/{ask(child)}/")
    text = text_of(page)

    assert "您同意张*雨参加志愿服务吗？" in text and "张小雨" not in page.content.decode()
    assert "到 2027年1月4日 为止" in text and "可能的风险" in text and "链接由张*雨" in text
    assert "checked" not in re.findall(r"<input[^>]*checkbox[^>]*>", page.content.decode())[0]
    assert "敏感信息" not in text  # 14 and older
    assert page["Cache-Control"].count("no-store") == 1


def test_a_yes_needs_its_tick_and_keeps_what_was_typed(client, child):
    code = ask(child)
    page = client.post(f"/g/{code}/", {**YES, "agrees": "", "name": "张强强"})

    assert "不勾选这一项，孩子就不能参加。" in text_of(page) and 'value="张强强"' in page.content.decode()
    assert not Consent.objects.filter(kind="guardian").exists()


def test_under_14_the_data_needs_a_tick_of_its_own(client, child):
    Volunteer.objects.update(birth_date=dt.date(2013, 1, 1))
    code = ask(child)

    assert "您要一同到场陪伴" in text_of(client.get(f"/g/{code}/"))
    assert "不勾选这一项" in text_of(client.post(f"/g/{code}/", YES))
    client.post(f"/g/{code}/", {**YES, "keep_data": "on"})
    assert guardians.covers(child, activity_id=None, day=NOW.date())


def test_a_yes_then_the_guardians_page(client, child):
    code = ask(child)
    page = client.post(f"/g/{code}/", YES, follow=True)
    text = text_of(page)

    assert "谢谢，您的同意已记录。" in text and "今天没有活动。" in text and "可以参加各项活动" in text
    assert "未同意" in text and "已同意" not in text.replace("您的同意", "")
    again = client.post(f"/g/{code}/", YES, follow=True)
    assert again.status_code == 200
    assert Consent.objects.filter(kind="guardian").count() == 1


@pytest.mark.parametrize(("days", "asks"), [(334, False), (335, True)])
def test_in_the_last_month_the_page_asks_for_the_next_year(client, child, time_machine, days, asks):
    code = ask(child)
    client.post(f"/g/{code}/", YES)  # valid until 4 January 2027
    time_machine.move_to(NOW + dt.timedelta(days=days), tick=False)

    assert ("重新同意" in text_of(client.get(f"/g/{code}/"))) is asks
    client.post(f"/g/{code}/", YES)
    assert guardians.covers(child, activity_id=None, day=dt.date(2027, 6, 1)) is asks


def test_a_no_is_recorded_and_can_become_a_yes(client, child):
    code = ask(child)
    text = text_of(client.post(f"/g/{code}/", {"act": "no", "name": "张强", "relation": "parent"}, follow=True))

    assert "已记录：您不同意。" in text and "现在没有有效的同意" in text
    assert not guardians.covers(child, activity_id=None, day=NOW.date())
    client.post(f"/g/{code}/", YES)
    assert guardians.covers(child, activity_id=None, day=NOW.date())


def test_an_answer_on_the_childs_own_phone_says_so(client, child):
    code = ask(child)
    client.force_login(child.user)
    client.post(f"/g/{code}/", YES)

    consent = Consent.objects.get(kind="guardian")
    assert "答复所用手机登录着孩子本人的账号" in consents.evidence_of(consent)[consent.pk]


@pytest.mark.parametrize("field", ["guardian_notice", "guardian_photos"])
def test_notice_and_photos_are_turned_on_and_off(client, child, field):
    code = ask(child)
    client.post(f"/g/{code}/", YES)
    client.post(f"/g/{code}/", {"act": "extra", "kind": field, "on": "1"})
    assert consents.has_consented(child, field, day=NOW.date())
    client.post(f"/g/{code}/", {"act": "extra", "kind": field, "on": "0"})
    assert not consents.has_consented(child, field, day=NOW.date())


# Today, and withdrawing


def test_today_shows_the_times_and_whom_to_call(client, child, activity, time_machine):
    code = ask(child)
    client.post(f"/g/{code}/", YES)
    place = sign_up(child, activity.shifts.get(), at=NOW)
    assert "接下来 敬老院探访" in text_of(client.get(f"/g/{code}/"))
    time_machine.move_to(dt.datetime(2026, 1, 9, 17, 0, tzinfo=dt.UTC), tick=False)
    early = text_of(client.get(f"/g/{code}/"))
    assert "还没有开始。" in early and early.count("取消这次报名") == 1 and "接下来" not in early

    time_machine.move_to(dt.datetime(2026, 1, 10, 1, 2, tzinfo=dt.UTC), tick=False)
    assert "还没有签到。" in text_of(client.get(f"/g/{code}/"))
    check(child, activity, "in")
    time_machine.move_to(dt.datetime(2026, 1, 10, 3, 31, tzinfo=dt.UTC), tick=False)
    check(child, activity, "out")

    text = text_of(client.get(f"/g/{code}/"))
    assert "9:02 已签到 · 11:31 已签退" in text
    assert "服务台电话 010-12345678" in text and "取消这次报名" not in text
    Volunteer.objects.filter(pk=activity.leader_id).update(phone="13800001111")
    consents.record_consent(volunteer=activity.leader, kind="telephone", granted=True, evidence="表", by=None, at=NOW)
    assert "负责人电话 13800001111" in text_of(client.get(f"/g/{code}/"))
    assert SignUp.objects.get() == place


def test_before_the_answer_the_page_shows_no_whereabouts(client, child, activity):
    client.post(f"/g/{ask(child)}/", YES)
    sign_up(child, activity.shifts.get(), at=NOW)

    assert activity.title not in text_of(client.get(f"/g/{ask(child, phone='13900009999')}/"))


def test_a_link_that_reached_the_wrong_phone_shows_no_whereabouts_by_a_no(client, child, activity):
    client.post(f"/g/{ask(child)}/", YES)
    sign_up(child, activity.shifts.get(), at=NOW)
    code = ask(child, phone="13900009999")
    until = GuardianLink.objects.latest("pk").expires_at

    page = client.post(f"/g/{code}/", {**YES, "act": "no"}, follow=True)

    assert activity.title not in text_of(page)
    assert (page.context["today"], page.context["coming"]) == ([], [])
    link = GuardianLink.objects.latest("pk")
    assert link.answered_at is not None and link.expires_at == until


def test_a_withdrawal_on_the_link_gives_back_the_place(client, child, activity):
    code = ask(child)
    client.post(f"/g/{code}/", YES)
    place = sign_up(child, activity.shifts.get(), at=NOW)

    text = text_of(client.post(f"/g/{code}/", {"act": "withdraw"}, follow=True))

    assert "同意已撤回，相关的报名已取消。" in text and "现在没有有效的同意，孩子不能参加。" in text
    place.refresh_from_db()
    assert place.cancelled_at is not None
    assert "这项同意已经结束，没有改动。" in text_of(client.post(f"/g/{code}/", {"act": "withdraw"}, follow=True))


def test_a_guardian_gives_one_place_back_and_not_another_childs(client, child, activity, community):
    other = VolunteerFactory(community=community)
    code = ask(child)
    client.post(f"/g/{code}/", YES)
    place, foreign = sign_up(child, activity.shifts.get(), at=NOW), sign_up(other, activity.shifts.get(), at=NOW)

    assert client.post(f"/g/{code}/", {"act": "cancel", "sign_up": foreign.pk}).status_code == 404
    client.post(f"/g/{code}/", {"act": "cancel", "sign_up": place.pk})

    place.refresh_from_db()
    foreign.refresh_from_db()
    assert place.cancelled_at is not None and foreign.cancelled_at is None
    assert guardians.covers(child, activity_id=None, day=NOW.date())


@pytest.mark.parametrize("act", ["withdraw", "extra", "cancel", "else"])
def test_before_the_answer_nothing_else_is_done(client, child, act):
    assert client.post(f"/g/{ask(child)}/", {"act": act}).status_code == 404


def test_guessed_expired_closed_and_grown_up(client, child, time_machine):
    code = ask(child)
    guessed = client.get("/g/00000000000000000000/")
    assert (guessed.status_code, "这个链接不对" in text_of(guessed)) == (404, True)
    time_machine.move_to(NOW + dt.timedelta(days=14))
    assert "这个链接已经过期" in text_of(client.get(f"/g/{code}/"))
    assert "这个链接已经过期" in text_of(client.post(f"/g/{code}/", YES))
    guardian_services.close_link(link=GuardianLink.objects.get(), by=None, at=NOW)
    assert "服务台已经作废了这个链接" in text_of(client.get(f"/g/{code}/"))
    time_machine.move_to(NOW)
    code = ask(child)
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2008, 1, 5))
    assert "张*雨已经满18岁，监护人的同意到此结束" in text_of(client.get(f"/g/{code}/"))


# Under 14, and what is said where


def test_sign_up_says_that_the_guardian_comes_along_and_so_does_the_leaders_page(client, child, activity, time_machine):
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2013, 1, 1))
    logins.login_for(volunteer=activity.leader)
    activity.leader.refresh_from_db()
    code = ask(child)
    client.post(f"/g/{code}/", {**YES, "keep_data": "on"})
    client.force_login(child.user)
    shift, role = activity.shifts.get(), activity.roles.get()
    page = client.post(f"/activities/{activity.pk}/sign-up/", {"shift": shift.pk, "role": role.pk}, follow=True)
    assert "张小雨未满14岁，监护人要陪同参加。" in text_of(page)
    assert "请您陪同参加：未满14岁，监护人要在场。" in text_of(client.get(f"/g/{code}/"))

    client.force_login(activity.leader.user)
    leading = text_of(client.get(f"/lead/{activity.pk}/"))
    assert "张小雨 未满14岁，监护人陪同。" in leading and "监护人的同意" not in leading
    time_machine.move_to(dt.datetime(2026, 1, 10, 1, 0, tzinfo=dt.UTC), tick=False)
    check(child, activity, "in")
    assert "未满14岁，监护人陪同。" in text_of(client.get(f"/lead/{activity.pk}/"))


def test_the_leader_sees_a_place_whose_consent_ends_before_the_day(client, child, activity):
    logins.login_for(volunteer=activity.leader)
    activity.leader.refresh_from_db()
    client.post(f"/g/{ask(child)}/", YES)
    sign_up(child, activity.shifts.get(), at=NOW)
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2011, 5, 1))
    shift = activity.shifts.get()
    shift.starts_at, shift.ends_at = (at + dt.timedelta(days=400) for at in (shift.starts_at, shift.ends_at))
    shift.save()

    client.force_login(activity.leader.user)
    page = client.get(f"/lead/{activity.pk}/")
    assert "张小雨 缺少监护人同意书。 请监护人同意" in text_of(page)
    address = f"/my/guardian/?who={child.number}&activity={activity.pk}"
    assert address in unescape(page.content.decode()) and client.get(address).status_code == 200


def test_a_refused_sign_up_leads_to_the_guardian(client, child, activity):
    client.force_login(child.user)
    shift, role = activity.shifts.get(), activity.roles.get()
    page = client.post(f"/activities/{activity.pk}/sign-up/", {"shift": shift.pk, "role": role.pk})

    address = f"/my/guardian/?who={child.number}&amp;activity={activity.pk}"
    assert address in page.content.decode() and "还没有监护人的同意。" in text_of(page)
    asked = client.get(address.replace("&amp;", "&"))
    assert f'value="{activity.pk}" selected' in asked.content.decode()


def test_staff_of_the_desk_find_the_way_at_the_person(client, child, worker):
    client.force_login(worker)
    assert f"/my/guardian/?who={child.number}" in client.get(f"/admin/people/{child.pk}/").content.decode()


def test_wrong_digits_are_said_at_their_field_and_what_was_typed_stays(client, child):
    page = client.post(f"/g/{ask(child)}/", {**YES, "digits": "1111"})

    assert page.status_code == 200 and page.context["form"].errors["digits"]
    assert 'value="张强"' in page.content.decode()
    assert not Consent.objects.filter(kind="guardian").exists()
