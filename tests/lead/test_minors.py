"""The hour at which minors go home stands on the leader's page where a minor comes."""

import datetime as dt

import pytest
from django.urls import reverse

from academy.activities.models import Activity
from academy.people.models import Volunteer
from tests.factories import sign_up
from tests.hours.scene import moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

GO_HOME = "Minors go home at 20:00."


def test_the_leader_reads_when_minors_go_home_where_one_comes(scene, sign_in):
    planned = scene.activity(("14:00", "16:00"))
    Activity.objects.filter(pk=planned.pk).update(minors_until=dt.time(20))
    page, leader = reverse("lead:activity", args=[planned.pk]), sign_in(scene.leading)
    sign_up(scene.volunteer("王秀英"), planned.shifts.get(), at=moment("08:00"))
    assert GO_HOME not in text_of(leader.get(page))

    minor = scene.volunteer("李小明")
    sign_up(minor, planned.shifts.get(), at=moment("08:00"))
    Volunteer.objects.filter(pk=minor.pk).update(birth_date=dt.date(2012, 1, 1))

    assert GO_HOME in text_of(leader.get(page))
