"""The page of the system: what runs and what failed, in words, and the acts that need no shell."""

import datetime as dt
import io
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from academy.audit import services as audit
from academy.core import upkeep
from academy.core.mail import deliver
from academy.core.models import LastTick, WorkerBeat
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.factories import CommunityFactory, UserFactory
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def office(home, client):
    client.force_login(UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)], email="zhou@example.org"))
    return client


def shown(office) -> str:
    return text_of(office.get(reverse("system")))


def back_up(monkeypatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    call_command("note_backup", stdout=io.StringIO())


# Backup


def test_a_backup_is_noted_and_ages(office, monkeypatch):
    assert "没有登记过备份" in shown(office)
    back_up(monkeypatch, b"PGDMP" + bytes(3 * 1024 * 1024))
    assert "2027年1月10日 9:00，3.0" in shown(office) and "请联系系统维护人员：每天备份" not in shown(office)
    upkeep.finish(upkeep.BACKUP, failed=False, at=NOW - dt.timedelta(days=2, minutes=1), bytes=5)
    assert "请联系系统维护人员：每天备份" in shown(office)


@pytest.mark.parametrize("content", [b"", b"pg_dump: error: connection failed"])
def test_what_is_no_backup_is_not_noted(office, monkeypatch, content):
    with pytest.raises(CommandError):
        back_up(monkeypatch, content)
    assert "没有登记过备份" in shown(office)


# Clock, worker, disk


def test_clock_and_worker_are_told_in_words(office, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    before = shown(office)
    assert "还没有运行过" in before and "没有运行、0 项在等待" in before
    LastTick.objects.create(at=NOW - dt.timedelta(minutes=1), steady=0)
    WorkerBeat.objects.create(worker="1", at=dt.datetime.now(dt.UTC) + dt.timedelta(days=36500))
    after = shown(office)
    assert "最近一次：2027年1月10日 8:59" in after and "正常运行、0 项在等待" in after
    assert "公示不会到期" not in after
    LastTick.objects.update(at=NOW - dt.timedelta(minutes=6))
    assert "公示不会到期" in shown(office)


def test_waiting_and_failed_tasks_are_counted(office, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    deliver.enqueue(sealed="…")
    deliver.using(run_after=NOW + dt.timedelta(hours=1)).enqueue(sealed="…")
    assert "1 项在等待" in shown(office) and "失败" not in shown(office)
    DBTaskResult.objects.ready().update(status=TaskResultStatus.FAILED, finished_at=NOW - dt.timedelta(days=6))
    assert "0 项在等待、7 天内 1 项失败" in shown(office)
    DBTaskResult.objects.update(finished_at=NOW - dt.timedelta(days=8))
    assert "失败" not in shown(office)


def test_a_full_disk_is_named(office, monkeypatch):
    assert "上传文件的空间充足" in shown(office)
    monkeypatch.setattr("academy.core.health.files_have_room", lambda: False)
    assert "磁盘满了" in shown(office)


# Mail


def test_a_test_message_is_sent_and_its_fate_is_shown(office, settings):
    settings.EMAIL_BACKEND = "academy.core.mail.QueuedBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    page = office.get(reverse("system"))
    assert page.context["mail_form"].initial == {"address": "zhou@example.org"}
    assert "还没有发出过" in text_of(page)

    assert "已经交出" in text_of(office.post(reverse("test_mail"), {"address": "li@example.org"}, follow=True))
    assert [one.to for one in mail.outbox] == [["li@example.org"]]
    assert "最近发出：2027年1月10日 9:00" in shown(office)
    assert ModelLogEntry.objects.filter(action="desk.test_mail").count() == 1


def test_no_message_goes_to_what_is_no_address(office):
    assert "请填写电子邮箱" in text_of(office.post(reverse("test_mail"), {"address": "李"}, follow=True))
    assert mail.outbox == []


def test_the_last_failure_stays_in_words_until_a_message_leaves(office):
    upkeep.finish(upkeep.LOST_MAIL, failed=True, at=NOW, why="password")
    assert "最近一次失败：2027年1月10日 9:00，邮件服务器不认账号或密码" in shown(office)
    assert "半天之内会反复重发" in shown(office)
    upkeep.finish(upkeep.MAIL, failed=False, at=NOW + dt.timedelta(minutes=1))
    assert "最近一次失败" in shown(office) and "半天之内会反复重发" not in shown(office)


def test_without_a_mail_server_there_is_nothing_to_test(office, settings):
    settings.HAS_MAIL_SERVER = False
    assert office.get(reverse("system")).context["mail_form"] is None
    assert office.post(reverse("test_mail"), {"address": "li@example.org"}).status_code == 404


# Proof


def test_the_ledger_is_proved_by_a_button_and_the_result_is_dated(office):
    assert "还没有核对过" in shown(office)
    told = text_of(office.post(reverse("prove_ledger"), follow=True))
    assert "已经开始核对" in told and "2027年1月10日 9:00：台账 0 笔，没有不一致" in told
    assert office.get(reverse("differences")).status_code == 404
    assert ModelLogEntry.objects.filter(action="desk.prove").count() == 1


def find_differences(monkeypatch, *lines):
    monkeypatch.setattr(audit, "differences", lambda kept, *, at=None: iter(lines))


def test_differences_name_their_records_and_are_saved_as_a_list(office, home, scene, monkeypatch):
    record = scene.serve(scene.volunteer(), "09:00", "11:00")
    User.objects.get(duties__community=home).duties.create(community=scene.community, role=DutyRole.ADMINISTRATOR)
    lines = [f"record {record.pk}: minutes 5, its scans make 6", f"record {record.pk}: …", "entry 3 does not continue"]
    find_differences(monkeypatch, *lines)
    told = office.post(reverse("prove_ledger"), follow=True)
    assert "有 3 处不一致" in text_of(told) and f"记录 {record.pk}" in text_of(told)
    assert told.content.decode().count(reverse("service_record:inspect", args=[record.pk])) == 1
    assert "does not continue" not in text_of(told)
    sent = office.get(reverse("differences"))
    assert sent.content.decode().splitlines() == lines
    assert unquote(sent["Content-Disposition"]).endswith("核对台账.txt")


def test_who_keeps_one_community_reads_no_record_of_another(office, scene, monkeypatch):
    record = scene.serve(scene.volunteer(), "09:00", "11:00")
    find_differences(monkeypatch, f"record {record.pk}: minutes 5, its scans make 6")
    told = office.post(reverse("prove_ledger"), follow=True)
    assert "有 1 处不一致" in text_of(told) and f"记录 {record.pk}" not in text_of(told)
    assert "也有其他社区的记录" in text_of(told) and reverse("differences") not in told.content.decode()
    assert office.get(reverse("differences")).status_code == 404


def test_a_proof_that_breaks_says_so(office, monkeypatch):
    def fail(kept, *, at=None):
        raise RuntimeError

    monkeypatch.setattr(audit, "differences", fail)
    assert "核对没有做完" in text_of(office.post(reverse("prove_ledger"), follow=True))


def test_a_running_proof_is_not_begun_twice(office, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    assert "2027年1月10日 9:00 开始，正在核对" in text_of(office.post(reverse("prove_ledger"), follow=True))
    assert "核对正在进行" in text_of(office.post(reverse("prove_ledger"), follow=True))
    assert DBTaskResult.objects.count() == 1
    with time_machine.travel(NOW + dt.timedelta(hours=2, minutes=1), tick=False):
        assert "正在核对" not in shown(office)
        office.post(reverse("prove_ledger"))
    assert DBTaskResult.objects.count() == 2


def test_the_page_takes_few_statements(office):
    shown(office)
    with CaptureQueriesContext(connection) as queries:
        shown(office)
    assert len(queries) <= 40


# Slides


def test_whether_powerpoint_files_are_taken_is_told(office, monkeypatch):
    monkeypatch.setattr("academy.paper.presentations.converter", lambda: "/usr/bin/soffice")
    assert "已装 LibreOffice" in shown(office)
    monkeypatch.setattr("academy.paper.presentations.converter", lambda: None)
    assert "会请讲师先另存为 PDF" in shown(office) and "可以安装 LibreOffice" in shown(office)
    monkeypatch.setattr("academy.paper.bounded.landlock", lambda: -1)
    assert "缺 Landlock" in shown(office)
