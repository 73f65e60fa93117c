"""A clock that was set between scan and sending: the true time is found, or the scan is in doubt."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from academy.checkin import wire
from academy.checkin.models import ClockReading, Device, Scan
from academy.checkin.services import devices, sync
from academy.people.models import Volunteer
from tests.checkin.phone import Phone
from tests.checkin.scanner import PhoneScanner, Scanner, flags_of, milliseconds
from tests.factories import compute_records
from tests.hours.scene import moment

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FORWARD = [(moment("10:00"), 2 * HOUR)]


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def wang(scene) -> Volunteer:
    return scene.volunteer("王秀英")


@pytest.fixture
def scanner_of(scene, activity):
    def make(**changes: Any) -> PhoneScanner:
        phone = Phone(bought=moment("07:00"), **changes)
        return PhoneScanner(activity, scene.leading, phone, issued_at=moment("08:00"))

    return make


def attend(scanner: PhoneScanner, volunteer: Volunteer) -> list[dict[str, Any]]:
    return [scanner.scan("in", moment("09:00"), tick=volunteer), scanner.scan("out", moment("12:00"), tick=volunteer)]


def times_of(*sent: dict[str, Any]) -> list[dt.datetime]:
    return [Scan.objects.get(pk=one["id"]).happened_at for one in sent]


# Hours


@pytest.mark.parametrize("ahead", [2 * HOUR, -2 * HOUR, -DAY], ids=["+2h", "-2h", "-1d"])
def test_three_hours_stay_three_hours_although_the_clock_was_set(scanner_of, activity, wang, ahead):
    scanner = scanner_of(sets=[(moment("10:00"), ahead)])
    scans = attend(scanner, wang)
    scanner.send(*scans, at=moment("13:00"))
    assert times_of(*scans) == [moment("09:00"), moment("12:00")]
    (record,) = compute_records(volunteer=wang, shift=activity.shifts.get(), at=moment("13:00"))
    assert (record.minutes, record.basis["scan_flags"]) == (180, ["offline"])


def test_a_page_of_0_1_0_gets_the_credible_times_and_the_flag(scanner_of, activity, wang):
    scanner = scanner_of(sets=FORWARD, has_steady=False)
    scans = attend(scanner, wang)
    scanner.send(*scans, at=moment("13:00"))
    assert times_of(*scans) == [moment("09:00"), moment("12:00")]
    (record,) = compute_records(volunteer=wang, shift=activity.shifts.get(), at=moment("13:00"))
    assert record.minutes == 180
    assert "clock" in record.basis["scan_flags"]


def test_a_later_download_does_not_hide_that_the_clock_was_set(scanner_of, wang):
    """The page asks for the roster and sends its queue at the same moment, when the network comes back."""
    scanner = scanner_of(sets=[(moment("12:30"), HOUR)], has_steady=False)
    scans = attend(scanner, wang)
    scanner.download(at=moment("13:00"))
    scanner.send(*scans, at=moment("13:00:05"))
    assert all("clock" in flags_of(sent) for sent in scans)


def test_later_scans_are_right_again_after_a_contact(scanner_of, scene, wang):
    scanner = scanner_of(sets=FORWARD, has_steady=False)
    scanner.send(*attend(scanner, wang), at=moment("12:01"))
    later = scanner.scan("in", moment("12:20"), tick=scene.volunteer("李建国"))
    scanner.send(later, at=moment("12:30"))
    assert times_of(later) == [moment("12:20")]
    assert "clock" not in flags_of(later)


@pytest.mark.parametrize("has_steady", [True, False], ids=["second form", "0.1.0"])
def test_scans_that_the_page_marked_after_its_clock_was_set_back_are_in_doubt(scanner_of, wang, has_steady):
    """An hour ahead from 8:30 to 12:10, the page loaded at 12:15: no contact shows it, the page saw it."""
    sets = [(moment("08:30"), HOUR), (moment("12:10"), dt.timedelta())]
    scanner = scanner_of(sets=sets, loads=[moment("12:15")], has_steady=has_steady)
    scans = [sent | {"set_back": True} for sent in attend(scanner, wang)]
    scanner.send(*scans, at=moment("14:00"))
    assert all("clock" in flags_of(sent) for sent in scans)


@pytest.mark.parametrize("mark", [False, None, 1, "true", []], ids=repr)
def test_a_mark_of_another_form_is_no_doubt(scanner_of, wang, mark):
    scanner = scanner_of()
    sent = scanner.scan("in", moment("09:00"), tick=wang) | {"set_back": mark}
    scanner.send(sent, at=moment("09:10"))
    assert "clock" not in flags_of(sent)


@pytest.mark.parametrize("zone", [dt.timezone(-9 * HOUR), dt.timezone(dt.timedelta(hours=5, minutes=45))], ids=str)
def test_a_phone_that_changes_its_time_zone_keeps_its_times(scanner_of, wang, zone):
    """A zone changes how a moment is written, as summer time does, not the moment."""
    scanner = scanner_of(has_steady=False)
    scans = attend(scanner, wang)
    left = scans[1] | {"at": moment("12:00").astimezone(zone).isoformat()}
    left["mac"] = scanner.mac(left)
    sync.receive_scans(
        device=scanner.device, scans=[scans[0], left], sent_at=moment("13:00").astimezone(zone), at=moment("13:00")
    )
    assert times_of(*scans) == [moment("09:00"), moment("12:00")]
    assert all("clock" not in flags_of(sent) for sent in scans)


def test_a_scan_stored_earlier_contradicts_a_later_number(scanner_of, scene, wang):
    scanner = scanner_of(has_steady=False)
    scanner.send(scanner.scan("in", moment("11:00"), tick=wang), at=moment("11:00:10"))
    second = scanner.scan("in", moment("10:00"), tick=scene.volunteer("李建国"))
    scanner.send(second, at=moment("11:30"))
    assert times_of(second) == [moment("10:00")]
    assert "clock" in flags_of(second)


# Facts


def test_the_first_answer_stands_whatever_the_clock_says_later(scanner_of, wang):
    scanner = scanner_of(sets=[(moment("12:30"), 3 * DAY)], has_steady=False)
    came = scanner.scan("in", moment("09:00"), tick=wang)
    (first,) = scanner.send(came, at=moment("09:00:10"))
    again = scanner.device.expires_at + HOUR
    (second,) = scanner.send(came, at=again)
    assert (second.outcome, second.flags, second.visit) == ("duplicate", first.flags, first.visit)
    assert times_of(came) == [moment("09:00")]


def test_a_time_in_doubt_after_the_token_s_end_is_kept(scanner_of, wang):
    scanner = scanner_of(sets=[(moment("08:30"), 3 * DAY)], has_steady=False)
    came = scanner.scan("in", moment("09:00"), tick=wang)
    (result,) = scanner.send(came, at=moment("09:00") + 4 * DAY)
    assert result.outcome == "accepted"
    assert {"clock", "token_expired"} <= set(result.flags)


def test_a_queue_of_an_older_page_and_new_scans_are_sent_together(scanner_of, scene, wang):
    scanner = scanner_of()
    old = scanner.scan("in", moment("09:00"), tick=wang)
    old = {name: value for name, value in old.items() if name not in ("v", "run", "steady", "seen")}
    old["mac"] = scanner.mac(old)
    new = scanner.scan("in", moment("09:01"), tick=scene.volunteer("李建国"))
    assert [result.outcome for result in scanner.send(old, new, at=moment("13:00"))] == ["accepted", "accepted"]
    assert Scan.objects.get(pk=old["id"]).clock is None
    stored = Scan.objects.get(pk=new["id"]).clock
    assert stored == {"run": "run-0", "steady": 7_260_000, "seen": moment("08:00").astimezone(dt.UTC).isoformat()}


@pytest.mark.parametrize(
    "change",
    [{"run": "run-1"}, {"steady": 1}, {"seen": 1}, {"v": 1}, {"v": 3}, {"v": None}, {"run": ""}, {"steady": "1"}],
    ids=repr,
)
def test_the_mac_covers_the_steady_clock(scanner_of, wang, change):
    sent = scanner_of().scan("in", moment("09:00"), tick=wang) | change
    scanner = scanner_of()
    assert [one.code for one in scanner.send(sent, at=moment("09:01"))] == ["device_refused"]
    bare = {name: value for name, value in sent.items() if name not in ("v", "run", "steady", "seen")}
    assert [one.code for one in scanner.send(bare, at=moment("09:01"))] == ["device_refused"]


def test_both_forms_have_the_macs_that_the_page_computes():
    """The other half stands in tests/js/clock.test.js."""
    first = {"id": "12345678-1234-4234-8234-123456789abc", "n": 1, "checkpoint": "c", "card": "k", "direction": "in"}
    first["at"] = "2026-01-10T01:00:00.000Z"
    second = first | {"v": 2, "n": 2, "run": "one", "steady": 5, "seen": 7}
    macs = (
        "cab579789ccc7b45214309bed87dcfbc4df799b77d2ebde8324e181d187a86c5",
        "2c701c0d31de0917c95081feb01e02041b7f8f274b0a4bb6d5ce961432590c76",
    )
    for sent, mac in zip((first, second), macs, strict=True):
        assert wire.read_scan(sent | {"mac": mac}, "d", b"\x00\xff") is not None


# Files


def bring(client: Client, activity, user, saved: dict[str, Any]) -> str:
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    upload = SimpleUploadedFile("scans.json", json.dumps(saved).encode())
    return client.post(reverse("checkin:scanner_import", args=[activity.pk]), {"file": upload}).content.decode()


@time_machine.travel(moment("18:00"), tick=False)
@pytest.mark.parametrize("exported_at", ["1970-01-01T00:00:00.000Z", "2031-07-01T00:00:00.000Z", "soon", None])
def test_a_file_s_times_depend_on_no_clock_but_its_own_phone_s(scanner_of, activity, scene, wang, client, exported_at):
    scanner = scanner_of(ahead=-42 * 60 * dt.timedelta(seconds=1), sets=[(moment("12:30"), 3 * DAY)])
    scans = attend(scanner, wang)
    saved = {"version": 2, "device": scanner.device.key, "exported_at": exported_at, "scans": scans}
    assert bring(client, activity, scene.social_worker, saved).count('data-outcome="accepted"') == 2
    assert times_of(*scans) == [moment("09:00"), moment("12:00")]
    assert flags_of(scans[0]) == ["offline", "brought"]


@time_machine.travel(moment("18:00"), tick=False)
def test_a_file_of_0_1_0_is_read_and_says_that_its_clock_cannot_be_checked(scanner_of, activity, scene, wang, client):
    scanner = scanner_of(ahead=HOUR, has_steady=False)
    scans = attend(scanner, wang)
    saved = {"version": 1, "device": scanner.device.key, "exported_at": "2026-01-10T04:00:00Z", "scans": scans}
    page = bring(client, activity, scene.social_worker, saved)
    assert times_of(*scans) == [moment("09:00"), moment("12:00")]
    assert page.count("Is the time right?") == 2


def test_a_scanner_handed_out_by_0_1_0_still_has_its_clock_s_error(scene, activity, wang):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"), ahead=HOUR)
    device = Device.objects.create(
        activity=activity,
        operator=scene.leading,
        key="0LDDEV1CE",
        issued_at=moment("08:00"),
        expires_at=moment("20:00"),
        ahead=3600.0,
    )
    scanner.device = device
    came = scanner.scan("in", moment("09:00"), tick=wang)
    sync.receive_scans(device=device, scans=[came], sent_at=None, at=moment("18:00"), by=scene.social_worker)
    assert times_of(came) == [moment("09:00")]


# Readings


def test_a_reading_is_stored_when_it_tells_something_new(scanner_of):
    scanner = scanner_of(sets=[(moment("08:20"), HOUR)], sleeps=[(moment("08:30"), moment("08:32"))])
    scanner.download(at=moment("08:04"))
    assert ClockReading.objects.count() == 1
    for at, count in (("08:06", 2), ("08:21", 3), ("08:22", 3), ("08:33", 4), ("08:34", 4)):
        scanner.download(at=moment(at))
        assert ClockReading.objects.count() == count, at
    with pytest.raises(DatabaseError), transaction.atomic():
        ClockReading.objects.update(said=moment("08:00"))


@time_machine.travel(moment("08:00"), tick=False)
@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"run": "a1", "steady": "5"}, ("a1", 5)),
        ({}, ("", None)),
        ({"run": "a1", "steady": "-5"}, ("", None)),
        ({"run": "a1", "steady": "9" * 17}, ("", None)),
        ({"run": "\x00", "steady": "5"}, ("", None)),
    ],
)
def test_the_download_reads_both_clocks(scene, activity, client, fields, stored):
    client.force_login(scene.leading)
    now = milliseconds(moment("09:00"))
    assert (
        client.post(reverse("checkin:scanner_roster", args=[activity.pk]), {"now": str(now), **fields}).status_code
        == 200
    )
    reading = ClockReading.objects.get()
    assert (reading.at, reading.said) == (moment("08:00"), moment("09:00"))
    assert (reading.run, reading.steady) == stored


@time_machine.travel(moment("13:00"), tick=False)
@pytest.mark.parametrize(
    ("sent_at", "status", "time"),
    [
        pytest.param("2026-01-10T15:00:00+08:00", 200, moment("12:00"), id="two hours ahead"),
        pytest.param("1970-01-01T01:00:00Z", 200, moment("12:00"), id="an empty battery"),
        pytest.param("0001-01-01T00:00:00+14:00", 400, None, id="before all time"),
        pytest.param("9999-12-31T23:59:59-14:00", 400, None, id="after all time"),
        pytest.param("9000-01-01T00:00:00Z", 400, None, id="a year that no clock shows"),
    ],
)
def test_any_sending_is_answered(scanner_of, wang, sent_at, status, time):
    scanner = scanner_of()
    sent = scanner.scan("in", moment("12:00"), tick=wang)
    body = {"device": scanner.device.key, "sent_at": sent_at, "run": "run-0", "scans": [sent]}
    body["steady"] = scanner.phone.steady(moment("13:00"))
    response = Client().post(
        reverse("checkin:sync"),
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Device {devices.token_of(scanner.device)}"},
    )
    assert response.status_code == status
    assert [scan.happened_at for scan in Scan.objects.all()] == ([time] if time else [])
