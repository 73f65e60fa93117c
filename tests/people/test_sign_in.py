import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from academy.people import refusals
from academy.people.models import Slip, User
from academy.people.permissions import DutyRole
from academy.people.services import duties, logins
from academy.people.services import slips as people_slips
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db

PASSWORD = "梧桐树下的第三排"


@pytest.fixture
def volunteer():
    return VolunteerFactory(phone="13800138000")


@pytest.fixture
def code(volunteer):
    [(_slip, code)] = people_slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())
    return code


def with_password(volunteer):
    user = logins.login_for(volunteer=volunteer)
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(client):
    return client.session.get("_auth_user_id")


def refusal(response):
    assert response.status_code == 200
    return response.context["refusal"].code


# The slip, typed


def test_a_typed_slip_signs_in_and_leads_to_my_page(client, volunteer, code):
    response = client.post("/s/", {"code": code.lower()})

    assert (response.status_code, response["Location"]) == (302, "/my/")
    volunteer.refresh_from_db()
    assert signed_in(client) == str(volunteer.user.pk)


def test_a_phone_stays_signed_in_for_180_days(client, code):
    client.post("/s/", {"code": code})

    assert client.cookies["sessionid"]["max-age"] == 180 * 24 * 60 * 60


def test_a_typed_slip_leads_to_the_next_page(client, code):
    assert 'name="next" value="/c/ABC/123/"' in client.get("/s/?next=/c/ABC/123/").content.decode()

    assert client.post("/s/", {"code": code, "next": "/c/ABC/123/"})["Location"] == "/c/ABC/123/"


def test_a_wrong_code_says_what_to_do_and_keeps_the_next_page(client):
    response = client.post("/s/", {"code": "0000000000", "next": "/c/ABC/123/"})

    assert refusal(response) == "unknown_slip"
    assert 'data-refusal="unknown_slip"' in response.content.decode()
    assert str(refusals.UNKNOWN_SLIP.message) in response.content.decode()
    assert 'name="next" value="/c/ABC/123/"' in response.content.decode()
    assert signed_in(client) is None


def test_a_missing_code_is_reported_at_its_field(client):
    response = client.post("/s/", {"code": "  "})

    assert response.context["form"].errors["code"]
    assert signed_in(client) is None


# The slip, scanned


def test_looking_at_a_slips_page_changes_nothing(client, code):
    for _time in range(3):
        response = client.get(f"/s/{code}/")
        assert response.status_code == 200

    assert "<button" in response.content.decode()
    assert Slip.objects.get().used_at is None
    assert signed_in(client) is None


def test_the_page_names_the_person_masked(client, volunteer, code):
    page = client.get(f"/s/{code}/").content.decode()

    assert volunteer.masked_name in page
    assert volunteer.name not in page


def test_the_button_signs_in(client, code):
    assert client.post(f"/s/{code}/", {"next": "/c/ABC/123/"})["Location"] == "/c/ABC/123/"
    assert signed_in(client)


def test_capitals_lead_there_too(client, code):
    assert "<button" in client.get(f"/S/{code}/").content.decode()


def test_a_used_slip_is_refused_on_another_phone(client, code):
    client.post(f"/s/{code}/")
    client.logout()

    assert refusal(client.get(f"/s/{code}/")) == "slip_used"
    assert refusal(client.post(f"/s/{code}/")) == "slip_used"


def test_a_second_tap_on_the_same_phone_goes_on(client, code):
    client.post(f"/s/{code}/")

    assert client.post(f"/s/{code}/", {"next": "/c/ABC/123/"})["Location"] == "/c/ABC/123/"
    assert client.get(f"/s/{code}/")["Location"] == "/my/"


def test_a_replaced_slip_says_so(client, volunteer, code):
    people_slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())

    assert refusal(client.get(f"/s/{code}/")) == "slip_replaced"


def test_an_unknown_slip_offers_to_type_another_code(client):
    response = client.get("/s/0000000000/?next=/c/ABC/123/")

    assert refusal(response) == "unknown_slip"
    assert 'href="/s/?next=%2Fc%2FABC%2F123%2F"' in response.content.decode()


def test_on_a_shared_phone_the_next_slip_changes_the_person(client, code):
    other = VolunteerFactory(phone="13800138000")
    [(_slip, other_code)] = people_slips.print_slips(volunteers=[other], by=None, at=timezone.now())
    client.post(f"/s/{code}/")
    client.post(f"/s/{other_code}/", {"then": "switch"})

    other.refresh_from_db()
    assert signed_in(client) == str(other.user.pk)


