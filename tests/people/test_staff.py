"""The list of staff, and a new member of staff with the link that sets the password."""

import re

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.people.models import User
from academy.people.permissions import ROLE_SENTENCES, DutyRole
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.pages import text_of
from tests.paper.reading import codes, pages
from tests.people.desk import NOW, errors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def administrator(home, client):
    administrator = UserFactory(first_name="周静", duties=[(home, DutyRole.ADMINISTRATOR)])
    client.force_login(administrator)
    return administrator


def add(client, home, **changes):
    data = {"community": home.pk, "role": "social_worker", "who": "13900139000", "name": "李梅"} | changes
    return client.post(reverse("duty:add"), data)


def test_a_new_member_of_staff_gets_the_link_at_once_to_copy_to_scan_and_to_print(
    client, administrator, home, settings
):
    """Settings, staff, add, a duty, save: five clicks."""
    answer = add(client, home)

    page = answer.content.decode()
    link = re.search(rf'data-copy="({settings.PUBLIC_URL}/accounts/[^"]+)"', page)
    assert answer.status_code == 200 and link and "no-store" in answer["Cache-Control"]
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="qr"' in page and "js/copy.js" in page
    user = User.objects.get(phone="13900139000")
    assert reverse("duty:password_slip", args=[user.duties.get().pk]) in page
    assert "李梅（社工）用这个链接设置密码" in text_of(answer)

    visitor = Client()
    form = visitor.get(link[1].removeprefix(settings.PUBLIC_URL), follow=True).redirect_chain[-1][0]
    done = visitor.post(
        form, {"password1": "梧桐树下的第五排第三个座位", "password2": "梧桐树下的第五排第三个座位"}, follow=True
    )
    assert f"{reverse('account_login')}?with=password" in done.content.decode()
    assert authenticate(username="13900139000", password="梧桐树下的第五排第三个座位") == user


def test_whoever_has_a_password_gets_the_duty_and_no_link(client, administrator, home):
    colleague = UserFactory(phone="13900139000", password="…", duties=[(home, DutyRole.TRAINER)])
    assert add(client, home, name="").url == reverse("staff")
    assert colleague.duties.count() == 2


def test_a_refused_form_keeps_what_was_typed_and_makes_no_link(client, administrator, home):
    answer = add(client, home, who="小李")
    assert errors(answer)["who"] and "data-copy" not in answer.content.decode()
    assert answer.context["form"]["name"].value() == "李梅"


def test_each_duty_is_explained_where_it_is_given_and_listed(client, administrator):
    for page in (client.get(reverse("duty:add")), client.get(reverse("staff"))):
        for role in DutyRole:
            assert str(ROLE_SENTENCES[role]) in text_of(page)


def test_the_slip_has_a_link_of_its_own(client, administrator, home, settings):
    trainer = UserFactory(first_name="陈老师", duties=[(home, DutyRole.TRAINER)])
    answer = client.post(reverse("duty:password_slip", args=[trainer.duties.get().pk]))
    assert answer["Content-Type"] == "application/pdf"
    (text,) = pages(answer.content)
    assert "陈老师" in text and "花园社区" in text and "2027年1月13日9:00" in text.replace(" ", "")
    code = codes(answer.content, dpi=150)[0].text
    assert code.startswith(f"{settings.PUBLIC_URL}/accounts/password/reset/key/")
    assert Client().get(code.removeprefix(settings.PUBLIC_URL)).status_code == 302


def test_no_slip_leads_to_duties_in_another_community(client, administrator, home):
    trainer = UserFactory(duties=[(home, DutyRole.TRAINER), (CommunityFactory(), DutyRole.ADMINISTRATOR)])
    answer = client.post(reverse("duty:password_slip", args=[trainer.duties.get(community=home).pk]))
    assert errors(answer)["__all__"]


def test_staff_are_listed_once_with_all_duties_and_how_they_sign_in(client, administrator, home):
    trainer = UserFactory(first_name="陈老师", phone="13900139000", duties=[(home, DutyRole.TRAINER)])
    trainer.duties.create(community=home, role=DutyRole.APPROVER)
    User.objects.filter(pk=trainer.pk).update(last_login=timezone.now())
    volunteer = VolunteerFactory(community=home, login=True, name="王秀英", phone="13800138000")
    volunteer.user.duties.create(community=home, role=DutyRole.SOCIAL_WORKER)
    UserFactory(first_name="别处的人", duties=[(CommunityFactory(), DutyRole.TRAINER)])

    response = client.get(reverse("staff"))

    listed = {str(one.user): one for one in response.context["staff"]}
    assert set(listed) == {"周静", "陈老师", "王秀英"}
    assert [duty.role for duty in listed["陈老师"].duties] == ["trainer", "approver"]
    assert (listed["陈老师"].sign_in, listed["王秀英"].sign_in) == ("13900139000", "13800138000")
    words = text_of(response)
    assert "还没有人担任审批人" not in words and "花园社区" not in words.partition("用什么登录")[2]
    trainer.duties.filter(role=DutyRole.APPROVER).delete()
    assert "还没有人担任审批人" in text_of(client.get(reverse("staff")))


def test_the_list_takes_as_many_statements_for_thirty_as_for_three(client, administrator, home):
    client.get(reverse("staff"))  # reads what a process reads once
    counts = []
    for number in (2, 27):
        for _one in range(number):
            UserFactory(duties=[(home, DutyRole.TRAINER)])
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("staff"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_social_worker_sees_no_list_of_staff(client, home):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))
    assert client.get(reverse("staff")).status_code == 302
