"""The page that confirms many says what one click does, and asks for head counts in place (C4)."""

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from academy.hours.models import Confirmation, Evaluation, ServiceRecord
from academy.hours.services import records
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

ADDRESS = "/admin/confirm/"
MONDAY = moment("09:00", SATURDAY + dt.timedelta(days=2))
WAITS, NOTICE = "awaiting_confirmation", "on_notice"


@pytest.fixture(autouse=True)
def _on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def desk(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.social_worker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def activity(scene: Scene):
    """An activity with two scans of the live code and two of the poster."""
    activity = scene.activity(title="清洁日")
    for name, rotating in (("王秀英", True), ("李建国", True), ("张桂兰", False), ("刘伟", False)):
        scene.attend(scene.volunteer(name), activity.shifts.get(), rotating=rotating)
    return activity


def states(activity) -> list[str]:
    return list(ServiceRecord.objects.filter(activity=activity).order_by("pk").values_list("state", flat=True))


def fields(response) -> dict[str, list[str]]:
    """Return what the form of the page would send by now."""
    form = BeautifulSoup(response.content, "html.parser").find("form", method="post")
    found: dict[str, list[str]] = {}
    for one in form.find_all("input"):
        if one.get("type") != "checkbox" or one.has_attr("checked"):
            found.setdefault(one["name"], []).append(one.get("value", "on"))
    found.pop("csrfmiddlewaretoken")
    return found


def test_the_page_says_in_words_what_one_click_confirms(desk, activity):
    page = text_of(desk.get(ADDRESS))

    assert (
        "One click confirms 2 records, 6 h. 2 more are of the printed poster: type how many people were there." in page
    )
    assert "2 records by own scan, card or roster: one click confirms them" in page
    assert "2 records by the printed poster: need the head count" in page
    assert "4 people scanned" in page
    assert "Sat 10 Jan" in page and "9 working days left" in page


def test_nothing_is_evaluated_unless_somebody_says_so(desk, activity):
    sent = fields(desk.get(ADDRESS))

    assert "evaluate" not in sent
    desk.post(ADDRESS, sent)
    assert not Evaluation.objects.exists()


def test_the_right_number_confirms_all_in_one_click(desk, activity):
    desk.post(ADDRESS, fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": "4", "evaluate": "on"})

    assert states(activity) == [NOTICE] * 4
    assert Confirmation.objects.get().heads == 4
    assert Evaluation.objects.count() == 4


def test_without_a_number_the_posters_wait_and_the_field_says_why(desk, activity):
    page = desk.post(ADDRESS, fields(desk.get(ADDRESS)))

    assert states(activity) == [NOTICE, NOTICE, WAITS, WAITS]
    assert "2 scans of the poster are not confirmed yet: first type how many people you counted." in text_of(page)
    assert "Something stands out" not in text_of(page)
    assert "清洁日: Confirmed: 2." in text_of(page)


def test_another_number_is_asked_about_at_the_field_and_stays(desk, activity):
    page = desk.post(ADDRESS, fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": "3"})

    assert states(activity) == [WAITS] * 4
    assert "You counted 3, but 4 scanned: a difference of 1." in text_of(page)
    assert fields(page)[f"heads-{activity.pk}"] == ["3"]
    field = BeautifulSoup(page.content, "html.parser").find(id=f"heads-{activity.pk}")
    assert field["aria-describedby"] == f"heads-{activity.pk}-error"

    page = desk.post(ADDRESS, fields(page) | {f"heads-{activity.pk}": "4"}, follow=True)
    assert states(activity) == [NOTICE] * 4
    assert "You counted" not in text_of(page)


def test_who_is_sure_confirms_what_needs_no_count_and_looks_at_the_posters_singly(desk, activity):
    asked = desk.post(ADDRESS, fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": "3"})
    sure = BeautifulSoup(asked.content, "html.parser").find("button", attrs={"name": "sure"})["value"]

    page = desk.post(ADDRESS, fields(asked) | {"sure": sure})

    assert states(activity) == [NOTICE, NOTICE, WAITS, WAITS]
    assert text_of(page).count("The printed code was used.") == 2
    again = desk.get(ADDRESS)
    assert text_of(again).count("The printed code was used.") == 2, "the stored number says so as well"
    for record in ServiceRecord.objects.filter(state=WAITS):
        desk.post(ADDRESS, fields(again) | {"record": record.pk})
    assert states(activity) == [NOTICE] * 4


def test_fewer_heads_where_only_posters_wait_stay_in_the_form(scene, desk):
    activity = scene.activity(title="只有海报")
    for name in ("王秀英", "李建国"):
        scene.attend(scene.volunteer(name), activity.shifts.get(), rotating=False)
    form = fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": "1", "sure": f"{activity.pk}:1:2"}

    page = desk.post(ADDRESS, form)
    assert "You counted 1, but 2 scanned: a difference of 1." in text_of(page)
    assert text_of(page).count("The printed code was used.") == 2

    first = ServiceRecord.objects.filter(activity=activity).order_by("pk")[0]
    page = desk.post(ADDRESS, fields(page) | {"record": first.pk})
    assert states(activity) == [NOTICE, WAITS]
    assert text_of(page).count("The printed code was used.") == 1


@pytest.mark.parametrize("typed", ["x", "-1", "12345"])
def test_what_is_no_number_confirms_nothing_and_stays(desk, activity, typed):
    page = desk.post(ADDRESS, fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": typed})

    assert states(activity) == [WAITS] * 4
    assert "The number of heads is a whole number" in text_of(page)
    assert fields(page)[f"heads-{activity.pk}"] == [typed]


def test_more_heads_than_scans_point_to_the_roster(desk, activity):
    page = desk.post(ADDRESS, fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": "6"})
    assert "Perhaps some did not check in: you can still enter them on the roster." in text_of(page)
    assert f'href="/lead/{activity.pk}/roster/"' in page.content.decode()

    desk.post(ADDRESS, fields(page) | {"sure": f"{activity.pk}:6:4"})
    assert states(activity) == [NOTICE] * 4


@pytest.mark.parametrize("sure", ["", "x", "1:3:4", "9:9"])
def test_a_yes_to_other_numbers_is_no_yes(desk, activity, sure):
    form = fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": "3"}

    desk.post(ADDRESS, form | {"sure": f"{activity.pk}:{sure}" if sure else ""})

    assert states(activity) == [WAITS] * 4


def test_an_act_on_one_activity_keeps_what_was_typed_for_another(scene, desk, activity):
    other = scene.activity(("13:00", "15:00"), title="下午")
    for name in ("王秀英", "李建国"):
        scene.attend(scene.volunteer(name), other.shifts.get(), "13:00", "15:00", rotating=False)
    scene.scan(scene.volunteer("陈静"), other.shifts.get(), "in", moment("13:00"))
    records.sweep_records(at=MONDAY)
    open_record = ServiceRecord.objects.get(volunteer__name="陈静")
    form = fields(desk.get(ADDRESS)) | {f"heads-{activity.pk}": "3", f"heads-{other.pk}": "2", "evaluate": "on"}
    form["activity"] = [str(activity.pk)]

    page = desk.post(ADDRESS, form | {"record": open_record.pk})

    kept = fields(page)
    assert (kept[f"heads-{activity.pk}"], kept[f"heads-{other.pk}"]) == (["3"], ["2"])
    assert kept["activity"] == [str(activity.pk)] and kept["evaluate"] == ["on"]
    assert "You counted" not in text_of(page), "nobody has sent these numbers yet"


def test_a_missing_check_out_says_what_accepting_means_and_offers_the_times_first(scene, desk):
    activity = scene.activity()
    scene.scan(scene.volunteer("刘伟"), activity.shifts.get(), "in", moment("09:00"))
    records.sweep_records(at=MONDAY)
    record = ServiceRecord.objects.get()

    page = desk.get(ADDRESS)

    look = BeautifulSoup(page.content, "html.parser").find(class_="desk-look")
    acts = look.find_all(class_="button")
    assert [" ".join(act.text.split()) for act in acts] == ["Put the times right", "Confirm with 0 min"]
    assert acts[0]["href"] == f"/lead/{activity.pk}/records/{record.pk}/correct/"
    assert "No check-out" in look.text or "check-out" in look.text, "the reason is in view"


def test_an_empty_page_offers_the_next_act(desk):
    page = desk.get(ADDRESS)

    assert "Nothing waits." in text_of(page)
    assert 'href="/admin/activity/"' in page.content.decode() and "covers/joy" in page.content.decode()
