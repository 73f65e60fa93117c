"""Scans of a staff scanner: stored even when late, refused for few reasons, answered one by one."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.models import Device, Method, Scan, Visit
from academy.checkin.services import codes, devices, sync
from academy.hours.models import CorrectionProposal
from academy.hours.services import confirmation, records
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import volunteers
from tests.checkin.scanner import Scanner, card_of, flags_of
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, compute_records
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


def visits():
    return [(visit.opened_at, visit.closed_at) for visit in Visit.objects.order_by("opened_at")]


# Accepted scans


def test_a_card_scanned_without_a_network_is_a_visit_at_its_own_time(scanner, scene, wang, activity):
    card = card_of(wang)
    came = scanner.scan("in", moment("09:01"), card=card.key)
    left = scanner.scan("out", moment("11:58"), card=card.key.lower())

    assert outcomes(scanner.send(came, left, at=moment("13:00"))) == [("accepted", ""), ("accepted", "")]

    assert visits() == [(moment("09:01"), moment("11:58"))]
    scan = Scan.objects.get(pk=came["id"])
    assert (scan.method, scan.volunteer, scan.card, scan.operator) == (Method.CARD, wang, card, scene.leading)
    assert (scan.happened_at, scan.received_at) == (moment("09:01"), moment("13:00"))
    assert scan.device == scanner.device and scan.place == 1
    assert scan.flags == ["offline"]
    assert activity.shifts.get().sign_ups.get().volunteer == wang


def test_a_tick_on_the_roster_is_told_apart_from_a_card(scanner, wang):
    ticked = scanner.scan("in", moment("09:00"), tick=wang)
    (result,) = scanner.send(ticked, at=moment("09:00:20"))
    assert (result.outcome, result.code, result.flags) == ("accepted", "", ())
    assert result.visit.opened_at == moment("09:00")
    assert Scan.objects.get().method == Method.TICK


def test_the_device_s_clock_is_put_right(scene, activity, wang):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"), ahead=dt.timedelta(hours=3, minutes=7))
    came = scanner.scan("in", moment("09:01"), tick=wang)
    scanner.send(came, at=moment("10:00"))
    scan = Scan.objects.get()
    assert scan.happened_at == moment("09:01")
    assert scan.device_at == moment("12:08")
    assert scan.sent_at == moment("13:07")
    assert scan.flags == ["offline"]


@pytest.mark.parametrize(
    ("said", "flagged"),
    [
        pytest.param("07:59", True, id="before the device was handed out"),
        pytest.param("08:00", False, id="at that moment"),
        pytest.param("10:00", False, id="as it is received"),
        pytest.param("10:01", True, id="in the future"),
    ],
)
def test_a_time_that_cannot_be_is_flagged_and_kept(scanner, wang, said, flagged):
    came = scanner.scan("in", moment(said), tick=wang)
    (result,) = scanner.send(came, at=moment("10:00"))
    assert result.outcome == "accepted"
    assert ("clock" in result.flags) is flagged
    assert Scan.objects.get().happened_at == moment(said)


def test_the_same_scan_again_is_a_duplicate_with_the_first_answer(scanner, wang):
    came = scanner.scan("in", moment("09:01"), card=card_of(wang).key)
    (first,) = scanner.send(came, at=moment("09:02"))
    again, once_more = scanner.send(came, came, at=moment("12:00"))
    assert (again.outcome, once_more.outcome) == ("duplicate", "duplicate")
    assert again.visit == first.visit
    assert Scan.objects.count() == 1


def test_a_scan_id_of_another_act_is_refused(scanner, scene, wang):
    came = scanner.scan("in", moment("09:01"), tick=wang)
    scanner.send(came, at=moment("09:02"))
    others = [
        scanner.scan("out", moment("09:01"), tick=wang, id=came["id"]),
        scanner.scan("in", moment("09:01"), tick=scene.volunteer("李建国"), id=came["id"]),
        scanner.scan("in", moment("09:01"), card="ABCDEFGH", id=came["id"]),
    ]
    assert outcomes(scanner.send(*others, at=moment("12:00"))) == [("refused", "id_reused")] * 3
    assert Scan.objects.count() == 1


def test_one_bad_scan_spoils_no_other(scanner, scene, wang):
    good = scanner.scan("in", moment("09:00"), tick=wang)
    forged = scanner.scan("in", moment("09:00"), tick=scene.volunteer("李建国")) | {"direction": "out"}
    unknown = scanner.scan("in", moment("09:00"), card="0000000000000000")
    last = scanner.scan("in", moment("09:00"), tick=scene.volunteer("张桂兰"))
    results = scanner.send(good, None, forged, unknown, last, at=moment("09:01"))
    assert outcomes(results) == [
        ("accepted", ""),
        ("refused", "device_refused"),
        ("refused", "device_refused"),
        ("refused", "unknown_card"),
        ("accepted", ""),
    ]
    assert [result.id for result in results] == [good["id"], "", forged["id"], unknown["id"], last["id"]]


# Refusals and flags


def test_an_unknown_card_is_kept_with_what_it_said(scanner):
    sent = scanner.scan("in", moment("09:00"), card="00AA-00BB-00CC\u0000")
    assert outcomes(scanner.send(sent, at=moment("09:01"))) == [("refused", "unknown_card")]
    scan = Scan.objects.get()
    assert (scan.volunteer, scan.refusal, scan.presented) == (None, "unknown_card", "00AA00BB00CC")
    assert outcomes(scanner.send(sent, at=moment("09:05"))) == [("duplicate", "unknown_card")]


def test_a_card_of_another_community_is_unknown(scanner):
    card = card_of(VolunteerFactory())
    sent = scanner.scan("in", moment("09:00"), card=card.key)
    assert outcomes(scanner.send(sent, at=moment("09:01"))) == [("refused", "unknown_card")]


def test_a_replaced_card_is_refused(scanner, wang):
    card = card_of(wang)
    card.revoked_at = moment("08:30")
    card.save()
    sent = scanner.scan("in", moment("09:00"), card=card.key)
    assert outcomes(scanner.send(sent, at=moment("09:01"))) == [("refused", "card_revoked")]
    assert Scan.objects.get().volunteer == wang


def test_a_card_of_somebody_merged_leads_to_who_stays(scanner, scene, wang):
    stays = scene.volunteer("王秀英")
    card = card_of(wang)
    wang.merged_into = stays
    wang.save()
    scanner.send(scanner.scan("in", moment("09:00"), card=card.key), at=moment("09:01"))
    assert Visit.objects.get().volunteer == stays


def test_another_activitys_checkpoint_is_unknown_here(scanner, scene, wang):
    other = codes.checkpoint_for(scene.activity(), rotating=True).key
    sent = scanner.scan("in", moment("09:00"), tick=wang, checkpoint=other)
    assert outcomes(scanner.send(sent, at=moment("09:01"))) == [("refused", "unknown_checkpoint")]
    assert not Scan.objects.exists()


def test_a_minor_is_never_let_in_to_something_dangerous(scanner, scene):
    activity = scanner.activity
    activity.dangerous, activity.insurance = True, "P-1"
    activity.save()
    scanner.device.refresh_from_db()
    child = VolunteerFactory(
        community=scene.community, birth_date=SATURDAY.replace(year=SATURDAY.year - 15), at=moment("08:00")
    )
    sent = scanner.scan("in", moment("09:00"), tick=child)
    assert outcomes(scanner.send(sent, at=moment("13:00"))) == [("refused", "minor_not_allowed")]
    assert Scan.objects.get().refusal == "minor_not_allowed"
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("direction", "at", "flag"),
    [
        pytest.param("in", "08:10", "", id="in time"),
        pytest.param("in", "07:29", "too_early", id="before check-in opens"),
        pytest.param("in", "12:00", "too_late", id="after the end"),
        pytest.param("out", "11:00", "not_checked_in", id="out of nothing"),
    ],
)
def test_a_refusal_at_the_gate_becomes_a_flag(scene, activity, wang, direction, at, flag):
    scanner = Scanner(activity, scene.leading, issued_at=moment("07:00"))
    (result,) = scanner.send(scanner.scan(direction, moment(at), tick=wang), at=moment("13:00"))
    assert (result.outcome, result.code) == ("accepted", flag)


def test_a_second_check_in_is_flagged_and_keeps_the_first_time(scanner, wang):
    first = scanner.scan("in", moment("09:00"), tick=wang)
    second = scanner.scan("in", moment("09:30"), tick=wang)
    scanner.send(first, second, at=moment("09:30:10"))
    assert "already_checked_in" in flags_of(second)
    assert visits() == [(moment("09:00"), None)]


def test_someone_suspended_or_without_consent_is_flagged(scanner, scene, wang):
    wang.suspended_at = moment("08:00")
    wang.save()
    child = VolunteerFactory(community=scene.community, birth_date=dt.date(2012, 5, 5), at=moment("08:00"))
    results = scanner.send(
        scanner.scan("in", moment("09:00"), tick=wang),
        scanner.scan("in", moment("09:00"), tick=child),
        at=moment("09:01"),
    )
    assert outcomes(results) == [("accepted", "suspended"), ("accepted", "needs_consent")]


def test_a_cancelled_activity_flags(scanner, wang):
    scanner.activity.cancelled_at = moment("08:30")
    scanner.activity.save()
    scanner.device.refresh_from_db()
    (result,) = scanner.send(scanner.scan("in", moment("09:00"), tick=wang), at=moment("09:01"))
    assert (result.outcome, result.code) == ("accepted", "cancelled")


@pytest.mark.parametrize(
    ("walk_ins", "capacity", "flag"), [(True, 1, ""), (True, 0, "shift_full"), (False, 5, "not_signed_up")]
)
def test_a_walk_in_gets_a_place_if_one_is_free(scene, walk_ins, capacity, flag):
    activity = ActivityFactory(
        community=scene.community, leader=scene.leader, issuer=scene.issuer, walk_ins=walk_ins, capacity=capacity
    )
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    guest = scene.volunteer("刘伟")
    (result,) = scanner.send(scanner.scan("in", moment("09:00"), tick=guest), at=moment("09:01"))
    assert (result.outcome, result.code) == ("accepted", flag)
    assert guest.sign_ups.exists() is not flag
    assert visits() == [(moment("09:00"), None)]


def test_a_place_taken_beforehand_decides_the_shift(scene):
    activity = scene.activity(("09:00", "12:00"), ("11:00", "14:00"))
    early, late = activity.shifts.order_by("starts_at")
    signed = scene.volunteer("陈静")
    activities.sign_up(volunteer=signed, shift=late, role=activity.roles.get(), by=None, at=moment("08:00"))
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    scanner.send(
        scanner.scan("in", moment("09:40"), tick=signed),
        scanner.scan("in", moment("09:40"), tick=scene.volunteer("杨洋")),
        at=moment("09:41"),
    )
    assert list(Visit.objects.order_by("pk").values_list("shift", flat=True)) == [late.pk, early.pk]


# Late facts


def test_a_late_check_in_moves_the_beginning_of_the_visit(scanner, scene, wang, activity):
    scene.scan(wang, activity.shifts.get(), "in", moment("09:30"))
    scene.scan(wang, activity.shifts.get(), "out", moment("12:00"))
    scanner.send(scanner.scan("in", moment("09:00"), tick=wang), at=moment("12:30"))
    assert visits() == [(moment("09:00"), moment("12:00"))]
    (record,) = compute_records(volunteer=wang, shift=activity.shifts.get(), at=moment("12:30"))
    assert (record.minutes, record.flags) == (180, ["double_check_in"])


def test_a_scan_after_the_record_was_settled_becomes_a_proposal(
    scanner, scene, wang, activity, django_capture_on_commit_callbacks
):
    (record,) = scene.attend(wang, activity.shifts.get(), "10:00", "12:00")
    confirmation.confirm(activity=activity, by=scene.social_worker, at=moment("12:30"), records=[record])
    with django_capture_on_commit_callbacks(execute=True):
        (result,) = scanner.send(scanner.scan("in", moment("09:00"), tick=wang), at=moment("13:00"))
    assert result.outcome == "accepted"
    record.refresh_from_db()
    assert (record.state, record.minutes) == ("on_notice", 120)
    proposal = CorrectionProposal.objects.get()
    assert (proposal.record, proposal.minutes_before, proposal.minutes_after) == (record, 120, 180)
    assert proposal.content["basis"]["scans"][0] == str(Scan.objects.order_by("happened_at")[0].pk)
    # There is one proposal: neither the sweep nor a second computation adds another.
    assert records.sweep_records(at=moment("14:00")) == 0
    compute_records(volunteer=wang, shift=activity.shifts.get(), at=moment("14:00"))
    assert CorrectionProposal.objects.count() == 1


def test_the_sweep_repairs_a_crash_before_counting(scanner, scene, wang, activity):
    (record,) = scene.attend(wang, activity.shifts.get(), "10:00", "12:00")
    confirmation.confirm(activity=activity, by=scene.social_worker, at=moment("12:30"), records=[record])
    scanner.send(scanner.scan("in", moment("09:00"), tick=wang), at=moment("13:00"))  # the signal on commit was lost
    assert not CorrectionProposal.objects.exists()
    assert records.sweep_records(at=moment("13:01")) == 1
    assert CorrectionProposal.objects.get().minutes_after == 180
    assert records.sweep_records(at=moment("13:02")) == 0


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


def test_a_foreign_token_is_401(scene, scanner, wang):
    other = Scanner(scene.activity(), scene.social_worker, issued_at=moment("08:00"))
    body = scanner.body(scanner.scan("in", moment("09:00"), tick=wang), at=moment("09:00"))
    assert post(scanner, body, token=devices.token_of(other.device)).status_code == 401
    # Under the other device's name, the MACs of its scans are wrong.
    response = post(other, body | {"device": other.device.key})
    assert [result["code"] for result in response.json()["results"]] == ["device_refused"]
    assert not Scan.objects.exists()


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


@pytest.mark.parametrize(("dangerous", "asks"), [(False, "ask_desk"), (True, "ask_desk_first")])
def test_the_roster_has_one_state_for_all_whom_the_desk_knows_more_about(scene, activity, dangerous, asks):
    """ADR 39: a phone at the gate does not say who is suspended, and who is a minor without a consent."""
    Activity.objects.filter(pk=activity.pk).update(dangerous=dangerous, insurance="PICC 2026-001")
    activity.refresh_from_db()
    suspended, grown_up = scene.volunteer("王秀英"), scene.volunteer("李建国")
    volunteers.suspend(volunteer=suspended, reason="…", by=None, at=moment("08:00"))
    minor = scene.volunteer("张桂兰")
    Volunteer.objects.filter(pk=minor.pk).update(birth_date="2012-05-01")

    roster = devices.roster_of(activity=activity, at=moment("09:00"))

    states = {person.volunteer.pk: person.no for person in roster.people}
    assert (states[suspended.pk], states[minor.pk], states[grown_up.pk]) == (asks, asks, "")


def test_a_stranger_gets_no_roster(scene, activity, client):
    client.force_login(UserFactory(duties=[(VolunteerFactory().community, DutyRole.SOCIAL_WORKER)]))
    assert client.post(reverse("checkin:scanner_roster", args=[activity.pk])).status_code == 404


def test_a_roster_costs_the_same_for_many(scene, activity, scanner, django_assert_max_num_queries):
    for name in ("甲", "乙", "丙", "丁", "戊"):
        card_of(scene.volunteer(name))
    with django_assert_max_num_queries(7):
        devices.roster_of(activity=scanner.device.activity, at=moment("09:00"))