@pytest.mark.slow
def test_a_whole_room_signs_in_behind_one_address(client):
    slips = people_slips.print_slips(
        volunteers=[VolunteerFactory() for _person in range(40)], by=None, at=timezone.now()
    )

    for _slip, code in slips:
        client.logout()
        assert client.post("/s/", {"code": code}).status_code == 302


# The password


def test_the_page_offers_the_slip_first_and_the_password_second(client):
    page = client.get(reverse("account_login") + "?next=/c/ABC/123/").content.decode()

    assert page.index('action="/s/"') < page.index('name="password"')
    assert page.count('name="next" value="/c/ABC/123/"') == 2


@pytest.mark.parametrize("name", ["138 0013 8000", "number"])
def test_a_password_signs_in_and_leads_on(client, volunteer, name):
    user = with_password(volunteer)
    login = volunteer.number.lower() if name == "number" else name

    response = client.post(reverse("account_login"), {"login": login, "password": PASSWORD, "next": "/c/ABC/123/"})

    assert response["Location"] == "/c/ABC/123/"
    assert signed_in(client) == str(user.pk)
    assert client.cookies["sessionid"]["max-age"] == 180 * 24 * 60 * 60


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_sign_in_never_leads_to_another_site(client, volunteer, code, next_url):
    with_password(volunteer)

    assert client.post("/s/", {"code": code, "next": next_url})["Location"] == "/my/"
    client.logout()
    response = client.post(reverse("account_login"), {"login": "13800138000", "password": PASSWORD, "next": next_url})
    assert response["Location"] == "/my/"


@pytest.mark.parametrize(
    ("role", "landing"),
    [
        (DutyRole.SOCIAL_WORKER, "/admin/"),
        (DutyRole.TRAINER, "/admin/"),
        (DutyRole.ADMINISTRATOR, "/admin/"),
        (DutyRole.STREET_VIEWER, "/admin/"),
        (DutyRole.APPROVER, "/decisions/"),
    ],
)
def test_staff_land_in_the_back_office_and_approvers_on_the_requests(client, role, landing):
    UserFactory(phone="13900139000", password=PASSWORD, duties=[(CommunityFactory(), role)])

    response = client.post(reverse("account_login"), {"login": "13900139000", "password": PASSWORD})

    assert response["Location"] == landing


@pytest.mark.parametrize(("role", "landing"), [(DutyRole.TRAINER, "/my/"), (DutyRole.SOCIAL_WORKER, "/admin/")])
def test_a_volunteer_with_a_duty_lands_at_the_desk_only_to_run_activities(client, volunteer, role, landing):
    user = with_password(volunteer)
    duties.grant_duty(user=user, community=volunteer.community, role=role, by=None)

    response = client.post(reverse("account_login"), {"login": "13800138000", "password": PASSWORD})

    assert response["Location"] == landing


def test_a_wrong_password_does_not_show_which_names_exist(client, volunteer):
    with_password(volunteer)
    answers = []
    for login in ("13800138000", "13700137000"):
        response = client.post(reverse("account_login"), {"login": login, "password": "不对的密码"})
        answers.append(response.context["form"].errors.as_text())

    assert answers[0] == answers[1]


def test_guessing_at_one_person_is_slowed_down_and_locks_out_only_them(client, volunteer):
    with_password(volunteer)
    UserFactory(phone="13900139000", password=PASSWORD)
    # All spellings are one person.
    for login in ("13800138000", "138 0013 8000", "+8613800138000", "138-0013-8000", "8613800138000"):
        client.post(reverse("account_login"), {"login": login, "password": "不对的密码"})

    locked = client.post(reverse("account_login"), {"login": "13800138000", "password": PASSWORD})
    assert locked.status_code == 429 and locked.context["form"].errors

    assert client.post(reverse("account_login"), {"login": "13900139000", "password": PASSWORD}).status_code == 302


def test_a_locked_out_person_can_still_use_a_slip(client, volunteer, code):
    with_password(volunteer)
    for _attempt in range(6):
        client.post(reverse("account_login"), {"login": "13800138000", "password": "不对的密码"})

    assert client.post("/s/", {"code": code}).status_code == 302


def test_a_signed_in_user_is_redirected(client, code):
    client.post("/s/", {"code": code})

    assert client.get(reverse("account_login") + "?next=/c/ABC/123/")["Location"] == "/c/ABC/123/"


# The back office


