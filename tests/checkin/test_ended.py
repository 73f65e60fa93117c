"""A scanner whose operator may no longer lead: its later scans are kept, and opened singly."""

import datetime as dt
import json

import pytest
import time_machine
from django.urls import reverse

from academy.activities import changing
from academy.activities.models import Activity
from academy.checkin.models import Device, Scan, Visit
from academy.checkin.services import devices
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties, merging, sessions, volunteers
from tests.checkin.scanner import Scanner
from tests.factories import compute_records
from tests.hours.scene import moment

pytestmark = pytest.mark.django_db

ENDED = moment("10:00")
FLAG = "no_longer_leader"


@pytest.fixture
def activity(scene) -> Activity:
    return scene.activity()


@pytest.fixture
def wang(scene) -> Volunteer:
    return scene.volunteer("王秀英")


def replace_leader(scene, activity: Activity) -> None:
    fresh = Activity.objects.get(pk=activity.pk)
    fresh.leader = scene.volunteer("李建国", login=True)
    assert isinstance(changing.save_activity(activity=fresh, by=scene.social_worker, at=ENDED), changing.SavedActivity)


def revoke_duty(scene, activity: Activity) -> None:
    duties.revoke_duty(user=scene.social_worker, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)


def close_login(scene, activity: Activity) -> None:
    leading = User.objects.get(pk=scene.leading.pk)
    leading.is_active = False
    leading.save(update_fields=["is_active"])


def sign_out_everywhere(scene, activity: Activity) -> None:
    sessions.end_all_sessions(user=scene.leading, reason="phone_lost", by=None, at=ENDED)


def suspend(scene, activity: Activity) -> None:
    volunteers.suspend(volunteer=activity.leader, reason="…", by=None, at=ENDED)


WAYS = [
    pytest.param("leading", replace_leader, id="leader replaced"),
    pytest.param("social_worker", revoke_duty, id="duty revoked"),
    pytest.param("leading", close_login, id="login closed"),
    pytest.param("leading", sign_out_everywhere, id="phone lost"),
    pytest.param("leading", suspend, id="suspended"),
]


def end(way, scene, activity: Activity, django_capture_on_commit_callbacks) -> None:
    with time_machine.travel(ENDED, tick=False), django_capture_on_commit_callbacks(execute=True):
        way(scene, activity)


@pytest.mark.parametrize(("operator", "way"), WAYS)
def test_scans_before_the_end_are_accepted_and_later_ones_are_flagged(
    scene, activity, wang, operator, way, client, django_capture_on_commit_callbacks
):
    scanner = Scanner(activity, getattr(scene, operator), issued_at=moment("08:00"))
    came, left = scanner.scan("in", moment("09:00"), tick=wang), scanner.scan("out", moment("11:00"), tick=wang)
    end(way, scene, activity, django_capture_on_commit_callbacks)

    with time_machine.travel(moment("11:30"), tick=False):
        response = client.post(
            reverse("checkin:sync"),
            json.dumps(scanner.body(came, left, at=moment("11:30"))),
            content_type="application/json",
            headers={"Authorization": f"Device {devices.token_of(scanner.device)}"},
        )

    assert [(one["outcome"], one["code"]) for one in response.json()["results"]] == [
        ("accepted", ""),
        ("accepted", FLAG),
    ]
    assert [FLAG in scan.flags for scan in Scan.objects.order_by("happened_at")] == [False, True]
    assert Visit.objects.get().closed_at == moment("11:00")
    assert Device.objects.get().ended_at == ENDED


def test_the_hours_of_a_flagged_scan_are_opened_one_by_one(scene, activity, wang, django_capture_on_commit_callbacks):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    end(replace_leader, scene, activity, django_capture_on_commit_callbacks)
    scans = scanner.scan("in", moment("10:30"), tick=wang), scanner.scan("out", moment("11:30"), tick=wang)
    scanner.device.refresh_from_db()
    scanner.send(*scans, at=moment("11:31"))
    compute_records(volunteer=wang, shift=activity.shifts.get(), at=moment("12:30"))

    waiting = confirmation.list_candidates(
        activity=Activity.objects.get(pk=activity.pk), by=scene.social_worker, at=moment("12:40")
    )

    assert waiting.flagged == list(ServiceRecord.objects.all())
    assert FLAG in waiting.flagged[0].remarks


def test_a_scan_whose_time_is_in_doubt_may_be_later(scene, activity, wang, django_capture_on_commit_callbacks):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    end(replace_leader, scene, activity, django_capture_on_commit_callbacks)
    scanner.device.refresh_from_db()
    scanner.ahead = dt.timedelta(hours=-3)  # the clock was set back
    scan = scanner.scan("in", moment("10:30"), tick=wang)

    [result] = scanner.send(scan, at=moment("10:31"))

    assert FLAG in result.flags


def test_an_end_that_no_event_told_flags_every_scan(scene, activity, wang):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    scan = scanner.scan("in", moment("09:00"), tick=wang)
    User.objects.filter(pk=scene.leading.pk).update(is_active=False)
    scanner.device = Device.objects.get()

    [result] = scanner.send(scan, at=moment("09:01"))

    assert (result.outcome, result.code) == ("accepted", FLAG)


def test_a_merged_leader_goes_on(scene, activity, wang, django_capture_on_commit_callbacks):
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    stays = scene.volunteer("赵敏", login=True)

    with time_machine.travel(ENDED, tick=False), django_capture_on_commit_callbacks(execute=True):
        merged = merging.merge(volunteer=activity.leader, into=stays, by=scene.social_worker, at=ENDED, sure=True)
    assert merged == stays
    scanner.device = Device.objects.get()
    [result] = scanner.send(scanner.scan("in", moment("10:30"), tick=wang), at=moment("10:31"))

    assert result.flags == ()
    assert scanner.device.ended_at is None


def test_a_leader_who_comes_back_gets_a_new_pass(scene, activity, django_capture_on_commit_callbacks):
    first = Scanner(activity, scene.social_worker, issued_at=moment("08:00")).device
    end(revoke_duty, scene, activity, django_capture_on_commit_callbacks)
    duties.grant_duty(user=scene.social_worker, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)

    again = devices.issue_device(activity=activity, by=scene.social_worker, at=moment("10:05"), known=first.key)

    assert again.key != first.key


def test_a_leader_goes_on_with_a_new_pass_after_signing_out_everywhere(scene, activity):
    lost = devices.issue_device(activity=activity, by=scene.leading, at=moment("08:00"))
    others = devices.issue_device(activity=activity, by=scene.social_worker, at=moment("08:00"))

    sign_out_everywhere(scene, activity)

    found = devices.issue_device(activity=activity, by=scene.leading, at=moment("10:05"), known=lost.key)
    assert found.key != lost.key
    assert found.ended_at is None
    others.refresh_from_db()
    assert others.ended_at is None
