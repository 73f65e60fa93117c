"""The served people's word: without sign-in, once a browser, around the activity, and never public."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from academy.feedback import printing, selectors, services
from academy.feedback.models import Face, Feedback
from academy.feedback.telephones import holds_telephone
from academy.feedback.views import COOKIE
from tests.hours.scene import SATURDAY, moment
from tests.pages import markup_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DURING = moment("10:00")


@pytest.fixture(autouse=True)
def _during():
    with time_machine.travel(DURING, tick=False):
        yield


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def address(activity):
    return reverse("feedback:say", args=[services.code_of(activity).key.lower()])


def say(activity, face=3, words="", browser="a", at=DURING):
    return services.say(activity=activity, face=face, words=words, browser=browser, at=at)


def browser_at(address):
    client = Client()
    client.get(address)
    return client


def test_a_face_and_a_line_are_given_without_sign_in(activity, address):
    client = browser_at(address)
    assert "怎么样" in markup_of(client.get(address))

    page = client.post(address, {"face": "3", "words": " 很  耐心 "}, follow=True)

    one = Feedback.objects.get()
    assert (one.face, one.words) == (Face.GOOD, "很 耐心") and "谢谢" in markup_of(page)


def test_a_browser_says_one_word_and_another_browser_another(activity, address):
    client = browser_at(address)
    client.post(address, {"face": "3"})
    client.post(address, {"face": "1"})
    browser_at(address).post(address, {"face": "2"})

    assert sorted(Feedback.objects.values_list("face", flat=True)) == [2, 3]


def test_a_printed_code_in_capitals_is_read(activity, address):
    assert Client().get(address.upper()).status_code == 200
    assert 'data-refusal="no_code"' in markup_of(Client().get("/w/0000000000/"))
    assert Client().get("/w/~~/").status_code == 404


def test_without_a_face_nothing_is_stored(address):
    page = browser_at(address).post(address, {"words": "好"})

    assert page.status_code == 409 and not Feedback.objects.exists() and 'name="face"' in markup_of(page)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (moment("08:59"), "not_open_yet"),
        (moment("09:00"), None),
        (moment("12:00", SATURDAY + dt.timedelta(days=3)), None),
        (moment("12:01", SATURDAY + dt.timedelta(days=3)), "closed"),
    ],
)
def test_it_is_open_from_the_start_until_three_days_after(activity, at, code):
    refusal = services.cannot_say(activity, at=at)

    assert (refusal.code if refusal else None) == code
    assert getattr(say(activity, at=at), "code", None) == code


def test_a_closed_page_says_so(activity, address):
    with time_machine.travel(moment("08:00"), tick=False):
        page = markup_of(Client().get(address))

    assert 'data-refusal="not_open_yet"' in page and 'name="face"' not in page


def test_a_flood_is_slowed_down(address, monkeypatch):
    monkeypatch.setattr("academy.feedback.views.OF_A_NETWORK", services_limit())
    for _ in range(2):
        browser_at(address).post(address, {"face": "1"})

    answer = browser_at(address).post(address, {"face": "1"})

    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert Feedback.objects.count() == 2


def services_limit():
    from academy.people.services.attempts import Limit

    return Limit(free=2, half_life=3600)


def test_an_activity_takes_so_many_words(activity, monkeypatch):
    monkeypatch.setattr(services, "MOST", 1)
    say(activity)

    assert say(activity, browser="b").code == "enough"


def test_two_at_once_from_one_browser_are_one(activity):
    say(activity)

    assert say(activity).code == "already_said"
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(activity=activity, face=7, browser="b", given_at=DURING)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("请打13800000001", True),
        ("电话１３８ ０００－０００１", True),
        ("一三八零零零零零零零一", True),
        ("2026年1月10日很好", False),
        ("3栋502的王阿姨谢谢你们", False),
        ("", False),
    ],
)
def test_telephone_numbers_are_found(text, holds):
    assert holds_telephone(text) is holds


def test_the_leader_reads_rate_and_lines_without_telephones_and_staff_read_all(scene, activity, client):
    say(activity, words="很好", browser="a")
    say(activity, face=1, words="找我13800000001", browser="b")
    url = reverse("feedback:words", args=[activity.pk])

    client.force_login(scene.leading)
    page = markup_of(client.get(url))
    assert "50%" in page and "很好" in page and "13800000001" not in page

    client.force_login(scene.social_worker)
    assert "13800000001" in markup_of(client.get(url))


def test_others_see_neither_words_nor_paper(scene, activity, client):
    client.force_login(scene.volunteer(login=True).user)

    assert client.get(reverse("feedback:words", args=[activity.pk])).status_code == 404
    assert client.get(reverse("feedback:code_pdf", args=[activity.pk])).status_code == 404
    say(activity, words="真好啊")
    assert "真好啊" not in markup_of(client.get(reverse("activities:detail", args=[activity.pk])))


@pytest.mark.parametrize("query", ["", "?slips"])
def test_poster_and_slips_are_printed(scene, activity, client, query):
    client.force_login(scene.leading)

    answer = client.get(reverse("feedback:code_pdf", args=[activity.pk]) + query)

    assert answer.headers["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert isinstance(printing.print_code(activity=activity, as_slips=False, at=DURING), bytes)


def test_the_rate_stands_on_the_leaders_page_and_in_the_report(scene, activity, client):
    say(activity)
    with time_machine.travel(moment("18:00"), tick=False):
        client.force_login(scene.leading)
        assert "100%" in markup_of(client.get(reverse("lead:activity", args=[activity.pk])))
        client.force_login(scene.social_worker)
        assert "100%" in markup_of(client.get(reverse("hours_report")))


def test_a_rate_counts_its_period_and_its_community(scene, activity):
    assert selectors.rate_of(activity).percent == 0
    say(activity)
    say(activity, face=2, browser="b")
    say(activity, face=2, browser="c")

    rate = selectors.rate_in([scene.community.pk], SATURDAY, SATURDAY)
    assert (rate.words, rate.good, rate.percent) == (3, 1, 33)
    assert selectors.rate_in([scene.community.pk], SATURDAY + dt.timedelta(1), SATURDAY + dt.timedelta(1)).words == 0


def test_a_forged_cookie_is_no_browser(activity, address):
    client = Client()
    client.cookies[COOKIE] = "<script>"

    client.post(address, {"face": "3"})

    assert Feedback.objects.count() == 1


def test_an_unprintable_title_is_said(scene, activity, client):
    type(activity).objects.filter(pk=activity.pk).update(title="😀活动")
    client.force_login(scene.leading)

    answer = client.get(reverse("feedback:code_pdf", args=[activity.pk]))

    assert answer.status_code == 409 and 'data-refusal="missing_glyphs"' in markup_of(answer)
