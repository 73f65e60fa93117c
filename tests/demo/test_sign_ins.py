"""The sign-ins of the demonstration, and the command that names them."""

import datetime as dt
import re
from io import StringIO

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from academy.checkin.models import Checkpoint
from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import Right
from demo import accounts
from demo.build import SLUG
from tests.demo.scene import NOW

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("account", accounts.ACCOUNTS, ids=lambda account: account.name)
def test_the_passwords_work_on_the_sign_in_page(volunteer, account):
    client = Client()

    response = client.post(reverse("account_login"), {"login": account.phone, "password": accounts.PASSWORD})

    assert response.status_code == 302, response.content.decode()
    user = User.objects.get(pk=client.session["_auth_user_id"])
    assert user.get_full_name() == account.name


def test_nobody_else_has_a_password(volunteer):
    with_password = [user for user in User.objects.all() if user.has_usable_password()]

    phones = {user.phone or user.own_volunteer.phone for user in with_password}
    assert phones == {account.phone for account in accounts.ACCOUNTS}


@pytest.mark.parametrize(
    ("account", "right", "may"),
    [
        (accounts.VOLUNTEER, Right.OPEN_ADMIN, False),
        (accounts.INSTRUCTOR, Right.WRITE_COURSES, True),
        (accounts.INSTRUCTOR, Right.PUBLISH_COURSES, False),
        (accounts.SOCIAL_WORKER, Right.RUN_ACTIVITIES, True),
        (accounts.SOCIAL_WORKER, Right.GRANT_DUTIES, False),
        (accounts.ADMINISTRATOR, Right.GRANT_DUTIES, True),
        (accounts.ADMINISTRATOR, Right.RUN_ACTIVITIES, False),
        (accounts.ADMINISTRATOR, Right.DECIDE, True),
    ],
)
def test_each_account_may_do_its_part(volunteer, account, right, may):
    user = authenticate(None, username=account.phone, password=accounts.PASSWORD)

    assert user.has_right(right, Community.objects.get(slug=SLUG)) is may


def test_the_command_tells_where_to_go_and_how_to_sign_in(volunteer, running, settings):
    said = StringIO()
    settings.PUBLIC_URL = "http://192.0.2.7:8000"

    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        call_command("build_demo", stdout=said)

    for account in accounts.ACCOUNTS:
        assert re.search(rf"{account.phone}\s+{accounts.PASSWORD}\s.*{account.name}", said.getvalue())
    poster = Checkpoint.objects.filter(activity__title=running.title, rotating=False).latest("id")
    assert f"http://192.0.2.7:8000/c/{poster.key.lower()}/" in said.getvalue()
