"""Long acts in the background: begun, left, cancelled, finished once, forgotten."""

import datetime as dt
import logging
import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.core.refusals import Refusal
from academy.people.permissions import DutyRole
from academy.people.services import duties
from academy.works import services
from academy.works.kinds import Product
from academy.works.models import Work
from academy.works.refusals import FILE_GONE, NOT_ALLOWED, WORK_FAILED, WORK_IS_OVER, WORK_SILENT
from tests.factories import UserFactory
from tests.works.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def begin(counting, home, worker):
    def begin(to: int = 3) -> Work:
        work = services.begin(kind=counting, community=home, order={"to": to}, total=to, by=worker, at=NOW)
        work.refresh_from_db()
        return work

    return begin


def files() -> list[Path]:
    return list(Path(settings.PRIVATE_ROOT, services.FOLDER).glob("*"))


def page_of(client, work) -> str:
    return client.get(reverse("work", args=[work.pk])).content.decode()


def test_a_work_gives_its_file_and_says_who_was_left_out(client, begin, worker):
    work = begin()

    page = page_of(client, work)
    assert "数数" in page and "四" in page and "太大" in page and "五" in page and "来晚了" in page
    assert 'http-equiv="refresh"' not in page
    answer = client.post(reverse("work_file", args=[work.pk]))
    assert answer.content == "一二三".encode()
    assert "no-store" in answer["Cache-Control"]
    assert "%E6%95%B0%E5%AD%97_2027-01-10.txt" in answer["Content-Disposition"]
    assert [entry.action for entry in log.get_logs_for_instance(work).order_by("pk")] == ["works.begin", "works.fetch"]


def test_names_and_file_rest_sealed(begin):
    work = begin()

    assert "四" not in work.outcome and "to" not in work.order.split("=")[0][:2]
    assert all("一二三".encode() not in path.read_bytes() for path in files())


def test_a_work_that_goes_on_shows_how_far_it_is_without_a_script(client, begin, later):
    work = begin(to=7)
    page = page_of(client, work)
    assert '<meta http-equiv="refresh"' in page and "马上开始" in page

    Work.objects.filter(pk=work.pk).update(done=3, seen_at=NOW)

    page = page_of(client, work)
    assert "已完成 3 / 7" in page and reverse("work_cancel", args=[work.pk]) in page
    assert "下载文件" not in page
    assert "3 / 7" in client.get(reverse("works")).content.decode()


def test_a_work_that_waits_says_that_nobody_works(client, begin, later, monkeypatch):
    work = begin()
    monkeypatch.setattr("academy.works.views.health.worker_is_alive", lambda: False)
    assert "没有响应" not in page_of(client, work)

    Work.objects.update(begun_at=NOW - 2 * dt.timedelta(minutes=1))

    assert "没有响应" in page_of(client, work)


def test_a_cancelled_work_settles_nothing_and_gives_no_file(client, begin, counting, later):
    work = begin()
    before = files()
    counting.meanwhile = lambda job: client.post(reverse("work_cancel", args=[work.pk]))

    services.perform.func(work_id=work.pk)

    work.refresh_from_db()
    assert (work.state, work.file, counting.settled) == ("cancelled", "", [])
    assert files() == before
    assert "没有任何改动" in page_of(client, work)


def test_a_cancelled_work_is_not_begun(begin, worker, counting, later):
    work = begin()
    services.cancel(work=work, by=worker, at=NOW)

    services.perform.func(work_id=work.pk)

    assert counting.jobs == []
    assert services.cancel(work=work, by=worker, at=NOW) == WORK_IS_OVER


def test_cancelling_stops_at_the_next_sign_of_progress(begin, worker, counting, later, monkeypatch):
    work = begin(to=3)
    told = []

    def tell(mine, done, real=services._tell):
        told.append(done)
        if done == 1:
            services.cancel(work=work, by=worker, at=NOW)
        real(mine, done)

    monkeypatch.setattr(services, "_tell", tell)
    services.perform.func(work_id=work.pk)

    assert told == [0, 1]


def test_a_second_run_of_a_finished_work_changes_nothing(begin, counting):
    work = begin()

    services.perform.func(work_id=work.pk)

    assert len(counting.jobs) == len(counting.settled) == 1


def test_of_two_runs_beside_each_other_one_settles_and_one_file_stays(begin, counting, later):
    work = begin()
    before = len(files())

    def run_again(job):
        counting.meanwhile = lambda job: None
        services.perform.func(work_id=work.pk)

    counting.meanwhile = run_again
    services.perform.func(work_id=work.pk)

    work.refresh_from_db()
    assert (work.state, len(counting.jobs), counting.settled) == ("finished", 2, [1])
    assert len(files()) == before + 1
    assert services.fetch(work=work, by=UserFactory(), at=NOW) == "一二三".encode()


def test_a_refusal_is_the_answer_of_the_work(client, begin, counting):
    counting.meanwhile = lambda job: Refusal("nobody", "没有人")

    work = begin()

    assert work.state == "failed"
    assert "没有人" in page_of(client, work)


def test_a_refusal_at_the_end_is_the_answer_of_the_work_and_no_file_stays(begin, counting, monkeypatch):
    monkeypatch.setattr(counting, "too_late", Refusal("changed", "已经变了"))
    before = files()

    work = begin()

    assert (work.state, work.trouble, work.file, counting.settled) == ("failed", "已经变了", "", [])
    assert files() == before


def test_an_error_is_logged_and_said(client, begin, counting, caplog):
    def fail(job):
        raise ValueError("broken")

    counting.meanwhile = fail
    with caplog.at_level(logging.ERROR):
        work = begin()

    assert work.trouble == str(WORK_FAILED)
    assert "broken" in caplog.text