def test_the_back_office_has_no_sign_in_of_its_own(client):
    response = client.get("/admin/login/?next=/admin/reports/")

    assert response["Location"] == reverse("account_login") + "?next=/admin/reports/"


@pytest.mark.parametrize(("then", "is_open"), [("/admin/", True), ("/admin/activity/?p=2", True), ("/my/", False)])
def test_who_goes_to_the_back_office_finds_the_password_form_open_and_first(client, then, is_open):
    page = BeautifulSoup(client.get(reverse("account_login"), {"next": then}).content, "html.parser")

    assert page.find("details", class_="card").has_attr("open") is is_open
    assert (page.main.form.find("input", attrs={"name": "password"}) is not None) is is_open


def test_who_has_just_set_a_password_finds_its_form_open(client):
    page = BeautifulSoup(client.get(reverse("account_login"), {"with": "password"}).content, "html.parser")

    assert page.find("details", class_="card").has_attr("open")


def test_a_user_who_may_not_enter_sees_a_refusal_and_no_redirect(client, code):
    client.post("/s/", {"code": code})

    assert client.get("/admin/", follow=True).status_code == 403


def test_an_approver_is_led_from_the_back_office_to_the_requests(client):
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.APPROVER)]))

    page = client.get("/admin/", follow=True)

    assert page.redirect_chain[-1][0] == reverse("decisions:list") and page.status_code == 200
    assert not list(page.context["messages"])
    assert client.get("/admin/volunteer/", follow=True).status_code == 403


# Passwords


def test_setting_a_password_signs_no_user_out(client, volunteer, code):
    client.post("/s/", {"code": code})

    response = client.post(
        reverse("account_set_password"), {"password1": "梧桐树下的第五排", "password2": "梧桐树下的第五排"}
    )

    assert response["Location"] == "/my/"
    assert User.objects.get(volunteer=volunteer).check_password("梧桐树下的第五排")
    assert signed_in(client)


def test_changing_a_password_asks_for_the_old_one(client, volunteer):
    user = with_password(volunteer)
    client.force_login(user)
    data = {"oldpassword": "不对的密码", "password1": "梧桐树下的第五排", "password2": "梧桐树下的第五排"}

    assert client.post(reverse("account_change_password"), data).context["form"].errors["oldpassword"]
    assert client.post(reverse("account_change_password"), data | {"oldpassword": PASSWORD}).status_code == 302


def test_a_forgotten_password_is_set_again_through_a_mailed_link(client, volunteer, mailoutbox, settings):
    user = with_password(volunteer)
    user.email = "xiuying@example.org"
    user.save()

    client.post(reverse("account_reset_password"), {"email": "Xiuying@example.org"})
    [mail] = mailoutbox
    link = re.search(rf"{settings.PUBLIC_URL}(\S+)", mail.body)
    assert link
    form_page = client.get(link[1], follow=True)
    client.post(form_page.redirect_chain[-1][0], {"password1": "梧桐树下的第五排", "password2": "梧桐树下的第五排"})

    user.refresh_from_db()
    assert user.check_password("梧桐树下的第五排")


def test_asking_for_a_link_does_not_show_which_addresses_exist(client, mailoutbox):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})

    assert response["Location"] == reverse("account_reset_password_done")
    assert mailoutbox == []


def test_an_old_link_says_where_to_get_another(client):
    response = client.get("/accounts/password/reset/key/1-abc-def/")

    assert reverse("account_reset_password") in response.content.decode()


def test_signing_out_asks_first_and_says_that_it_takes_a_new_slip(client, code):
    client.post("/s/", {"code": code})

    page = client.get(reverse("account_logout"))

    assert "<button" in page.content.decode()
    assert "下次登录，请社工再给您一张。" in text_of(page)
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert signed_in(client) is None


def test_signing_out_says_no_word_of_slips_to_a_person_with_a_password(client, code):
    client.post("/s/", {"code": code})
    user = User.objects.get(pk=signed_in(client))
    user.set_password("梧桐树下的第三排第三个座位")
    user.save()
    client.force_login(user)

    page = text_of(client.get(reverse("account_logout")))

    assert "下次用手机号和密码登录。" in page
    assert "登录条" not in page


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "login/code/",
        "2fa/trust/",
        "2fa/webauthn/",
        "3rdparty/",
        "social/signup/",
    ],
)
def test_unused_pages_of_allauth_cannot_be_reached(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("address", ["/zh-hans/", "/en/", "/accounts/login/", "/verify/"])
def test_no_cache_may_give_one_visitors_page_to_another(client, address):
    assert "Cookie" in client.get(address)["Vary"]
