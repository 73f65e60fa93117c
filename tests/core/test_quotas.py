"""Daily quotas of uploads."""

import datetime as dt

import pytest

from academy.core import health, quotas
from academy.core.models import UploadTotal
from academy.core.quotas import MEGABYTE, Quota
from tests.answers import code_of
from tests.at_once import at_once
from tests.hours.scene import moment

MORNING = moment("09:00")
TOMORROW = MORNING + dt.timedelta(days=1)
MINE = Quota("evidence of login 7", 10 * MEGABYTE)
OURS = Quota("evidence in community 1", 15 * MEGABYTE)


@pytest.mark.django_db
def test_a_day_has_so_many_bytes():
    assert quotas.take(MINE, size=6 * MEGABYTE, at=MORNING) is None
    refusal = quotas.take(MINE, size=5 * MEGABYTE, at=MORNING)
    assert code_of(refusal) == "quota_full"
    assert "4" in str(refusal)
    assert quotas.take(MINE, size=4 * MEGABYTE, at=MORNING) is None
    assert code_of(quotas.take(MINE, size=1, at=MORNING)) == "quota_full"
    assert quotas.take(MINE, size=10 * MEGABYTE, at=TOMORROW) is None


@pytest.mark.django_db
def test_a_disk_without_room_takes_no_upload_and_counts_none(monkeypatch):
    monkeypatch.setattr(health, "files_have_room", lambda: False)

    assert code_of(quotas.take(MINE, size=1, at=MORNING)) == "no_room"
    assert not UploadTotal.objects.exists()


@pytest.mark.django_db
def test_a_refused_upload_counts_for_no_owner():
    other = Quota("evidence of login 8", 10 * MEGABYTE)
    assert quotas.take(other, OURS, size=9 * MEGABYTE, at=MORNING) is None

    assert code_of(quotas.take(MINE, OURS, size=8 * MEGABYTE, at=MORNING)) == "quota_full"
    assert quotas.take(MINE, size=10 * MEGABYTE, at=MORNING) is None
    assert quotas.take(OURS, size=6 * MEGABYTE, at=MORNING) is None


@pytest.mark.django_db
def test_days_of_last_week_are_forgotten():
    quotas.take(MINE, size=1, at=MORNING)
    quotas.take(MINE, size=1, at=MORNING + dt.timedelta(days=8))

    assert [total.day for total in UploadTotal.objects.all()] == [(MORNING + dt.timedelta(days=8)).date()]


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_do_not_share_what_is_left():
    answers = at_once(*[lambda: quotas.take(MINE, size=6 * MEGABYTE, at=MORNING)] * 2)

    assert sorted(code_of(answer) if answer else "" for answer in answers) == ["", "quota_full"]
