"""The texts typed in the first set-up: kept for a month, and never overwritten in silence."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from academy.core.models import Community
from academy.core.signals import tick
from cms import set_up_draft, set_up_key
from cms.models import FirstSetUp
from tests.at_once import at_once
from tests.first_set_up import KEY, TYPED, fill_in, give_key
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 11, 29, 1, 0, tzinfo=dt.UTC)
MONTH = dt.timedelta(days=30)
UNIT = "/set-up/unit/"
CHECK = "/set-up/check/"


@pytest.fixture(autouse=True)
def _empty_installation():
    settings.DEMO = False
    with time_machine.travel(NOW, tick=False):
        yield
    settings.DEMO = True


def newcomers() -> tuple[Client, Client]:
    """Return two browsers that gave the key."""
    row = set_up_key.current()
    assert row is not None
    return give_key(Client(), row), give_key(Client(), row)


def seen_in(page) -> str:
    return re.search(r'name="seen" value="(\w*)"', page.content.decode())[1]


def test_the_second_to_save_a_step_sees_the_texts_of_the_first_and_loses_nothing():
    first, second = newcomers()
    seen = [seen_in(browser.get(UNIT)) for browser in (first, second)]
    assert first.post(UNIT, {**TYPED["unit"], "handler": "孙丽", "seen": seen[0]}).status_code == 302
    theirs = set_up_draft.read(FirstSetUp.objects.get())["unit"]

    mine = {**TYPED["unit"], "handler": "何晓芳"}
    answer = second.post(UNIT, {**mine, "seen": seen[1]})

    page = text_of(answer)
    assert "别人也改了这一步" in page and "孙丽" in page and "赵敏" not in page.partition("改用对方填的")[0]
    assert 'value="何晓芳"' in answer.content.decode()
    assert set_up_draft.read(FirstSetUp.objects.get())["unit"] == theirs, "nothing is stored"

    assert second.post(UNIT, {**mine, "seen": seen_in(answer)}).status_code == 302, "told, the second one keeps theirs"
    assert set_up_draft.read(FirstSetUp.objects.get())["unit"]["handler"] == "何晓芳"


def test_the_same_texts_or_other_steps_are_no_conflict():
    first, second = newcomers()
    seen = seen_in(second.get(UNIT))
    first.post(UNIT, {**TYPED["unit"], "seen": seen})
    first.post("/set-up/desk/", {**TYPED["desk"], "seen": ""})
    assert second.post(UNIT, {**TYPED["unit"], "seen": seen}).status_code == 302


def test_going_back_overwrites_nothing_either():
    first, second = newcomers()
    first.post(UNIT, {**TYPED["unit"], "seen": ""})
    answer = second.post(UNIT, {**TYPED["unit"], "issuer": "居委会", "seen": "", "back": "1"})
    assert answer.status_code == 200 and "别人也改了这一步" in text_of(answer)


def test_a_step_changed_after_the_look_is_not_founded_unseen():
    first, second = newcomers()
    fill_in(first)
    seen = seen_in(first.get(CHECK))
    second.post("/set-up/desk/", {**TYPED["desk"], "address": "松林路 18 号"})

    answer = first.post(CHECK, {"seen": seen})
    assert "还没有建立" in text_of(answer) and "松林路 18 号" in text_of(answer) and not Community.objects.exists()
    assert first.post(CHECK, {"seen": seen_in(answer)}).status_code == 302


def test_an_abandoned_draft_is_deleted_after_a_month_and_says_so():
    browser, _other = newcomers()
    assert "保留 30 天" in text_of(browser.get("/set-up/community/"))
    assert "已删除" not in text_of(browser.get("/set-up/community/"))
    browser.post("/set-up/community/", TYPED["community"])

    tick.send(sender=None, at=NOW + MONTH)
    assert set_up_draft.read(FirstSetUp.objects.get()) == {"community": {"name": "松林社区", "slug": "songlin"}}

    tick.send(sender=None, at=NOW + MONTH + dt.timedelta(seconds=1))
    row = FirstSetUp.objects.get()
    assert row.typed == ""
    assert Client().post(KEY, {"key": set_up_key.key_of(row)}).headers["Location"] == "/set-up/community/"
    assert "已删除" in text_of(browser.get("/set-up/community/")), "the key and its browser stay"


def test_a_draft_of_the_release_before_gets_its_month():
    set_up_key.current()
    set_up_draft.write(step="desk", texts=TYPED["desk"], at=NOW)
    FirstSetUp.objects.update(typed_at=None)
    assert set_up_draft.forget_old(at=NOW + MONTH) == 0
    assert set_up_draft.forget_old(at=NOW + 2 * MONTH + dt.timedelta(seconds=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_in_one_step_one_is_told():
    first, second = newcomers()
    answers = at_once(
        lambda: first.post(UNIT, {**TYPED["unit"], "handler": "孙丽", "seen": ""}),
        lambda: second.post(UNIT, {**TYPED["unit"], "handler": "何晓芳", "seen": ""}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (told,) = (answer for answer in answers if answer.status_code == 200)
    assert "别人也改了这一步" in text_of(told)
    assert timezone.now() == FirstSetUp.objects.get().typed_at
