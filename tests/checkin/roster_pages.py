"""The pages of a roster as the leader reads them, for tests."""

import re

from django.test import Client

from academy.activities.models import Activity
from academy.checkin.rows import row_key
from academy.people.models import User, Volunteer
from tests.pages import markup_of


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def address(activity: Activity, rest: str = "") -> str:
    return f"/lead/{activity.pk}/roster/{rest}"


def row_address(activity: Activity, volunteer: Volunteer) -> str:
    return address(activity, f"{row_key(activity, volunteer.pk)}/")


def refusals(response) -> list[str]:
    return re.findall(r'data-refusal="([a-z_]+)"', markup_of(response))
