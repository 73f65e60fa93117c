"""A staff scanner sends and asks for: tokens, the addresses, files, the roster."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.models import Device, Scan
from academy.checkin.services import devices, sync
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import volunteers
from tests.checkin.scanner import Scanner, card_of
from tests.factories import UserFactory, VolunteerFactory
from tests.hours.scene import SATURDAY, moment

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def scanner(scene, activity) -> Scanner:
    return Scanner(activity, scene.leading, issued_at=moment("08:00"))


@pytest.fixture
def wang(scene) -> Volunteer:
    return scene.volunteer("王秀英")


def outcomes(results):
    return [(result.outcome, result.code) for result in results]


# The token


def test_a_token_that_ran_out_after_the_scan_is_accepted_and_flagged(scanner, wang):
    came = scanner.scan("in", moment("09:00"), tick=wang)
    after = scanner.device.expires_at + MINUTE
    (result,) = scanner.send(came, at=after)
    assert result.outcome == "accepted"
    assert "token_expired" in result.flags


def test_a_token_that_ran_out_before_the_scan_is_refused(scanner, wang):
    after = scanner.device.expires_at + MINUTE
    sent = scanner.scan("in", after, tick=wang)
    assert outcomes(scanner.send(sent, at=after + MINUTE)) == [("refused", "device_refused")]
    at_its_end = scanner.scan("in", scanner.device.expires_at, tick=wang)
    assert outcomes(scanner.send(at_its_end, at=after + MINUTE))[0][0] == "accepted"


def test_a_device_is_good_until_the_last_check_out(scene):
    short = Scanner(scene.activity(), scene.leading, issued_at=moment("08:00"))
    assert short.device.expires_at == moment("20:00")
    beforehand = Scanner(
        scene.activity(("09:00", "12:00")), scene.leading, issued_at=moment("08:00", SATURDAY - 3 * dt.timedelta(1))
    )
    assert beforehand.device.expires_at == moment("15:00")


def test_a_device_is_kept_by_its_own_operator_alone(scene, activity, scanner):
    again = devices.issue_device(activity=activity, by=scene.leading, at=moment("09:00"), known=scanner.device.key)
    assert again == scanner.device
    other = devices.issue_device(
        activity=activity, by=scene.social_worker, at=moment("09:00"), known=scanner.device.key
    )
    assert other != scanner.device


# The address /checkin/sync/


def post(scanner, body, token=None, client=None):
    token = devices.token_of(scanner.device) if token is None else token
    return (client or Client()).post(
        reverse("checkin:sync"),
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Device {token}"},
    )


@time_machine.travel(moment("09:00:10"), tick=False)
def test_the_address_answers_each_scan(scanner, wang):
    body = scanner.body(scanner.scan("in", moment("09:00"), tick=wang), at=moment("09:00"))
    response = post(scanner, body, client=Client(enforce_csrf_checks=True))
    assert response.status_code == 200
    (result,) = response.json()["results"]
    assert result["outcome"] == "accepted"
    assert set(result) == {"id", "outcome", "code", "flags", "visit"}
    assert set(result["visit"]) == {"opened_at", "closed_at"}


@pytest.mark.parametrize("token", ["", "nonsense", "AAAA.bbbb", "\u00e9.1"])
def test_a_bad_token_is_401(scanner, token):
    response = post(scanner, scanner.body(at=moment("09:00")), token=token)
    assert (response.status_code, response.json()) == (401, {"code": "device_refused"})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        '{"scans": []}',
        "[" * 50_000,
        '{"sent_at": "yesterday", "scans": []}',
        '{"sent_at": 1}',
    ],
)
def test_malformed_requests_are_400(scanner, body):
    response = Client().post(
        reverse("checkin:sync"),
        body,
        content_type="application/json",
        headers={"Authorization": f"Device {devices.token_of(scanner.device)}"},
    )
    assert (response.status_code, response.json()) == (400, {"code": "bad_request"})


def test_too_many_at_once_is_400(scanner):
    body = scanner.body(at=moment("09:00")) | {"scans": [None] * 501}
    assert post(scanner, body).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"id": "not-a-uuid"},
        {"n": -1},
        {"n": 2**31},
        {"n": True},
        {"n": "1"},
        {"at": "0001-01-01T00:00:00Z"},
        {"at": "9999-12-31T23:59:59+00:00"},
        {"at": "2026-01-10T09:00:00"},
        {"at": "soon"},
        {"direction": "sideways"},
        {"card": "A" * 65},
        {"card": ""},
        {"card": " "},
        {"checkpoint": "\u0000"},
        {"checkpoint": "\ud800"},
        {"card": "\ud800"},
    ],
    ids=repr,
)
def test_no_request_of_a_device_causes_a_server_error(scanner, change):
    sent = scanner.scan("in", moment("09:00"), card="ABCD") | change
    sent["mac"] = scanner.mac(sent)
    response = post(scanner, scanner.body(sent, at=moment("09:00")))
    assert response.status_code == 200
    assert response.json()["results"][0]["outcome"] == "refused"


# Files


def test_a_file_is_imported_by_another_user(scene, scanner, wang, client):
    sent = scanner.scan("in", moment("09:00"), tick=wang)
    edited = scanner.scan("in", moment("09:00"), tick=scene.volunteer("李建国")) | {
        "at": "2026-01-10T00:30:00.000+00:00"
    }
    upload = json.dumps(scanner.body(sent, edited, at=moment("09:00")) | {"version": 1})
    address = reverse("checkin:scanner_import", args=[scanner.activity.pk])

    def bring(user, text=upload):
        client.force_login(user)
        with time_machine.travel(moment("18:00"), tick=False):
            return client.post(address, {"file": SimpleUploadedFile("scans.json", text.encode())})

    assert b'data-refusal="own_file"' in bring(scene.leading).content
    assert not Scan.objects.exists()
    page = bring(scene.social_worker).content.decode()
    assert page.count('data-outcome="accepted"') == 1
    assert page.count('data-outcome="refused"') == 1
    assert Scan.objects.get().flags[-1] == "brought"
    assert 'data-outcome="duplicate"' in bring(scene.social_worker).content.decode()
    assert b'data-refusal="bad_request"' in bring(scene.social_worker, "not a queue").content
    foreign = json.dumps({"device": Device.objects.get().key + "X", "scans": []})
    assert b'data-refusal="device_refused"' in bring(scene.social_worker, foreign).content


def test_a_file_s_times_are_put_right_by_the_roster_s_download(scene, activity, wang):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"), ahead=dt.timedelta(minutes=-42))
    sent = scanner.scan("in", moment("09:00"), tick=wang)
    sync.receive_scans(device=scanner.device, scans=[sent], sent_at=None, at=moment("18:00"), by=scene.social_worker)
    assert Scan.objects.get().happened_at == moment("09:00")


# The roster


def test_the_roster_has_no_full_name_and_no_key_of_a_card(scene, activity, scanner, wang, client):
    card = card_of(wang)
    old = card_of(scene.volunteer("李建国"))
    old.revoked_at = moment("08:00")
    old.save()
    activities.sign_up(
        volunteer=wang, shift=activity.shifts.get(), role=activity.roles.get(), by=None, at=moment("07:00")
    )
    client.force_login(scene.leading)
    with time_machine.travel(moment("08:30"), tick=False):
        response = client.post(reverse("checkin:scanner_roster", args=[activity.pk]), {"now": "1768006800000"})
    text = response.content.decode()
    roster = response.json()
    assert "王秀英" not in text and card.key not in text and old.key not in text
    (first, *_others) = roster["people"]
    assert (first["name"], first["expected"], first["since"], first["no"]) == ("王*英", True, None, "")
    assert len(first["card"]) == 64
    assert len(roster["revoked"]) == 1
    assert roster["checkpoint"] == scanner.checkpoint
    device = Device.objects.get(key=roster["device"])
    assert roster["key"] == devices.key_of(device).hex()
    assert roster["token"] == devices.token_of(device)


def test_a_stranger_gets_no_roster(scene, activity, client):
    client.force_login(UserFactory(duties=[(VolunteerFactory().community, DutyRole.SOCIAL_WORKER)]))
    assert client.post(reverse("checkin:scanner_roster", args=[activity.pk])).status_code == 404


def test_a_roster_costs_the_same_for_many(scene, activity, scanner, django_assert_max_num_queries):
    for name in ("甲", "乙", "丙", "丁", "戊"):
        card_of(scene.volunteer(name))
    with django_assert_max_num_queries(7):
        devices.roster_of(activity=scanner.device.activity, at=moment("09:00"))


def test_a_foreign_token_is_401(scene, scanner, wang):
    other = Scanner(scene.activity(), scene.social_worker, issued_at=moment("08:00"))
    body = scanner.body(scanner.scan("in", moment("09:00"), tick=wang), at=moment("09:00"))
    assert post(scanner, body, token=devices.token_of(other.device)).status_code == 401
    # Under the other device's name, the MACs of its scans are wrong.
    response = post(other, body | {"device": other.device.key})
    assert [result["code"] for result in response.json()["results"]] == ["device_refused"]
    assert not Scan.objects.exists()


@pytest.mark.parametrize(("dangerous", "asks"), [(False, "ask_desk"), (True, "ask_desk_first")])
def test_the_roster_has_one_state_for_all_whom_the_desk_knows_more_about(scene, activity, dangerous, asks):
    """ADR 37: a phone at the gate does not say who is suspended, and who is a minor without a consent."""
    Activity.objects.filter(pk=activity.pk).update(dangerous=dangerous, insurance="PICC 2026-001")
    activity.refresh_from_db()
    suspended, grown_up = scene.volunteer("王秀英"), scene.volunteer("李建国")
    volunteers.suspend(volunteer=suspended, reason="…", by=None, at=moment("08:00"))
    minor = scene.volunteer("张桂兰")
    Volunteer.objects.filter(pk=minor.pk).update(birth_date="2012-05-01")

    roster = devices.roster_of(activity=activity, at=moment("09:00"))

    states = {person.volunteer.pk: person.no for person in roster.people}
    assert (states[suspended.pk], states[minor.pk], states[grown_up.pk]) == (asks, asks, "")


@pytest.mark.parametrize(
    ("dangerous", "what", "outcome", "told", "stored"),
    [
        (False, {"suspended_at": moment("08:00")}, "accepted", "ask_desk", ["suspended"]),
        (False, {"birth_date": "2012-05-01"}, "accepted", "ask_desk", ["needs_consent"]),
        (True, {"birth_date": "2012-05-01"}, "refused", "ask_desk_first", "minor_not_allowed"),
    ],
)
def test_the_answer_does_not_say_who_is_suspended_or_a_minor_and_the_scan_keeps_the_reason(
    scene, activity, scanner, wang, dangerous, what, outcome, told, stored
):
    Activity.objects.filter(pk=activity.pk).update(dangerous=dangerous, insurance="PICC 2026-001")
    Volunteer.objects.filter(pk=wang.pk).update(**what)

    scan_in = scanner.scan("in", moment("09:00"), tick=wang)
    for again in ("", "duplicate"):
        [answer] = deliver(scanner, scanner.body(scan_in, at=moment("09:00"))).json()["results"]
        assert (answer["outcome"], answer["code"]) == (again or outcome, told)
        assert not {"suspended", "needs_consent", "minor_not_allowed"} & {*answer["flags"]}

    scan = Scan.objects.get()
    assert stored in (scan.flags[:1], scan.refusal)


# Times that no clock shows


STRANGE = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-06-01T00:00:00Z", "9998-06-01T00:00:00Z"]


@pytest.mark.parametrize("written", STRANGE)
def test_a_scan_centuries_away_spoils_no_other(scanner, wang, written):
    good = scanner.scan("in", moment("09:00"), tick=wang)
    strange = {**scanner.scan("in", moment("09:00"), tick=wang), "at": written}
    strange["mac"] = scanner.mac(strange)

    answer = deliver(scanner, {**scanner.body(strange, good, at=moment("09:00"))})

    assert [one["outcome"] for one in answer.json()["results"]] == ["refused", "accepted"]


@pytest.mark.parametrize("written", STRANGE)
def test_a_sending_centuries_away_is_refused_and_leaves_no_trace(scanner, wang, written):
    good = scanner.scan("in", moment("09:00"), tick=wang)

    assert deliver(scanner, {**scanner.body(good, at=moment("09:00")), "sent_at": written}).status_code == 400

    answer = deliver(scanner, scanner.body(good, at=moment("09:00")))
    assert [one["outcome"] for one in answer.json()["results"]] == ["accepted"]


@pytest.mark.parametrize("now", ["99999999999999", "9" * 14, "٣" * 14, "0", "-1", "9" * 5_000])
def test_a_roster_for_a_clock_centuries_away_keeps_its_scans(scene, activity, wang, now):
    client = Client()
    client.force_login(scene.leading)
    with time_machine.travel(moment("08:00"), tick=False):
        given = client.post(reverse("checkin:scanner_roster", args=[activity.pk]), {"now": now}).json()
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    scanner.device = Device.objects.get(key=given["device"])

    (result,) = scanner.send(scanner.scan("in", moment("09:00"), tick=wang), at=moment("09:00"))

    assert result.outcome == "accepted"


def deliver(scanner, body):
    token = devices.token_of(scanner.device)
    with time_machine.travel(moment("09:00"), tick=False):
        return Client().post(
            "/checkin/sync/", json.dumps(body), "application/json", headers={"Authorization": f"Device {token}"}
        )
