"""Fixtures for pages: the Saturday morning of the scene, and signed-in browsers."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from academy.people.models import User
from tests.hours.scene import moment

SignIn = Callable[[User], Client]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the time at ten on the scene's Saturday; `clock.move_to(moment("12:00"))` goes on."""
    with time_machine.travel(moment("10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def sign_in(clock: time_machine.Traveller) -> SignIn:
    """Return a function that gives a browser in English, signed in as a user."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return signed_in
