"""Two administrators at the same moment, on real connections: one practice community stays open."""

import pytest
from django.conf import settings
from django.test import Client

from academy.core import practice as core_practice
from academy.core.models import Community
from academy.people.permissions import DutyRole
from cms import practice
from tests.at_once import at_once
from tests.factories import UserFactory, found
from tests.pages import text_of
from tests.people.desk import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

PAGE = "/admin/settings/practice/"


@pytest.fixture
def real():
    core_practice._real.clear()
    yield found("songlin")
    core_practice._real.clear()


@pytest.fixture
def browsers(real) -> list[Client]:
    """Sign two administrators in, in Chinese."""
    signed_in = []
    for user in (UserFactory(duties=[(real, DutyRole.ADMINISTRATOR)]) for _number in range(2)):
        client = Client()
        client.force_login(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
        signed_in.append(client)
    return signed_in


def said(browsers: list[Client], data: dict) -> list[str]:
    """Let all of them post this at once; return the message that each sees."""
    at_once(*[lambda browser=browser: browser.post(PAGE, data) for browser in browsers])
    pages = [browser.get(PAGE) for browser in browsers]
    assert all("开始演练" in text_of(page) for page in pages)
    return sorted(str(one) for page in pages for one in page.context["messages"])


def test_of_two_resets_at_once_the_second_is_told_and_one_fresh_community_is_there(real, browsers):
    administrator = real.duties.first().user
    first = practice.set_up_practice(community=real, by=administrator, at=NOW)
    assert isinstance(first, Community), first

    messages = said(browsers, {"reset": first.pk})

    assert len(messages) == 2 and sum("新的演练社区已建好" in one for one in messages) == 1, messages
    assert sum("刚刚有人重置了" in one for one in messages) == 1, messages
    assert Community.objects.filter(practice_of=real, closed_at=None).count() == 1
    assert Community.objects.filter(practice_of=real).count() == 2


def test_of_two_who_set_it_up_at_once_the_second_is_told(real, browsers):
    messages = said(browsers, {"community": real.pk})
    assert len(messages) == 2, messages
    assert Community.objects.filter(practice_of=real).count() == 1
