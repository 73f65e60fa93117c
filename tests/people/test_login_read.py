"""Our own statements that read the session and the login: they return the same as the ORM."""

import datetime as dt

import pytest
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.utils import timezone

from academy.people.backends import LoginBackend
from academy.people.models import User
from academy.people.sessions import SessionStore
from tests.factories import UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


def test_the_login_comes_with_its_volunteer(django_assert_num_queries):
    volunteer = VolunteerFactory(login=True, birth_date=dt.date(1950, 3, 4), phone="13800138000")
    expected = User.objects.select_related("volunteer").get(pk=volunteer.user_id)
    with django_assert_num_queries(1):
        user = LoginBackend().get_user(volunteer.user_id)
        assert user.volunteer.user is user
    for ours, theirs in ((user, expected), (user.volunteer, expected.volunteer)):
        values = [
            {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
            for one in (ours, theirs)
        ]
        assert values[0] == values[1]
        assert [type(value) for value in values[0].values()] == [type(value) for value in values[1].values()]
    user.first_name = "改"
    user.save()
    assert User.objects.get(pk=user.pk).first_name == "改"


def test_a_login_without_a_volunteer_a_closed_one_and_an_unknown_one(django_assert_num_queries):
    staff = UserFactory()
    with django_assert_num_queries(1):
        assert LoginBackend().get_user(staff.pk).own_volunteer is None
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert LoginBackend().get_user(staff.pk) is None
    assert LoginBackend().get_user(0) is None


def test_a_session_is_read_as_django_keeps_it():
    written = DjangosStore()
    written["page"] = "签到"
    written.save()
    assert SessionStore(written.session_key)["page"] == "签到"
    SessionStore(written.session_key).flush()
    gone = SessionStore(written.session_key)
    assert gone.get("page") is None and gone.session_key is None


def test_an_expired_session_is_empty():
    written = DjangosStore()
    written["page"] = 1
    written.set_expiry(timezone.now() - dt.timedelta(seconds=1))
    written.save()
    assert SessionStore(written.session_key).get("page") is None
