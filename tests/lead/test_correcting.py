"""The correction of a visit: a page opened before another correction puts no time back."""

import pytest
from django.urls import reverse

from academy.activities.models import Activity
from academy.checkin.models import Scan
from academy.hours.models import MakeUp, ServiceRecord
from tests.edit_forms import read_phone_form
from tests.factories import photo
from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.slow


@pytest.fixture
def activity(scene: Scene, clock) -> Activity:
    clock.move_to(moment("13:00"))
    return scene.activity()


@pytest.fixture
def record(scene: Scene, activity) -> ServiceRecord:
    (record,) = scene.attend(scene.volunteer(login=True), activity.shifts.get(), "09:00", "12:00")
    return record


@pytest.fixture
def address(record) -> str:
    return reverse("lead:correct", args=[record.activity_id, record.pk])


def standing() -> list:
    return list(Scan.objects.accepted().order_by("happened_at").values_list("happened_at", flat=True))


def test_an_older_page_does_not_put_a_corrected_time_back(scene, sign_in, address) -> None:
    one, other = sign_in(scene.leading), sign_in(scene.social_worker)
    older = read_phone_form(other.get(address))
    assert (older["came"], older["left"]) == (["9:00"], ["12:00"])
    assert one.post(address, read_phone_form(one.get(address)) | {"left": ["1100"]}).status_code == 302
    assert other.post(address, older | {"came": ["910"]}).status_code == 302
    assert standing() == [moment("09:10"), moment("11:00")]


def test_a_time_that_both_corrected_is_asked_about_once(scene, sign_in, address) -> None:
    one, other = sign_in(scene.leading), sign_in(scene.social_worker)
    older = read_phone_form(other.get(address))
    one.post(address, read_phone_form(one.get(address)) | {"left": ["1100"]})
    asked = other.post(address, older | {"left": ["1130"]})
    assert list(asked.context["form"].errors) == ["left"] and "11:00" in str(asked.context["form"].errors["left"])
    assert standing() == [moment("09:00"), moment("11:00")]
    assert other.post(address, read_phone_form(asked)).status_code == 302
    assert standing() == [moment("09:00"), moment("11:30")]


def test_a_time_typed_in_another_way_is_the_same_time(scene, sign_in, address) -> None:
    one, other = sign_in(scene.leading), sign_in(scene.social_worker)
    older = read_phone_form(other.get(address))
    one.post(address, read_phone_form(one.get(address)) | {"left": ["1100"]})
    assert other.post(address, older | {"came": ["910"], "left": ["11:00"]}).status_code == 302
    assert standing() == [moment("09:10"), moment("11:00")]


def test_a_request_from_an_older_page_claims_no_corrected_time(scene, sign_in, record, address) -> None:
    url = reverse("home:ask_make_up", args=[record.shift_id])
    phone, leader = sign_in(record.volunteer.user), sign_in(scene.leading)
    older = read_phone_form(phone.get(url))
    leader.post(address, read_phone_form(leader.get(address)) | {"left": ["1100"]})
    sent = phone.post(url, older | {"came": ["850"], "reason": ["早到了"], "evidence": photo()})
    assert sent.status_code == 302, sent.context["form"].errors
    asked = MakeUp.objects.get()
    assert (asked.came_at, asked.left_at) == (moment("08:50"), moment("11:00"))
