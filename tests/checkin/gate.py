"""The pages of the gate as a phone reads them, for tests."""

import datetime as dt
import re

from django.test import Client

from academy.activities.models import Activity
from academy.checkin.services import codes
from academy.people.models import Volunteer
from tests.checkin.times import START


def browser() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    return client


def signed_in(volunteer: Volunteer) -> Client:
    client = browser()
    client.force_login(volunteer.user)
    return client


def poster(activity: Activity) -> str:
    return f"/c/{codes.checkpoint_for(activity, rotating=False).key}/"


def screen(activity: Activity, at: dt.datetime = START) -> str:
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    return f"/c/{checkpoint.key}/{codes.rotating_codes(checkpoint, at=at)[0].code}/"


def fields(response) -> dict[str, list[str]]:
    """Return the form's hidden and ticked fields."""
    found: dict[str, list[str]] = {}
    form = re.search(r"<form class=\"act\" method=\"post\">.*?</form>", response.content.decode(), re.S)
    assert form, "the page shows no button"
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag)[1], re.search(r'value="([^"]*)"', tag)[1]
        if 'type="hidden"' in tag or " checked" in tag:
            found.setdefault(name, []).append(value)
    return found


def refusal(response) -> str:
    found = re.search(r'data-refusal="([a-z_]+)"', response.content.decode())
    return found[1] if found else ""


def tap(client: Client, url: str, **more):
    """Open the page and tap its button."""
    return client.post(url, {**fields(client.get(url)), **more}, follow=True)
