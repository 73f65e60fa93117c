"""Settings: the display, the sign-in, and the way to sign out."""

import re

import pytest
from django.urls import reverse

from academy.people.permissions import DutyRole
from tests.factories import UserFactory
from tests.home.my_page import MY
from tests.pages import markup_of, text_of

SETTINGS = reverse("home:settings")


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


def test_signing_out_stands_in_the_settings_and_nowhere_on_my_page(volunteer, sign_in):
    client = sign_in(volunteer.user)

    assert f'href="{SETTINGS}"' in client.get(MY).content.decode()
    assert "Sign out" not in text_of(client.get(MY))
    page = client.get(SETTINGS)
    assert f'href="{reverse("account_logout")}"' in page.content.decode()
    assert f'action="{reverse("account_logout")}"' not in page.content.decode()  # no single tap signs out


def test_the_settings_hold_the_display_and_the_sign_in(volunteer, sign_in):
    page = markup_of(sign_in(volunteer.user).get(SETTINGS))

    for address in (reverse("own_sessions"), reverse("account_change_password")):
        assert f'href="{address}"' in page
    for size in "012":
        assert f'href="/elder/?on={size}&amp;next=%2Fmy%2Fsettings%2F"' in page
    assert 'href="/language/?to=zh-hans&amp;next=%2Fmy%2Fsettings%2F"' in page
    assert "Second factor" not in page


@pytest.mark.parametrize(("elder", "size"), [("", "Standard"), ("1", "Elder mode"), ("2", "Elder mode, larger text")])
def test_the_size_in_use_is_marked(volunteer, sign_in, elder, size):
    client = sign_in(volunteer.user)
    client.cookies["elder"] = elder

    marked = re.findall(r'aria-current="true" ?>([^<]+)</a>', markup_of(client.get(SETTINGS)))

    assert marked == [size, "English"]


def test_staff_find_their_second_factor_there(scene, sign_in):
    worker = scene.social_worker

    assert reverse("mfa_index") in sign_in(worker).get(SETTINGS).content.decode()


def test_a_login_without_a_volunteer_finds_the_settings_too(db, sign_in):
    client = sign_in(UserFactory())

    assert f'href="{SETTINGS}"' in client.get(MY).content.decode()
    assert client.get(SETTINGS).status_code == 200


def test_a_volunteer_with_a_duty_finds_the_back_office_in_the_menu(scene, volunteer, sign_in):
    from academy.people.services import duties

    duties.grant_duty(user=volunteer.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    volunteer.user.refresh_from_db()

    page = sign_in(volunteer.user).get(MY)

    assert page.context["to_decide"] == 0
