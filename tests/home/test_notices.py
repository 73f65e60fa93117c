"""The public notice: the people it shows, for how long, and the sheet for the wall."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from academy.core.services import change_community
from academy.home import works
from academy.hours.anchors import short_anchor_of
from academy.hours.services import confirmation, notices
from academy.people.models import Consent, Volunteer
from academy.people.services import consents as people_consents
from academy.works.models import Work
from tests.factories import UserFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.paper.reading import boxes, pages

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _on_saturday():
    with time_machine.travel(moment("14:00"), tick=False):
        yield


def consents(volunteer: Volunteer, kind: str = "public_notice", granted: bool = True, **more: object) -> None:
    at = moment("13:00", more.pop("day", SATURDAY))  # type: ignore[arg-type]
    people_consents.record_consent(
        volunteer=volunteer,
        kind=kind,
        granted=granted,
        evidence="签字",
        by=None,
        at=at,
        **more,  # type: ignore[arg-type]
    )


def on_notice(scene: Scene, *volunteers: Volunteer) -> None:
    activity = scene.activity()
    for volunteer in volunteers:
        scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))


def page(scene: Scene, client: Client | None = None, suffix: str = "") -> str:
    address = reverse("home:notice", args=[scene.community.slug, SATURDAY]) + suffix
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, answer.status_code
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    return answer.content.decode()


def test_it_shows_number_and_masked_name_of_those_who_consented_and_counts_the_others(scene):
    yes, no, withdrew = scene.volunteer("王秀英"), scene.volunteer("李建国"), scene.volunteer("张桂兰")
    consents(yes)
    consents(withdrew, day=SATURDAY - dt.timedelta(days=1))
    consents(withdrew, granted=False)
    on_notice(scene, yes, no, withdrew)
    shown = page(scene)
    assert yes.number in shown and "王*英" in shown and "王秀英" not in shown and "3.0" in shown
    assert no.number not in shown and withdrew.number not in shown
    assert reverse("home:object", args=[yes.service_records.get().pk]) in shown
    assert reverse("home:notice", args=[scene.community.slug, SATURDAY]) in Client().get("/notice/").content.decode()


def test_it_shows_the_communitys_own_text(scene):
    person = scene.volunteer("王秀英")
    on_notice(scene, person)
    assert "有疑问请到服务台反映" not in page(scene)
    change_community(community=scene.community, by=None, at=moment("13:00"), notice_text="有疑问请到服务台反映。")
    assert "有疑问请到服务台反映" in page(scene)


def test_of_a_minor_it_needs_the_guardians_word_too(scene):
    child = scene.volunteer("刘伟")
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2012, 5, 1))
    consents(child)
    on_notice(scene, child)
    assert child.number not in page(scene)
    consents(child, kind=Consent.Kind.GUARDIAN, guardian=UserFactory())
    assert child.number not in page(scene)  # K6: the notice is a word of its own
    consents(child, kind=Consent.Kind.GUARDIAN_NOTICE, guardian=UserFactory())
    assert child.number in page(scene)


def test_when_the_notice_is_over_the_page_is_gone(scene):
    volunteer = scene.volunteer()
    consents(volunteer)
    on_notice(scene, volunteer)
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))
    assert Client().get(reverse("home:notice", args=[scene.community.slug, SATURDAY])).status_code == 404
    assert Client().get("/notice/nowhere/2026-01-10/").status_code == 404


def test_the_sheet_for_the_wall_and_the_desks_own_list(scene):
    yes, no = scene.volunteer("王秀英"), scene.volunteer("李建国")
    consents(yes)
    on_notice(scene, yes, no)
    desk = Client()
    desk.force_login(scene.social_worker)
    address = reverse("home:notice_sheet", args=[scene.community.slug, SATURDAY])
    assert address in page(scene, desk) and address not in page(scene, Client())
    assert short_anchor_of(scene.community) in page(scene, Client())
    (wall,), (own,) = (pages(desk.get(address + asked).content) for asked in ("", "?all"))
    assert short_anchor_of(scene.community) in "".join(wall.split())
    assert "王*英" in wall and yes.number in wall and no.number not in wall and "李建国" not in wall
    assert "公示至2026年1月14日" in wall and "另有1条" in wall and "/notice/" in wall
    unit = yes.service_records.get().activity.issuer
    assert f"公示单位（盖章）：{unit.name}" in wall and f"电话{unit.telephone}" in wall and "年月日" in wall
    assert "盖章" not in own
    assert "李建国" in own and "王秀英" in own and "不得张贴" in own
    stranger = Client()
    stranger.force_login(scene.leading)
    assert stranger.get(reverse("home:notice_sheet", args=[scene.community.slug, SATURDAY])).status_code == 404


def test_a_long_sheet_is_printed_in_the_background_and_found_on_the_page_of_the_notice(scene, monkeypatch):
    monkeypatch.setattr(works, "FEW", 1)
    on_notice(scene, scene.volunteer("王秀英"), scene.volunteer("李建国"))
    desk = Client()
    desk.force_login(scene.social_worker)
    address = reverse("home:notice_sheet", args=[scene.community.slug, SATURDAY])
    assert desk.get(address)["Content-Type"] == "application/pdf"  # nobody agreed to be listed

    begun = desk.get(address + "?all")

    work = Work.objects.get()
    assert begun.url == f"/work/{work.pk}/" and f'href="{begun.url}"' in page(scene, desk)
    assert work.total == 2 and "李建国" in "".join(pages(desk.post(f"{begun.url}file/").content))
    assert begun.url not in page(scene, Client())
    stranger = Client()
    stranger.force_login(scene.leading)
    assert stranger.post(f"{begun.url}file/").status_code == 404


def test_the_leader_evaluates_all_in_one_tap_with_an_exception(scene):
    late = scene.volunteer("李建国")
    on_notice(scene, scene.volunteer(), late)
    activity = late.service_records.get().activity
    phone, address = Client(), reverse("lead:evaluate", args=[activity.pk])
    phone.force_login(scene.leading)
    refused = phone.post(address, {f"score-{late.pk}": "3", f"word-{late.pk}": ""})
    assert 'data-refusal="needs_a_word"' in refused.content.decode() and 'value="3"' in refused.content.decode()
    assert phone.post(address, {f"score-{late.pk}": "3", f"word-{late.pk}": "迟到", "rest": ""}).status_code == 302
    assert sorted(activity.evaluations.values_list("score", flat=True)) == [3, 5]
    assert "迟到" in phone.get(address).content.decode()


def test_the_sheet_has_no_table_without_rows_and_room_for_the_seal(scene):
    on_notice(scene, scene.volunteer("李建国"))
    desk = Client()
    desk.force_login(scene.social_worker)

    content = desk.get(reverse("home:notice_sheet", args=[scene.community.slug, SATURDAY])).content

    (wall,) = pages(content)
    assert "志愿者编号" not in wall and "另有1条" in wall
    letters = boxes(content)
    above, below = (max(box.bottom for box in letters if box.letter == letter) for letter in "网盖")
    assert below - above > 15


def test_a_short_notice_is_printed_large_and_a_longer_one_stays_on_its_page(scene):
    people = [scene.volunteer(f"王{letter}英") for letter in "一二三四五六七八九"]
    for person in people:
        consents(person)
    on_notice(scene, people[0])
    desk = Client()
    desk.force_login(scene.social_worker)
    address = reverse("home:notice_sheet", args=[scene.community.slug, SATURDAY])

    seal = max(box.bottom for box in boxes(desk.get(address).content) if box.letter == "盖")
    assert seal > 155  # millimetres of 297
    on_notice(scene, *people[1:])
    assert len(pages(desk.get(address).content)) == 1


def test_a_name_that_cannot_be_printed_is_a_blank_line_and_is_named(scene):
    rare, other = scene.volunteer("\U0002a6a5"), scene.volunteer("李建国")
    consents(rare)
    on_notice(scene, rare, other)
    desk = Client()
    desk.force_login(scene.social_worker)

    (own,) = pages(desk.get(reverse("home:notice_sheet", args=[scene.community.slug, SATURDAY]) + "?all").content)

    assert rare.number in own and "＿＿＿＿" in own and "李建国" in own
    assert f"\U0002a6a5 {rare.number}（\U0002a6a5）" in page(scene, desk)
