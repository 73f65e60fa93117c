"""Flags that show beside other scans: one phone for many people, and bursts. No scan is blocked (C9)."""

import datetime as dt
from uuid import uuid4

import pytest

from academy.checkin.flags import SENTENCES, find_suspicions
from academy.checkin.models import Method, Scan
from academy.checkin.services import codes, leading, scanning
from tests.checkin.scanner import Scanner, card_of
from tests.everybody import check_everybody_out
from tests.hours.scene import Scene, moment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def activity(scene):
    return scene.activity()


def people(scene, count):
    return [scene.volunteer(f"志愿{number}") for number in range(count)]


def phone_scan(activity, volunteer, browser, at):
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    answer = scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=checkpoint.key,
        code=codes.rotating_codes(checkpoint, at=at)[0].code,
        volunteer=volunteer,
        operator=None,
        direction="in",
        at=at,
        browser=browser,
    )
    assert answer.accepted
    return answer.scan_id


def flags(activity):
    return find_suspicions(activity.shifts.values_list("pk", flat=True))


@pytest.mark.parametrize(("count", "flagged"), [(3, False), (4, True)])
def test_one_phone_for_many_is_flagged_for_all_of_them(scene, activity, count, flagged):
    scans = {
        phone_scan(activity, person, "SAMEPHONE", moment("09:00") + place * 60 * SECOND)
        for place, person in enumerate(people(scene, count))
    }
    other = phone_scan(activity, scene.volunteer("别人"), "OTHER", moment("09:10"))
    found = flags(activity)
    assert ({pk for pk in found if "one_device" in found[pk]} == scans) is flagged
    assert other not in found


@pytest.mark.parametrize(
    ("count", "apart", "flagged"),
    [
        pytest.param(10, 3, True, id="ten within 27 seconds"),
        pytest.param(9, 1, False, id="nine"),
        pytest.param(10, 4, False, id="ten within 36 seconds"),
    ],
)
def test_a_burst_by_one_hand_is_flagged(scene, activity, count, apart, flagged):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    sent = [
        scanner.scan("in", moment("09:00") + place * apart * SECOND, tick=person)
        for place, person in enumerate(people(scene, count))
    ]
    scanner.send(*sent, at=moment("09:01"))
    assert (set(flags(activity)) == {scan.pk for scan in Scan.objects.all()}) is flagged
    assert bool(flags(activity)) is flagged


def test_a_room_that_checks_in_by_its_own_phones_is_no_burst(scene, activity):
    for place, person in enumerate(people(scene, 12)):
        phone_scan(activity, person, f"PHONE{place}", moment("09:00") + SECOND)
    assert flags(activity) == {}


def test_checking_everybody_out_is_no_burst(scene, activity):
    for place, person in enumerate(people(scene, 12)):
        phone_scan(activity, person, f"PHONE{place}", moment("09:00") + place * 60 * SECOND)
    check_everybody_out(activity=activity, by=scene.leading, at=moment("12:00"))
    assert flags(activity) == {}


def test_an_annulled_scan_does_not_count_for_flags(scene, activity):
    scans = [
        phone_scan(activity, person, "SAMEPHONE", moment("09:00") + place * 60 * SECOND)
        for place, person in enumerate(people(scene, 4))
    ]
    leading.annul(scan=Scan.objects.get(pk=scans[0]), by=scene.social_worker, at=moment("09:05"))
    assert flags(activity) == {}


def test_every_flag_that_a_scan_can_carry_has_its_sentence(scene, activity):
    from academy.checkin import refusals

    of_places = ("not_signed_up", "shift_full", "role_asks_more")
    for code in ("too_early", "too_late", *of_places, "suspended", "needs_consent", "cancelled"):
        assert refusals.refusal_for(code, at=moment("09:00")) and SENTENCES[code]
    assert {"offline", "clock", "token_expired", "brought", "one_device", "burst", "grace", "static"} <= set(SENTENCES)


def test_cards_one_after_another_are_a_leaders_work_and_no_burst(scene, activity):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    sent = [
        scanner.scan("in", moment("09:00") + place * 4 * SECOND, card=card_of(person).key)
        for place, person in enumerate(people(scene, 15))
    ]
    scanner.send(*sent, at=moment("09:01:30"))
    assert Scan.objects.filter(method=Method.CARD).count() == 15
    assert flags(activity) == {}


@pytest.mark.parametrize(("most", "flagged"), [(3, False), (2, True)])
def test_the_community_sets_how_many_people_a_phone_may_check_in(most, flagged):
    scene = Scene(values={"one_device_people": most})
    activity = scene.activity()
    for place, person in enumerate(people(scene, 2)):
        phone_scan(activity, person, "SAMEPHONE", moment("09:00") + place * 60 * SECOND)
    assert bool(flags(activity)) is flagged


@pytest.mark.parametrize(("apart", "flagged"), [(20, True), (21, False)])
def test_the_community_sets_what_a_burst_is(apart, flagged):
    scene = Scene(values={"burst_people": 2, "burst_seconds": 20})
    activity = scene.activity()
    for place, person in enumerate(people(scene, 2)):
        phone_scan(activity, person, "SAMEPHONE", moment("09:00") + place * apart * SECOND)
    assert any("burst" in found for found in flags(activity).values()) is flagged
