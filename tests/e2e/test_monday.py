"""A Monday morning at the desk: forty-four activities wait for confirmation."""

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from academy.activities.models import Activity
from academy.checkin.services import codes, scanning
from academy.hours.models import Evaluation, RecordState, ServiceRecord
from academy.hours.services import deadlines
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from tests.e2e.conftest import in_chinese
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, compute_records, found

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = 44
FORGOTTEN = 7  # at this one a volunteer did not check out


def attend(activity: Activity, volunteer: Volunteer, *, out: bool = True) -> None:
    shift, gate = activity.shifts.get(), codes.checkpoint_for(activity, rotating=True)
    for direction, moment in (("in", shift.starts_at), ("out", shift.ends_at))[: 1 + out]:
        scanning.record_scan(
            scan_id=uuid4(),
            checkpoint=gate.key,
            code=codes.rotating_codes(gate, at=moment)[0].code,
            volunteer=volunteer,
            operator=volunteer.user,
            direction=direction,
            at=moment,
            sure=True,
            shift_id=shift.pk,
        )
    compute_records(volunteer=volunteer, shift=shift, at=shift.ends_at + dt.timedelta(hours=5))


@pytest.fixture
def social_worker() -> User:
    """The social worker, after a weekend of activities."""
    home, now = found(), timezone.now()
    leader = VolunteerFactory(community=home, name="赵敏")
    people = [VolunteerFactory(community=home, login=True) for _person in range(4)]
    for number in range(WAITING):
        # One after the other, so that no volunteer is at two places at once.
        starts_at = now.replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=8 + number)
        activity = ActivityFactory(
            community=home,
            issuer=home.issuers.get(),
            leader=leader,
            title=f"周末活动 {number + 1}",
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=45),
            published=starts_at - dt.timedelta(days=3),
        )
        for place, volunteer in enumerate(people[: 2 + number % 3]):
            attend(activity, volunteer, out=not (number == FORGOTTEN and place == 0))
    return UserFactory(first_name="孙丽", duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.mark.soak
def test_forty_four_activities_are_confirmed_and_evaluated_from_one_page(
    served: str, desk: Page, social_worker: User
) -> None:
    client = Client()
    client.force_login(social_worker)
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])

    desk.goto(f"{served}/admin/")
    desk.locator(".desk-line a[href='/admin/confirm/']").click()
    expect(desk.locator("input[name=activity]:checked")).to_have_count(WAITING)
    desk.locator("input[name=evaluate]").check()
    desk.get_by_role("button", name=in_chinese("Confirm the ticked activities")).click()

    # Only the record that needs a person's look is left.
    expect(desk.locator(".messages .success")).to_have_count(1)
    (left,) = ServiceRecord.objects.filter(state=RecordState.AWAITING_CONFIRMATION)
    assert "missing_check_out" in left.flags
    expect(desk.locator(".desk-look")).to_have_count(1)
    desk.locator(".desk-look button[name=record]").click()
    expect(desk.get_by_role("button", name=in_chinese("Confirm the ticked activities"))).to_have_count(0)

    # Its evaluation follows, on the page that the home page links to as well.
    desk.get_by_role("link", name=in_chinese("Evaluate activities")).click()
    desk.locator("button[name=all]").click()
    expect(desk.locator("button[name=all]")).to_have_count(0)
    assert set(ServiceRecord.objects.values_list("state", flat=True)) == {RecordState.ON_NOTICE}
    assert Evaluation.objects.values("activity").distinct().count() == WAITING
    assert deadlines.running([social_worker.duties.get().community], at=timezone.now()) == []
