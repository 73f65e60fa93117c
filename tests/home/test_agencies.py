"""An adult child acts for an elder, by a link from the elder's phone; and two elders on one phone."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.utils import timezone
from wagtail.log_actions import log

from academy.activities.models import SignUp
from academy.checkin.services import codes, scanning
from academy.families import services as families
from academy.families.models import Agency, AgencyOffer
from academy.hours.services import make_ups
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, slips
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 1, 5, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def elder(community):
    return VolunteerFactory(community=community, name="王秀英", login=True)


@pytest.fixture
def daughter(community):
    return VolunteerFactory(community=community, name="李梅", login=True)


def offer(client, elder):
    client.force_login(elder.user)
    page = client.post("/my/agency/offer/").content.decode()
    return re.search(r"/a/([0-9A-Z]{20})/", page).group(1)


def act_for(elder, daughter):
    return families.allow_agent(volunteer=elder, user=daughter.user, evidence="签字", by=None, at=NOW)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_elders_phone_makes_a_link_that_the_daughter_takes(client, elder, daughter):
    code = offer(client, elder)
    client.force_login(daughter.user)

    asked = text_of(client.get(f"/a/{code}/"))
    assert "您替王*英办理吗？" in asked and "王秀英" not in asked
    assert not Agency.objects.exists()
    page = client.post(f"/a/{code}/", follow=True)

    assert "从现在起，您可以替王秀英办理。" in text_of(page) and "您正在替 王秀英 办理" in text_of(page)
    consent = Agency.objects.get(user=daughter.user, volunteer=elder).consent
    assert consent.recorded_by == elder.user and daughter.number in consent.evidence
    again = client.post(f"/a/{code}/")
    assert "这个链接已经用过了" in text_of(again)


@pytest.mark.parametrize(("hours", "words"), [(0, "您替王*英办理吗？"), (24, "这个链接已经过期")])
def test_the_link_works_for_a_day(client, elder, daughter, time_machine, hours, words):
    code = offer(client, elder)
    client.force_login(daughter.user)
    time_machine.move_to(NOW + dt.timedelta(hours=hours), tick=False)
    assert words in text_of(client.get(f"/a/{code}/"))


def test_a_guessed_link_own_phone_staff_and_a_later_link(client, elder, daughter):
    first = offer(client, elder)
    code = offer(client, elder)
    assert "这个链接是给帮您办理的人的" in text_of(client.get(f"/a/{code}/"))
    client.force_login(daughter.user)
    assert client.get("/a/00000000000000000000/").status_code == 404
    assert client.get(f"/a/{first}/").status_code == 404
    client.force_login(UserFactory(duties=[(elder.community, DutyRole.SOCIAL_WORKER)]))
    assert 'data-refusal="staff_login"' in client.post(f"/a/{code}/").content.decode()
    assert not Agency.objects.exists() and code not in AgencyOffer.objects.latest("pk").code_hash


def test_both_sides_see_it_and_each_may_end_it(client, elder, daughter, community):
    for ends in (elder, daughter):
        agency = act_for(elder, daughter)
        client.force_login(elder.user)
        assert "李梅替您办理。" in text_of(client.get("/my/settings/"))
        client.force_login(daughter.user)
        assert "您替王秀英办理。" in text_of(client.get("/my/settings/"))
        client.force_login(VolunteerFactory(community=community, login=True).user)
        assert client.post(f"/my/agency/{agency.pk}/end/").status_code == 404
        client.force_login(ends.user)
        assert "已结束。" in text_of(client.post(f"/my/agency/{agency.pk}/end/", follow=True))
        assert not Agency.objects.exists()
        assert not consents.has_consented(elder, Consent.Kind.AGENCY, day=NOW.date())


def test_the_end_of_one_agency_leaves_the_other(client, elder, daughter, community):
    son = VolunteerFactory(community=community, login=True)
    act_for(elder, son)
    agency = act_for(elder, daughter)
    client.force_login(elder.user)
    client.post(f"/my/agency/{agency.pk}/end/")

    assert [one.user for one in Agency.objects.all()] == [son.user]
    assert consents.has_consented(elder, Consent.Kind.AGENCY, day=NOW.date())


def test_each_act_is_logged_as_done_by_x_for_y(client, elder, daughter, community):
    act_for(elder, daughter)
    activity = ActivityFactory(community=community)
    shift, role = activity.shifts.get(), activity.roles.get()
    client.force_login(daughter.user)
    client.post(f"/activities/{activity.pk}/sign-up/", {"shift": shift.pk, "role": role.pk, "volunteer": elder.pk})
    place = SignUp.objects.get()
    assert (place.volunteer, place.signed_up_by) == (elder, daughter.user)
    client.post(f"/activities/{activity.pk}/cancel/", {"sign_up": place.pk})

    client.force_login(elder.user)
    text = text_of(client.get("/my/settings/"))
    assert "李梅 · 报名" in text and "李梅 · 取消报名" in text and "敬老院探访" in text


def test_ones_own_sign_up_is_no_act_for_somebody(client, elder, community):
    activity = ActivityFactory(community=community)
    client.force_login(elder.user)
    client.post(
        f"/activities/{activity.pk}/sign-up/", {"shift": activity.shifts.get().pk, "role": activity.roles.get().pk}
    )
    assert SignUp.objects.exists() and "别人替您办理过的事" not in text_of(client.get("/my/settings/"))


def test_two_elders_on_one_phone_and_a_daughter_elsewhere(client, elder, daughter, community):
    husband = VolunteerFactory(community=community, name="李建国")
    [(_slip, code)] = slips.print_slips(volunteers=[husband], by=None, at=timezone.now())
    client.force_login(elder.user)
    client.post(f"/s/{code}/", {"then": "share"})
    act_for(elder, daughter)

    text = text_of(client.get("/my/who/"))
    assert "本人：王秀英" in text and "替 李建国 办理" in text
    page = client.get(f"/my/?who={husband.number}")
    assert "您正在替 李建国 办理" in text_of(page) and "/my/who/" in page.content.decode()
    assert "您正在替" not in text_of(client.get("/my/"))
    client.force_login(daughter.user)
    text = text_of(client.get("/my/who/"))
    assert "替 王秀英 办理" in text and "李建国" not in text
    assert client.get(f"/my/?who={husband.number}").status_code == 404


def test_a_check_in_for_another_person_on_the_phone_names_who_tapped(client, elder, community, time_machine):
    husband = VolunteerFactory(community=community, name="李建国", login=True)
    act_for(husband, elder)  # two elders, one phone, which is signed in as her
    activity = ActivityFactory(community=community)
    time_machine.move_to(dt.datetime(2026, 1, 10, 1, 0, tzinfo=dt.UTC), tick=False)
    gate = codes.checkpoint_for(activity, rotating=False)
    scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=gate.key,
        code=None,
        volunteer=husband,
        operator=elder.user,
        direction="in",
        at=timezone.now(),
    )

    client.force_login(husband.user)
    assert "王秀英 · 签到 1月10日 9:00 · 敬老院探访" in text_of(client.get("/my/settings/"))
    client.force_login(elder.user)
    assert "别人替您办理过的事" not in text_of(client.get("/my/settings/"))


def test_a_request_of_the_agent_is_shown_too_and_the_elders_own_is_not(client, elder, daughter):
    act_for(elder, daughter)
    for who in (daughter.user, elder.user):
        log(elder, make_ups.ASKED, user=who, timestamp=NOW, data={"shift": "敬老院探访"})

    client.force_login(elder.user)
    text = text_of(client.get("/my/settings/"))
    assert text.count("敬老院探访") == 1 and "李梅 · " in text
