"""Two real connections at the same moment: each person of a list comes onto the roll once."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.roll import acts
from academy.roll.faults import Verdict
from academy.roll.models import RollFile
from academy.roll.refusals import ALREADY_DONE, GOES_ON
from academy.works import services as works
from academy.works.models import Work
from tests.at_once import at_once
from tests.factories import UserFactory
from tests.hours.scene import Scene
from tests.pages import text_of
from tests.roll.importing import NOW, codes, hand_in
from tests.roll.lists import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

NAMES = ("何秀兰", "周国强", "罗志刚", "邓桂英")


def two_workers(scene: Scene) -> list[User]:
    return [scene.social_worker, UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)])]


def people() -> list[Any]:
    return [person(name=name, phone=f"1390000{number:04}") for number, name in enumerate(NAMES)]


def importing(file: RollFile, by: User) -> Any:
    """Return the act of a user whose page was loaded before the other user's click."""
    stale = RollFile.objects.get(pk=file.pk)
    return lambda: acts.import_people(file=stale, only_if_all=True, by=by, at=NOW)


def on_the_roll() -> list[str]:
    return sorted(Volunteer.objects.filter(name__in=NAMES).values_list("name", flat=True))


def test_of_two_who_import_one_list_at_once_the_second_is_told() -> None:
    scene = Scene()
    file = hand_in(scene, *people())
    answers = at_once(*(importing(file, by) for by in two_workers(scene)))
    assert [answer for answer in answers if isinstance(answer, Refusal)] == [ALREADY_DONE]
    assert on_the_roll() == sorted(NAMES)
    assert codes(file) == [[]] * 4


def test_the_second_persons_page_says_so_and_shows_what_was_done() -> None:
    scene = Scene()
    file = hand_in(scene, *people())
    browsers = [Client(), Client()]
    for browser, user in zip(browsers, two_workers(scene), strict=True):
        browser.force_login(user)
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    address = f"/admin/roll_file/check/{file.pk}/"
    answers = at_once(*[lambda browser=browser: browser.post(address, {"all": "1"}) for browser in browsers])
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (told,) = (answer for answer in answers if answer.status_code == 200)
    assert "这份名单刚才已经导入或放弃" in text_of(told)
    assert on_the_roll() == sorted(NAMES)


def test_of_two_who_begin_a_long_list_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: None)
    monkeypatch.setattr(acts, "FEW", 1)
    scene = Scene()
    file = hand_in(scene, *people())
    answers = at_once(*(importing(file, by) for by in two_workers(scene)))
    assert [answer for answer in answers if isinstance(answer, Refusal)] == [GOES_ON]
    work = Work.objects.get()

    at_once(*[lambda: works.perform.func(work_id=work.pk)] * 2)
    assert Work.objects.get().state == "finished"
    assert on_the_roll() == sorted(NAMES), "two runs of one work register each person once"


def test_of_the_same_list_handed_in_twice_the_second_asks_about_each_person() -> None:
    scene = Scene()
    files = [hand_in(scene, *people()) for _time in range(2)]
    answers = at_once(
        *(
            lambda file=file, by=by: acts.import_people(file=file, only_if_all=False, by=by, at=NOW)
            for file, by in zip(files, two_workers(scene), strict=True)
        )
    )
    assert not [answer for answer in answers if isinstance(answer, Refusal)]
    assert on_the_roll() == sorted(NAMES)
    asked = [line for file in files for line in file.lines.filter(verdict=Verdict.ASK)]
    assert sorted(line.name for line in asked) == sorted(NAMES)
    assert {str(sentence) for line in asked for sentence in line.sentences if sentence.code == "alike_on_roll"}
