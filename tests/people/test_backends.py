import pytest
from django.contrib.auth import authenticate

from academy.people.backends import LoginBackend, normalise_login
from academy.people.models import User
from tests.factories import UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        (" v2027 000001 k", "V2027000001K"),
        ("Lan@Example.org", "lan@example.org"),
    ],
)
def test_a_login_is_read_as_people_type_it(typed, meant):
    assert normalise_login(typed) == meant


@pytest.fixture
def volunteer():
    volunteer = VolunteerFactory(phone="13800138000", login=True)
    volunteer.user.email = "Xiuying@example.org"
    volunteer.user.set_password("梧桐树下的第三排")
    volunteer.user.save()
    return volunteer


@pytest.mark.parametrize("name", ["+86 138 0013 8000", "number", "NUMBER", "xiuying@EXAMPLE.org"])
def test_phone_number_and_mail_each_sign_in_with_the_password(volunteer, name):
    typed = {"number": volunteer.number.lower(), "NUMBER": volunteer.number}.get(name, name)

    assert authenticate(None, username=typed, password="梧桐树下的第三排") == volunteer.user
    assert authenticate(None, username=typed, password="梧桐树下的第四排") is None


def test_a_volunteer_number_signs_in_also_with_another_user_name(volunteer):
    User.objects.filter(pk=volunteer.user.pk).update(username="xiuying")

    assert authenticate(None, username=volunteer.number, password="梧桐树下的第三排") == volunteer.user


def test_a_login_without_a_password_does_not_sign_in(volunteer):
    volunteer.user.set_unusable_password()
    volunteer.user.save()

    assert authenticate(None, username=volunteer.number, password="") is None
    assert authenticate(None, username=volunteer.number, password="!") is None


def test_the_password_decides_between_logins_with_one_address(volunteer):
    other = UserFactory(email="xiuying@example.org", password="另一棵树下的第一排")

    assert authenticate(None, username="xiuying@example.org", password="另一棵树下的第一排") == other


def test_a_closed_login_does_not_sign_in(volunteer):
    User.objects.update(is_active=False)

    assert authenticate(None, username=volunteer.number, password="梧桐树下的第三排") is None
    assert LoginBackend().get_user(volunteer.user.pk) is None


def test_an_unknown_name_takes_the_time_of_a_wrong_password(volunteer, monkeypatch):
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda self, password: hashed.append(password))

    assert authenticate(None, username="13900139000", password="梧桐树下的第三排") is None
    assert hashed == ["梧桐树下的第三排"]


def test_the_login_comes_with_its_volunteer_in_one_statement(volunteer, django_assert_num_queries):
    with django_assert_num_queries(1):
        user = LoginBackend().get_user(volunteer.user.pk)
        assert user is not None and user.own_volunteer == volunteer


def test_a_login_without_a_volunteer_takes_one_statement(django_assert_num_queries):
    worker = UserFactory()
    with django_assert_num_queries(1):
        user = LoginBackend().get_user(worker.pk)
        assert user is not None and user.own_volunteer is None
