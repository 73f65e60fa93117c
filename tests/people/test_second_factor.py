"""The second factor: set up, asked for at a sign-in, lost, demanded."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth as recovery_codes
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.people.services import master_keys, slips
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 11, 27, 2, 0, tzinfo=dt.UTC)
PASSWORD = "梧桐树下的第三排第三个座位"
LOGIN = reverse("account_login")
CODE = reverse("mfa_authenticate")
SET_UP = reverse("mfa_activate_totp")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def worker(home):
    return UserFactory(phone="13900139000", password=PASSWORD, duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def protected(worker):
    totp.TOTP.activate(worker, SECRET)
    return worker


def code_now(secret=SECRET):
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())) + 1))


def sign_in(client):
    return client.post(LOGIN, {"login": "13900139000", "password": PASSWORD})


def user_in(client):
    return client.session.get("_auth_user_id")


def test_staff_set_it_up_and_get_recovery_codes(client, worker):
    sign_in(client)
    page = client.get(SET_UP)
    secret = page.context["form"].secret
    assert secret in page.content.decode()

    wrong = client.post(SET_UP, {"code": "000000"})
    assert wrong.context["form"].errors["code"]
    codes = client.post(SET_UP, {"code": code_now(secret)}, follow=True)

    assert len(codes.context["unused_codes"]) == 10
    kept = Authenticator.objects.get(user=worker, type="totp").data["secret"]
    assert secret not in kept  # the database alone opens no login
    assert reverse("mfa_deactivate_totp") in client.get(reverse("mfa_index")).content.decode()


def test_pages_with_secrets_are_kept_by_no_browser(client, worker):
    sign_in(client)
    assert "no-store" in client.get(SET_UP)["Cache-Control"]
    secret = client.get(SET_UP).context["form"].secret
    assert "no-store" in client.post(SET_UP, {"code": code_now(secret)}, follow=True)["Cache-Control"]


def test_setting_it_up_needs_a_fresh_proof(client, worker, clock):
    sign_in(client)
    clock.shift(dt.timedelta(minutes=11))

    page = client.get(SET_UP, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    assert client.post(page.redirect_chain[-1][0], {"password": "不对的密码"}).context["form"].errors
    assert client.post(page.redirect_chain[-1][0], {"password": PASSWORD})["Location"] == SET_UP


def test_the_password_alone_no_longer_signs_in(client, protected):
    assert sign_in(client)["Location"] == CODE
    assert user_in(client) is None
    assert client.get("/admin/").status_code == 302

    assert client.post(CODE, {"code": "000000"}).context["form"].errors["code"]
    assert client.post(CODE, {"code": code_now()})["Location"] == "/admin/"
    assert user_in(client) == str(protected.pk)


def test_a_slip_asks_for_the_code_too_also_on_a_phone_of_somebody_else(client, home):
    volunteer, other = (VolunteerFactory(community=home, login=True) for _person in range(2))
    totp.TOTP.activate(volunteer.user, SECRET)
    client.force_login(other.user)
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())

    assert client.post("/s/", {"code": code, "then": "switch"})["Location"] == CODE
    assert user_in(client) is None
    assert client.post(CODE, {"code": code_now()})["Location"] == "/my/"
    assert user_in(client) == str(volunteer.user.pk)


def test_codes_cannot_be_guessed(client, protected):
    sign_in(client)
    for _time in range(5):
        client.post(CODE, {"code": "000000"})

    assert client.post(CODE, {"code": code_now()}).context["form"].errors["code"]
    assert user_in(client) is None


def test_a_recovery_code_signs_in_once(client, worker):
    sign_in(client)
    secret = client.get(SET_UP).context["form"].secret
    codes = client.post(SET_UP, {"code": code_now(secret)}, follow=True).context["unused_codes"]
    for expected in (True, False):
        client.post(reverse("account_logout"))
        sign_in(client)
        client.post(CODE, {"code": codes[0]})
        assert bool(user_in(client)) is expected


def test_an_administrator_removes_a_lost_one_and_ends_the_sessions(client, home, protected):
    sign_in(client)
    client.post(CODE, {"code": code_now()})
    administrator = Client()
    administrator.force_login(UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)]))

    administrator.post(reverse("duty:second_factor", args=[protected.duties.get().pk]))

    assert client.get("/admin/").status_code == 302
    assert sign_in(client)["Location"] == "/admin/"


def test_no_administrator_of_one_community_opens_duties_in_another(home, protected):
    from academy.people.services import duties

    duties.grant_duty(user=protected, community=CommunityFactory(), role=DutyRole.ADMINISTRATOR, by=None)
    administrator = Client()
    administrator.force_login(UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)]))

    duty = protected.duties.get(community=home)
    page = administrator.post(reverse("duty:second_factor", args=[duty.pk]))

    assert page.context["form"].errors["__all__"]
    assert Authenticator.objects.filter(user=protected).exists()


def test_a_command_helps_the_last_administrator(client, protected, capsys):
    call_command("password_link", "13900139000", "--remove-second-factor")
    link = capsys.readouterr().out.strip().rpartition("https://academy.test")[2]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": PASSWORD + "甲", "password2": PASSWORD + "甲"})

    assert User.objects.get(pk=protected.pk).check_password(PASSWORD + "甲")
    assert not Authenticator.objects.exists()


# Demanded


def test_a_community_may_demand_it_before_any_other_page(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client)

    assert client.get("/admin/volunteer/")["Location"] == f"{SET_UP}?next=/admin/volunteer/"
    secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code_now(secret)})
    asked = client.get("/admin/volunteer/")["Location"]
    assert asked == f"{reverse('mfa_reauthenticate')}?next=/admin/volunteer/"
    assert client.post(asked, {"code": code_now(secret)})["Location"] == "/admin/volunteer/"
    assert client.get("/admin/volunteer/").status_code == 200


def test_a_scanner_sends_its_queue_all_the_same(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(worker)
    assert client.post(reverse("checkin:sync"), {}, content_type="application/json").status_code != 302


def test_it_is_demanded_of_no_volunteer(client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(VolunteerFactory(login=True).user)
    assert client.get("/my/").status_code == 200


# Passwords of staff


@pytest.mark.parametrize(
    ("duty", "factor", "accepted"), [(True, False, False), (True, True, True), (False, False, True)]
)
def test_a_short_password_is_for_those_whom_it_opens_no_back_office(client, home, duty, factor, accepted):
    user = UserFactory(password=PASSWORD, duties=[(home, DutyRole.TRAINER)] if duty else [])
    if factor:
        totp.TOTP.activate(user, SECRET)
    client.force_login(user)
    short = {"oldpassword": PASSWORD, "password1": "梧桐树下的第五排", "password2": "梧桐树下的第五排"}

    client.post(reverse("account_change_password"), short)

    assert User.objects.get(pk=user.pk).check_password("梧桐树下的第五排") is accepted


def test_the_page_says_the_length_of_passwords_once(client, home):
    client.force_login(UserFactory(password=PASSWORD, duties=[(home, DutyRole.TRAINER)]))
    client.cookies["django_language"] = "en"

    told = text_of(client.get(reverse("account_change_password")))

    assert "At least 8 characters; 12 if you work in the back office" in told and told.count("characters") == 1


def test_after_a_rotation_of_the_master_keys_app_and_recovery_codes_still_fit(home, settings):
    user = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    totp.TOTP.activate(user, SECRET)
    codes = recovery_codes.RecoveryCodes.activate(user).generate_codes()
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_DATA_KEYS]

    master_keys.rotate()
    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]

    app, paper = (Authenticator.objects.get(type=kind).wrap() for kind in ("totp", "recovery_codes"))
    assert app.validate_code(code_now())
    assert paper.get_unused_codes() == codes
