"""Two runs of one work, and two prints for one person, on two real connections."""

import pytest
from django.utils import timezone

from academy.people.models import Slip, User
from academy.people.permissions import DutyRole
from academy.people.services import slips
from academy.works import services
from academy.works.models import Work
from tests.at_once import at_once
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def work(counting, monkeypatch):
    home = CommunityFactory()
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    monkeypatch.setattr(type(services.perform), "enqueue", lambda self, **kwargs: None)
    return services.begin(kind=counting, community=home, order={"to": 2}, total=2, by=worker, at=timezone.now())


def test_two_runs_at_once_settle_once(work, counting):
    at_once(*[lambda: services.perform.func(work_id=work.pk)] * 2)

    assert counting.settled == [1]
    work.refresh_from_db()
    assert services.fetch(work=work, by=UserFactory(), at=timezone.now())


def test_a_work_cancelled_and_finished_at_once_ends_in_one_way(work, counting):
    at_once(
        lambda: services.perform.func(work_id=work.pk),
        lambda: services.cancel(work=work, by=UserFactory(), at=timezone.now()),
    )

    state = Work.objects.get().state
    assert (state, len(counting.settled)) in [("finished", 1), ("cancelled", 0)]


def test_two_prints_for_one_person_at_once_leave_one_valid_slip():
    volunteer = VolunteerFactory()

    printed = at_once(*[lambda: slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())] * 2)

    found = [slips.find_slip(code) for [(_slip, code)] in printed]
    assert sum(isinstance(one, Slip) for one in found) == 1


def test_two_clicks_at_once_begin_one_work(work, counting):
    worker, home = User.objects.get(pk=work.login), work.community
    order = {"kind": counting, "community": home, "order": {"to": 3}, "total": 3, "by": worker, "at": timezone.now()}

    first, second = at_once(*[lambda: services.begin(**order)] * 2)

    assert first == second != work
    assert Work.objects.count() == 2
