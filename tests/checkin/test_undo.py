"""Taking a scan back: soon, by another person, and not while a later scan needs it."""

from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from academy.checkin.models import Annulment, Scan, Visit
from academy.checkin.services import codes, leading, scanning
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation, records
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.factories import CommunityFactory, UserFactory, compute_records
from tests.hours.scene import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(scene):
    return scene.activity().shifts.get()


@pytest.fixture
def wang(scene):
    return scene.volunteer("王秀英")


def scan(scene, volunteer, shift, direction, at):
    return Scan.objects.get(pk=scene.scan(volunteer, shift, direction, at).scan_id)


def test_an_annulled_check_in_leaves_no_visit_and_keeps_the_scan(scene, shift, wang):
    came = scan(scene, wang, shift, "in", moment("09:00"))
    annulment = leading.annul(scan=came, by=scene.leading, at=moment("09:10"))
    assert isinstance(annulment, Annulment)
    assert not Visit.objects.exists()
    assert Scan.objects.get() == came and not Scan.objects.accepted().exists()
    assert leading.annul(scan=came, by=scene.social_worker, at=moment("09:11")) == annulment
    again = scan(scene, wang, shift, "in", moment("09:20"))
    assert Visit.objects.get().opened_by == again


def test_a_check_out_taken_back_opens_the_visit_again(scene, shift, wang):
    scan(scene, wang, shift, "in", moment("09:00"))
    left = scan(scene, wang, shift, "out", moment("10:00"))
    leading.annul(scan=left, by=scene.leading, at=moment("10:10"))
    assert Visit.objects.get().closed_at is None


@pytest.mark.parametrize(("minute", "said"), [("09:15", ""), ("09:15:01", "too_late_to_annul")])
def test_a_scan_is_taken_back_within_fifteen_minutes(scene, shift, wang, minute, said):
    came = scan(scene, wang, shift, "in", moment("09:00"))
    assert code_of(leading.annul(scan=came, by=scene.leading, at=moment(minute))) == said


def test_leaders_cannot_annul_their_own_scan(scene, shift):
    own = scan(scene, scene.leader, shift, "in", moment("09:00"))
    assert code_of(leading.annul(scan=own, by=scene.leading, at=moment("09:01"))) == "own_scan"
    assert code_of(leading.annul(scan=own, by=scene.social_worker, at=moment("09:01"))) == ""


def test_leaders_of_other_activities_cannot_annul(scene, shift, wang):
    came = scan(scene, wang, shift, "in", moment("09:00"))
    stranger = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])
    assert code_of(leading.annul(scan=came, by=stranger, at=moment("09:01"))) == "not_allowed"


def test_a_check_in_that_has_its_check_out_stays(scene, shift, wang):
    came = scan(scene, wang, shift, "in", moment("09:00"))
    left = scan(scene, wang, shift, "out", moment("09:10"))
    assert code_of(leading.annul(scan=came, by=scene.leading, at=moment("09:11"))) == "later_scan"
    leading.annul(scan=left, by=scene.leading, at=moment("09:11"))
    assert code_of(leading.annul(scan=came, by=scene.leading, at=moment("09:11"))) == ""


def test_a_refused_scan_cannot_be_annulled(scene, shift, wang):
    scan(scene, wang, shift, "in", moment("09:00"))
    poster = codes.checkpoint_for(shift.activity, rotating=False)
    scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=poster.key,
        code=None,
        volunteer=wang,
        operator=None,
        direction="in",
        at=moment("09:05"),
    )
    refused = Scan.objects.get(refusal="already_checked_in")
    assert code_of(leading.annul(scan=refused, by=scene.leading, at=moment("09:06"))) == "not_accepted"


def test_confirmed_hours_keep_their_scans(scene, shift, wang):
    (record,) = scene.attend(wang, shift)
    left = Scan.objects.get(direction="out")
    confirmation.confirm(activity=shift.activity, by=scene.social_worker, at=moment("12:05"), records=[record])
    assert code_of(leading.annul(scan=left, by=scene.social_worker, at=moment("12:06"))) == "confirmed"


@time_machine.travel(moment("12:10"), tick=False)
def test_the_record_follows(scene, shift, wang, django_capture_on_commit_callbacks):
    scene.attend(wang, shift)
    with django_capture_on_commit_callbacks(execute=True):
        leading.annul(scan=Scan.objects.get(direction="out"), by=scene.leading, at=moment("12:10"))
    assert ServiceRecord.objects.get().state == RecordState.WITHDRAWN


def test_after_a_crash_the_sweep_corrects_the_record(scene, shift, wang):
    scene.attend(wang, shift)
    leading.annul(scan=Scan.objects.get(direction="out"), by=scene.leading, at=moment("12:10"))
    assert records.sweep_records(at=moment("12:11")) == 1
    assert ServiceRecord.objects.get().state == RecordState.WITHDRAWN
    assert records.sweep_records(at=moment("12:12")) == 0


@time_machine.travel(moment("12:05"), tick=False)
def test_another_shift_gets_back_what_had_overlapped(scene, wang, django_capture_on_commit_callbacks):
    first, second = (scene.activity(title=title).shifts.get() for title in ("一", "二"))
    early = scan(scene, wang, first, "in", moment("09:00"))
    scene.attend(wang, second, "09:05", "11:55")
    left = scan(scene, wang, first, "out", moment("12:00"))
    compute_records(volunteer=wang, shift=first, at=moment("12:00"))
    assert {record.shift_id: record.minutes for record in ServiceRecord.objects.live()} == {first.pk: 180, second.pk: 0}
    with django_capture_on_commit_callbacks(execute=True):
        leading.annul(scan=left, by=scene.leading, at=moment("12:05"))
    assert early.accepted
    assert {record.shift_id: record.minutes for record in ServiceRecord.objects.live()} == {second.pk: 170}


@time_machine.travel(moment("09:10"), tick=False)
def test_the_scanner_asks_by_its_address(scene, shift, wang):
    came = scan(scene, wang, shift, "in", moment("09:00"))
    address = reverse("checkin:scanner_undo", args=[shift.activity_id])
    elsewhere = reverse("checkin:scanner_undo", args=[scene.activity().pk])
    client = Client()
    client.force_login(scene.leading)
    assert client.post(address, {"scan": "nonsense"}).status_code == 404
    assert client.post(elsewhere, {"scan": came.pk}).status_code == 404
    assert client.post(address, {"scan": came.pk}).json() == {"annulled": True}
    left = scan(scene, scene.leader, shift, "in", moment("09:05"))
    refused = client.post(address, {"scan": left.pk})
    assert (refused.status_code, refused.json()["code"]) == (409, "own_scan")
    client.force_login(wang.user or UserFactory())
    assert client.post(address, {"scan": came.pk}).status_code == 404