def test_a_failing_database_makes_it_wait_and_finally_give_up(begin, counting, later, monkeypatch):
    def fail(job):
        raise OperationalError("database is locked")

    work = begin()
    counting.meanwhile = fail
    waits = []
    monkeypatch.setattr(type(services.perform), "using", lambda self, run_after: waits.append(run_after) or self)

    services.perform.func(work_id=work.pk)

    assert later[-1] == {"work_id": work.pk, "attempt": 2}
    assert waits == [NOW + services.RETRY]
    work.refresh_from_db()
    assert not work.is_over
    services.perform.func(work_id=work.pk, attempt=services.MOST_ATTEMPTS)
    work.refresh_from_db()
    assert work.trouble == str(WORK_FAILED)


def test_whoever_has_lost_the_right_meanwhile_gets_nothing(client, begin, worker, home, counting, later):
    work = begin()
    duties.revoke_duty(user=worker, community=home, role=DutyRole.SOCIAL_WORKER, by=None)

    services.perform.func(work_id=work.pk)

    work.refresh_from_db()
    assert (work.trouble, counting.jobs) == (str(NOT_ALLOWED), [])
    assert client.get(reverse("work", args=[work.pk])).status_code in (302, 404)


def test_a_work_of_a_colleague_is_not_found(client, begin, home):
    work = begin()
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))

    assert client.get(reverse("work", args=[work.pk])).status_code == 404
    assert client.post(reverse("work_file", args=[work.pk])).status_code == 404
    assert client.post(reverse("work_cancel", args=[work.pk])).status_code == 404
    assert "数数" not in client.get(reverse("works")).content.decode()


def test_a_file_with_keys_is_deleted_an_hour_after_it_was_fetched(client, begin, worker):
    work = begin()
    assert work.expires_at == NOW + services.KEPT
    services.fetch(work=work, by=worker, at=NOW)
    path = Path(settings.PRIVATE_ROOT, work.file)

    services.tidy(NOW + HOUR - dt.timedelta(seconds=1))
    assert path.exists()
    assert services.fetch(work=work, by=worker, at=NOW + HOUR / 2) == "一二三".encode()
    services.tidy(NOW + HOUR)

    assert not path.exists()
    assert not Work.objects.exists()


def test_a_file_without_keys_is_kept_for_a_day(begin, worker, counting, monkeypatch):
    monkeypatch.setattr(counting, "is_secret", False)
    work = begin()

    services.fetch(work=work, by=worker, at=NOW)

    assert work.expires_at == NOW + services.KEPT
    services.tidy(NOW + services.KEPT)
    assert not Work.objects.exists()


def test_a_file_that_is_gone_is_said(client, begin, worker):
    work = begin()
    assert services.fetch(work=work, by=worker, at=work.expires_at) == FILE_GONE
    Path(settings.PRIVATE_ROOT, work.file).unlink()

    answer = client.post(reverse("work_file", args=[work.pk]), follow=True)

    assert str(FILE_GONE) in answer.content.decode()


def test_without_its_master_key_a_work_says_that_its_file_is_gone(client, begin, settings):
    work = begin()
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode()]

    assert str(FILE_GONE) in page_of(client, work)
    answer = client.post(reverse("work_file", args=[work.pk]), follow=True)
    assert str(FILE_GONE) in answer.content.decode()


def test_a_work_that_nobody_goes_on_with_is_ended(begin, later):
    work = begin()
    Work.objects.update(seen_at=NOW)

    services.tidy(NOW + services.SILENCE - dt.timedelta(seconds=1))
    work.refresh_from_db()
    assert not work.is_over

    Work.objects.update(begun_at=NOW - HOUR)
    services.tidy(NOW + services.SILENCE + dt.timedelta(seconds=1))
    assert Work.objects.get().trouble == str(WORK_SILENT)


def test_files_of_runs_that_died_are_deleted_with_the_expired(begin):
    work = begin()
    died = Path(settings.PRIVATE_ROOT, services.FOLDER, "died")
    died.write_bytes(b"")
    os.utime(died, (NOW.timestamp(), NOW.timestamp()))
    fresh = died.with_name("fresh")
    fresh.write_bytes(b"")
    os.utime(fresh, ((NOW + services.KEPT).timestamp(),) * 2)

    services.tidy(work.expires_at + dt.timedelta(seconds=1))

    assert not died.exists()
    assert fresh.exists()
    fresh.unlink()


def test_the_list_has_as_many_statements_for_one_work_as_for_ten(client, begin):
    begin()
    client.get(reverse("works"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("works"))
    for _number in range(9):
        begin()
    with CaptureQueriesContext(connection) as ten:
        client.get(reverse("works"))
    assert len(one) == len(ten)


def test_an_empty_list_says_what_will_stand_there(client, worker):
    assert "没有正在进行的任务" in client.get(reverse("works")).content.decode()


def test_a_second_click_leads_to_the_work_under_way(begin, later):
    first = begin()

    assert begin() == first and begin(to=4) != first
    assert len(later) == 2  # tasks
    services.cancel(work=first, by=UserFactory(), at=NOW)
    assert begin() != first


def test_a_work_without_a_file_leads_to_the_page_where_its_user_goes_on(client, begin, counting, monkeypatch):
    monkeypatch.setattr(counting, "make", lambda self, job: Product(None, []))
    monkeypatch.setattr(counting, "next_url", lambda self, order: f"/next/{order['to']}/")
    work = begin()
    assert (work.state, work.file) == ("finished", "")
    page = page_of(client, work)
    assert "/next/3/" in page and reverse("work_file", args=[work.pk]) not in page
